"""From what a person knows to the address books: a book, a server, a host."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cardwarden.carddav.auth import Login
from cardwarden.carddav.client import Client
from cardwarden.carddav.discovery import USUAL, Collection, find_books
from cardwarden.errors import SourceError
from cardwarden.sources.presets import PRESETS
from support.fake_dav import BOOK, FakeDav, Reply, Request, StillClock, multistatus, serving

PAGE = Reply(200, "<!doctype html><html></html>", {"Content-Type": "text/html"})


@pytest.fixture
def dav() -> Iterator[FakeDav]:
    with serving() as server:
        yield server


def found(dav: FakeDav, url: str = "", hosts: tuple[str, ...] = ()) -> list[Collection]:
    client = Client(dav.root + "/", Login("alice", lambda: "secret"), StillClock(), credential_hosts=hosts)
    return find_books(client, dav.root + url)


def at(**answers: Reply) -> Callable[[Request], Reply | None]:
    return lambda request: answers.get(request.path.strip("/").replace("/", "_").replace(".", "").replace("-", ""))


def response(href: str, props: str) -> str:
    return f"<response><href>{href}</href><propstat><prop>{props}</prop><status>HTTP/1.1 200 OK</status></propstat></response>"


def test_a_book_s_address_is_that_book_only(dav: FakeDav) -> None:
    assert found(dav, BOOK) == [Collection(dav.url, "Family")]
    assert dav.methods() == ["PROPFIND"]


def test_a_book_s_address_needs_no_last_slash(dav: FakeDav) -> None:
    dav.always = lambda request: Reply(301, "", {"Location": BOOK}) if request.path == BOOK.rstrip("/") else None
    assert found(dav, BOOK.rstrip("/")) == [Collection(dav.url, "Family")]


@pytest.mark.parametrize("url", ["/", "/alice/", "/nowhere/"])
def test_a_server_s_address_leads_to_all_books(dav: FakeDav, url: str) -> None:
    assert found(dav, url) == [Collection(dav.url, "Family")]


def test_the_well_known_place_is_followed(dav: FakeDav) -> None:
    dav.always = at(wellknown_carddav=Reply(302, "", {"Location": "/alice/"}))
    assert found(dav, "/") == [Collection(dav.url, "Family")]
    assert [request.path for request in dav.requests][:2] == ["/.well-known/carddav", "/alice/"]


@pytest.mark.parametrize("status", [403, 404, 405])
@pytest.mark.parametrize("place", USUAL)
def test_a_host_without_the_well_known_place_is_asked_where_programs_have_it(
    dav: FakeDav, place: str, status: int
) -> None:
    own = "<C:addressbook-home-set><href>/alice/</href></C:addressbook-home-set>"
    answer = multistatus(response(place, f"<resourcetype><collection/></resourcetype>{own}"))

    def answered(request: Request) -> Reply | None:
        if request.path.startswith("/alice/"):
            return None
        return answer if request.path == place else Reply(status)

    dav.always = answered
    assert found(dav, "/") == [Collection(dav.url, "Family")]


def test_the_usual_places_are_those_of_the_services_that_have_a_type() -> None:
    assert set(USUAL) == {preset.path for preset in PRESETS.values()} - {"", "/"}


def test_a_web_page_is_passed_on_the_way(dav: FakeDav) -> None:
    dav.always = at(apps_contacts=PAGE, wellknown_carddav=PAGE)
    assert found(dav, "/apps/contacts") == [Collection(dav.url, "Family")]


def test_a_home_on_another_host_is_read_there(dav: FakeDav) -> None:
    with serving() as other:
        home = f"<C:addressbook-home-set><href>{other.root}/alice/</href></C:addressbook-home-set>"
        dav.always = at(alice=multistatus(response("/alice/", home)))
        assert found(dav, "/", (f"127.0.0.1:{other.port}",)) == [Collection(other.url, "Family")]
        assert all("Authorization" in request.headers for request in other.requests)


def test_a_home_on_another_host_gets_no_password_unasked(dav: FakeDav) -> None:
    with serving() as other:
        home = f"<C:addressbook-home-set><href>{other.root}/alice/</href></C:addressbook-home-set>"
        dav.always = at(alice=multistatus(response("/alice/", home)))
        other.always = lambda _: Reply(401)
        with pytest.raises(SourceError, match="add it to `credential_hosts`"):
            found(dav, "/")
        assert all("Authorization" not in request.headers for request in other.requests)


def test_several_homes_and_books_are_sorted_and_each_is_named_once(dav: FakeDav) -> None:
    book = "<resourcetype><collection/><C:addressbook/></resourcetype>"
    homes = "<C:addressbook-home-set><href>/h1/</href><href>/h2/</href></C:addressbook-home-set>"
    dav.always = at(
        wellknown_carddav=multistatus(response("/", homes)),
        h1=multistatus(
            response("/h1/", ""), response("/h1/b/", book), response("/h1/a/", book + "<displayname>Ä</displayname>")
        ),
        h2=multistatus(response("/h1/a/", book), response("/h2/%E5%B1%B1/", book)),
    )
    assert [(one.id, one.title) for one in found(dav, "/")] == [
        ("/h1/a/", "a"),
        ("/h1/b/", "b"),
        ("/h2/%E5%B1%B1/", "山"),
    ]


def test_a_server_that_names_thousands_of_homes_is_not_followed(dav: FakeDav) -> None:
    homes = "<C:addressbook-home-set>" + "<href>/h/</href>" * 1_000 + "</C:addressbook-home-set>"
    dav.always = lambda _: multistatus(response("/", homes))
    with pytest.raises(SourceError, match="more than 50 homes"):
        found(dav)
    assert len(dav.requests) < 10


def test_an_inner_name_of_a_proxy_does_not_lead_away(dav: FakeDav) -> None:
    dav.href = lambda path: f"http://inner.invalid:8080{path}"
    assert found(dav, BOOK) == [Collection(dav.url, "Family")]


def test_where_there_is_no_address_book_it_says_so(dav: FakeDav) -> None:
    dav.always = lambda request: multistatus(response(request.path, "<resourcetype><collection/></resourcetype>"))
    with pytest.raises(SourceError, match=r"No address book was found at 127\.0\.0\.1"):
        found(dav, "/")


def test_the_first_reason_is_told_where_nothing_helps(dav: FakeDav) -> None:
    dav.always = lambda request: Reply(404) if request.path == "/x/" else PAGE
    with pytest.raises(SourceError, match="There is nothing at"):
        found(dav, "/x/")


@pytest.mark.parametrize("rows", [(), (response("mailto:x", ""),), (response("http://[", ""),)])
def test_an_answer_without_an_address_is_told(dav: FakeDav, rows: tuple[str, ...]) -> None:
    dav.always = lambda _: multistatus(*rows)
    with pytest.raises(SourceError):
        found(dav, "/")


def test_a_wrong_password_is_told_at_once(dav: FakeDav) -> None:
    dav.always = lambda _: Reply(401)
    with pytest.raises(SourceError, match="refused the user name"):
        found(dav, "/")
    assert len(dav.requests) == 1
