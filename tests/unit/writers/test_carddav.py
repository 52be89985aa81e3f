"""Writing to a server: every request says what it means to replace."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cardwarden.carddav.client import Client
from cardwarden.carddav.failure import DavError
from cardwarden.errors import RefusedError
from cardwarden.writers.carddav import CardDavWriter
from cardwarden.writers.writer import CardLocation, ChangedError, Replacement
from support.fake_dav import BOOK, FakeDav, Reply, Request, StillClock, card, multistatus, serving

JANE, OTHER = card("1"), card("1", "John")
PLACE = CardLocation(BOOK, f"{BOOK}1.vcf")


class Keeps:
    """A server that takes what it is sent; it rewrites where `rewrites` is set."""

    def __init__(self, dav: FakeDav) -> None:
        self.dav = dav
        self.rewrites = False
        self.etags = True
        self.refuses = 0

    def __call__(self, request: Request) -> Reply | None:
        name = request.path.rpartition("/")[2]
        there = self.dav.cards.get(name)
        if request.method == "GET" and there is not None:
            headers = {"Content-Type": "text/vcard"}
            return Reply(200, there, headers | ({"ETag": self.dav.etag(name, there) or ""} if self.etags else {}))
        if request.method not in {"PUT", "DELETE"}:
            return None
        if self.refuses:
            return Reply(self.refuses)
        wanted = request.headers.get("If-Match")
        if (there and wanted != self.dav.etag(name, there)) or (
            not there and request.headers.get("If-None-Match") != "*"
        ):
            return Reply(412)
        if request.method == "DELETE":
            self.dav.delete(name)
            return Reply(204)
        data = request.body.encode()
        self.dav.put(name, data.replace(b"END:", b"REV:1\r\nEND:") if self.rewrites else data)
        return Reply(201)


@pytest.fixture
def dav() -> Iterator[FakeDav]:
    with serving() as server:
        server.put("1.vcf", JANE)
        server.always = Keeps(server)
        yield server


def writer(dav: FakeDav) -> CardDavWriter:
    return CardDavWriter("family", Client(dav.url, None, StillClock()))


def look(dav: FakeDav, place: CardLocation, seen: bytes | None, wanted: bytes | None) -> bytes | None:
    [there] = writer(dav).look([Replacement(place, seen, wanted)])
    return there


def write(dav: FakeDav, place: CardLocation, seen: bytes | None, wanted: bytes | None) -> bytes | None:
    [made] = writer(dav).write([Replacement(place, seen, wanted)])
    return made[0]


def keeps(dav: FakeDav) -> Keeps:
    assert isinstance(dav.always, Keeps)
    return dav.always


def sent(dav: FakeDav) -> Request:
    [request] = [one for one in dav.requests if one.method in {"PUT", "DELETE"}]
    return request


def test_a_card_is_replaced_by_the_etag_that_was_just_read(dav: FakeDav) -> None:
    assert write(dav, PLACE, JANE, OTHER) == OTHER
    assert dav.cards == {"1.vcf": OTHER}
    assert sent(dav).headers["If-Match"] == dav.etag("1.vcf", JANE)
    assert sent(dav).headers["Content-Type"] == "text/vcard; charset=utf-8"


def test_a_lost_card_is_made_only_where_nothing_is(dav: FakeDav) -> None:
    dav.delete("1.vcf")
    assert write(dav, PLACE, None, JANE) == JANE
    assert sent(dav).headers["If-None-Match"] == "*"


def test_a_doubled_card_is_removed_by_its_etag(dav: FakeDav) -> None:
    assert write(dav, PLACE, JANE, None) is None
    assert dav.cards == {}
    assert (sent(dav).method, sent(dav).headers["If-Match"]) == ("DELETE", dav.etag("1.vcf", JANE))


def test_what_the_server_made_of_it_is_what_comes_back(dav: FakeDav) -> None:
    keeps(dav).rewrites = True
    assert write(dav, PLACE, JANE, OTHER) == OTHER.replace(b"END:", b"REV:1\r\nEND:")


def test_other_line_ends_are_the_same_card(dav: FakeDav) -> None:
    assert look(dav, PLACE, JANE.replace(b"\r\n", b"\n"), OTHER) == JANE.replace(b"\r\n", b"\n")


@pytest.mark.parametrize(("there", "seen"), [(OTHER, JANE), (None, JANE), (OTHER, None)])
def test_what_is_not_what_was_seen_is_left_alone(dav: FakeDav, there: bytes | None, seen: bytes | None) -> None:
    dav.cards = {} if there is None else {"1.vcf": there}
    with pytest.raises(ChangedError) as refused:
        write(dav, PLACE, seen, card("1", "Jim"))
    assert refused.value.now == there
    assert {"PUT", "DELETE"}.isdisjoint(dav.methods())


def test_a_change_between_the_reading_and_the_writing_is_told(dav: FakeDav) -> None:
    server = keeps(dav)

    def racing(request: Request) -> Reply | None:
        if request.method == "PUT":
            dav.put("1.vcf", card("1", "Meanwhile"))
        return server(request)

    dav.always = racing
    with pytest.raises(ChangedError) as refused:
        write(dav, PLACE, JANE, OTHER)
    assert refused.value.now == dav.cards["1.vcf"] == card("1", "Meanwhile")


class Proxied(Keeps):
    """Behind a proxy that compresses what it may, and marks the etag as `mark` says; "" for one that always does."""

    mark = "W/{}"
    always = False

    def __call__(self, request: Request) -> Reply | None:
        reply = super().__call__(request)
        if reply and "ETag" in reply.headers and (self.always or "gzip" in request.headers.get("Accept-Encoding", "")):
            marked = self.mark.format(reply.headers["ETag"], reply.headers["ETag"].strip('"'))
            return Reply(reply.status, reply.body, {**reply.headers, "ETag": marked, "Content-Encoding": "gzip"})
        return reply


@pytest.mark.parametrize("mark", ["W/{}", '"{1}-gzip"', '"{1};gzip"', '"another-{1}"', ""])
@pytest.mark.parametrize("always", [False, True])
def test_a_proxy_that_compresses_does_not_hinder(dav: FakeDav, mark: str, *, always: bool) -> None:
    proxy = Proxied(dav)
    proxy.mark, proxy.always = mark, always
    dav.always = proxy
    assert write(dav, PLACE, JANE, OTHER) == OTHER
    assert dav.cards == {"1.vcf": OTHER}


def test_an_etag_that_its_own_server_does_not_know_is_told(dav: FakeDav) -> None:
    server = keeps(dav)
    dav.always = lambda request: Reply(412) if request.method == "PUT" else server(request)
    with pytest.raises(RefusedError, match="although nobody changed it") as refused:
        write(dav, PLACE, JANE, OTHER)
    assert not isinstance(refused.value, ChangedError)


def test_a_change_while_the_server_is_asked_for_its_etag_is_not_overwritten(dav: FakeDav) -> None:
    server = keeps(dav)
    server.etags = False

    def racing(request: Request) -> Reply | None:
        if request.method == "PROPFIND" and request.path.endswith("1.vcf"):
            row = multistatus(dav.member("1.vcf"))
            dav.put("1.vcf", card("1", "Meanwhile"))
            return row
        return server(request)

    dav.always = racing
    with pytest.raises(ChangedError):
        write(dav, PLACE, JANE, OTHER)
    assert dav.cards["1.vcf"] == card("1", "Meanwhile")


def test_without_an_etag_nothing_is_written(dav: FakeDav) -> None:
    keeps(dav).etags = False
    dav.etag = lambda name, data: None
    with pytest.raises(RefusedError, match="gives no etag"):
        write(dav, PLACE, JANE, OTHER)
    assert dav.cards == {"1.vcf": JANE}


@pytest.mark.parametrize(("status", "said"), [(403, "right to change it"), (415, "valid contact"), (507, "no space")])
def test_a_server_that_refuses_is_quoted(dav: FakeDav, status: int, said: str) -> None:
    keeps(dav).refuses = status
    with pytest.raises(RefusedError, match=said):
        write(dav, PLACE, JANE, OTHER)


def test_a_server_that_fails_is_told_as_such(dav: FakeDav) -> None:
    keeps(dav).refuses = 500
    with pytest.raises(DavError):
        write(dav, PLACE, JANE, OTHER)


def test_a_book_that_is_gone_is_not_written_to(dav: FakeDav) -> None:
    with pytest.raises(RefusedError, match="no longer on the server"):
        write(dav, CardLocation("/alice/other/", "/alice/other/1.vcf"), JANE, OTHER)
