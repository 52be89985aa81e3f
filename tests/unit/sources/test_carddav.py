"""The source carddav on servers' bad days and odd habits: nothing is missed, and nothing counts as deleted that is not."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from cardwarden.carddav.book import BATCH
from cardwarden.carddav.hosts import AT_ONCE
from cardwarden.errors import SettingsError, SourceError
from cardwarden.phrases.language import english
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.sources.carddav import CardDav
from cardwarden.sources.carddav_options import CarddavOptions
from cardwarden.sources.source import BookRef, Fetched, Known, Missed, Observation
from support.fake_dav import BOOK, FakeDav, Reply, Request, StillClock, card, multistatus, serving

LOGIN_PAGE = "<!DOCTYPE html><html><form>Password</form></html>"
NEVER = Known({})


@pytest.fixture
def dav() -> Iterator[FakeDav]:
    with serving() as server:
        for number in "123":
            server.put(f"{number}.vcf", card(f"t{number}"))
        yield server


def source(dav: FakeDav, **options: object) -> CardDav:
    given = {"url": dav.url, "username": "alice", "password_env": "PASSWORD", **options}
    made = CardDav(
        "family", CarddavOptions.model_validate({"type": "carddav", **given}), lambda _: "s3cret", StillClock()
    )
    made.books()
    dav.requests.clear()
    return made


def look(
    reader: CardDav, known: Known = NEVER, *, deep: bool = False
) -> tuple[Observation, dict[str, Fetched | Missed]]:
    (book,) = reader.books()
    seen = reader.observe(book, known, deep=deep)
    items = list(seen.bodies)
    assert len({item.href for item in items}) == len(items), "a member is fetched once"
    return seen, {item.href.removeprefix(BOOK): item for item in items}


def kept(seen: Observation, items: dict[str, Fetched | Missed], before: Known = NEVER) -> Known:
    """What a check would keep."""
    missed = {item.href for item in items.values() if isinstance(item, Missed)}
    members = {href: before.members.get(href, "") if href in missed else stamp for href, stamp in seen.members.items()}
    members = {href: stamp for href, stamp in members.items() if href not in missed or href in before.members}
    return Known(members, before.token if missed else seen.token)


def first(reader: CardDav, dav: FakeDav) -> Known:
    known = kept(*look(reader))
    dav.requests.clear()
    return known


def names(seen: Observation) -> list[str]:
    return [href.removeprefix(BOOK) for href in seen.members]


def refusal(reader: CardDav, known: Known = NEVER, *, deep: bool = False) -> str:
    with pytest.raises(SourceError) as caught:
        look(reader, known, deep=deep)
    return str(caught.value)


# What a look costs


def test_nothing_changed_is_one_request_by_sync_token(dav: FakeDav) -> None:
    reader = source(dav)
    known = first(reader, dav)
    seen, items = look(reader, known)
    assert dav.methods() == ["REPORT"]
    assert (dict(seen.members), items) == (known.members, {})


def test_nothing_changed_is_one_request_by_ctag(dav: FakeDav) -> None:
    dav.offers_sync = False
    reader = source(dav)
    known = first(reader, dav)
    seen, items = look(reader, known)
    assert [(r.method, r.headers["Depth"]) for r in dav.requests] == [("PROPFIND", "0")]
    assert (dict(seen.members), items) == (known.members, {})


def test_nothing_changed_is_one_request_by_listing_where_there_is_neither(dav: FakeDav) -> None:
    dav.offers_sync = dav.offers_ctag = False
    reader = source(dav)
    known = first(reader, dav)
    seen, items = look(reader, known)
    assert dav.methods() == ["PROPFIND"]
    assert (dict(seen.members), items) == (known.members, {})


@pytest.mark.parametrize(("sync", "ctag"), [(True, True), (False, True), (False, False)])
@pytest.mark.parametrize("changed", [1, 2, BATCH, BATCH + 1])
def test_changes_cost_two_requests_and_one_for_each_batch_at_most(
    dav: FakeDav, *, sync: bool, ctag: bool, changed: int
) -> None:
    dav.offers_sync, dav.offers_ctag = sync, ctag
    for number in range(BATCH + 1):
        dav.put(f"n{number}.vcf", card(f"n{number}"))
    reader = source(dav)
    known = first(reader, dav)
    for number in range(changed):
        dav.put(f"n{number}.vcf", card(f"n{number}", "Other"))
    _, items = look(reader, known)
    assert set(items) == {f"n{number}.vcf" for number in range(changed)}
    assert len(dav.requests) <= 2 + -(-changed // BATCH)


def test_a_deep_look_fetches_every_card_though_nothing_changed(dav: FakeDav) -> None:
    reader = source(dav)
    _, items = look(reader, first(reader, dav), deep=True)
    assert sorted(items) == ["1.vcf", "2.vcf", "3.vcf"]


def test_no_more_than_some_batches_are_fetched_before_they_are_wanted(dav: FakeDav) -> None:
    for number in range((AT_ONCE + 3) * BATCH):
        dav.put(f"n{number}.vcf", card(f"n{number}"))
    reader = source(dav)
    (book,) = reader.books()
    bodies = iter(reader.observe(book, NEVER, deep=False).bodies)
    for _ in range(BATCH):
        next(bodies)
    assert 1 <= dav.methods().count("REPORT") <= AT_ONCE
    rest = list(bodies)
    assert dav.connections <= AT_ONCE + 1
    assert len(rest) == (AT_ONCE + 2) * BATCH + 3


@pytest.mark.parametrize("sync", [True, False])
@pytest.mark.parametrize("removed", [1, 2, 120])
def test_removed_cards_cost_one_request_more_at_most(dav: FakeDav, removed: int, *, sync: bool) -> None:
    dav.offers_sync = sync
    for number in range(150):
        dav.put(f"n{number}.vcf", card(f"n{number}"))
    reader = source(dav)
    known = first(reader, dav)
    for number in range(removed):
        dav.delete(f"n{number}.vcf")
    seen, _ = look(reader, known)
    assert set(names(seen)) == set(dav.cards)
    assert len(dav.requests) <= (1 if sync else 3)


@pytest.mark.parametrize("left_out", [{"1.vcf"}, {"1.vcf", "2.vcf"}])
@pytest.mark.parametrize("deep", [True, False])
@pytest.mark.parametrize("habit", ["", "omits", "breaks_multiget"])
def test_a_card_that_only_a_listing_left_out_is_still_there(
    dav: FakeDav, left_out: set[str], habit: str, *, deep: bool
) -> None:
    dav.offers_sync = dav.offers_ctag = False
    reader = source(dav)
    known = first(reader, dav)
    if habit:
        setattr(dav, habit, left_out)
    rest = [dav.member(name) for name in dav.cards if name not in left_out]
    dav.script = [multistatus(own(), *rest)]
    seen, items = look(reader, known, deep=deep)
    assert set(names(seen)) == set(dav.cards)
    assert all(isinstance(item, Fetched) for item in items.values())
    dav.script = [multistatus(own(), *rest)]
    for name in left_out:
        dav.cards.pop(name)
    assert set(names(look(reader, known, deep=deep)[0])) == set(dav.cards)


def test_many_cards_that_no_multiget_explains_are_looked_for_in_a_second_listing(dav: FakeDav) -> None:
    dav.offers_sync = dav.offers_ctag = False
    for number in range(100):
        dav.put(f"n{number}.vcf", card(f"n{number}"))
    reader = source(dav)
    known = first(reader, dav)
    gone = {f"n{number}.vcf" for number in range(80)}
    dav.breaks_multiget = gone
    dav.script = [multistatus(own(), *(dav.member(name) for name in dav.cards if name not in gone))]
    for name in sorted(gone)[:60]:
        dav.cards.pop(name)
    seen, _ = look(reader, known)
    assert set(names(seen)) == set(dav.cards)
    assert len(dav.requests) < 30


def test_another_book_s_listing_is_no_deletion_of_this_one(dav: FakeDav) -> None:
    reader = source(dav)
    known = first(reader, dav)
    stranger = dav.member("1.vcf").replace("1.vcf", "stranger.vcf")
    dav.always = lambda r: multistatus(own(), stranger) if r.method == "PROPFIND" else None
    for deep in (True, False):
        dav.forgets_tokens = True
        dav.history.append(("1.vcf", True))
        assert "listed none of the known contacts" in refusal(reader, known, deep=deep)


def test_a_removal_that_sync_tells_is_asked_about_no_more(dav: FakeDav) -> None:
    reader = source(dav)
    known = first(reader, dav)
    dav.delete("1.vcf")
    assert names(look(reader, known)[0]) == ["2.vcf", "3.vcf"]
    assert dav.methods() == ["REPORT"]


def test_the_list_of_books_is_asked_for_once_an_hour(dav: FakeDav) -> None:
    clock = StillClock()
    options = CarddavOptions.model_validate({"type": "carddav", "url": dav.url})
    reader = CardDav("family", options, lambda _: "", clock)
    for _ in range(3):
        reader.books()
    assert dav.methods() == ["PROPFIND"]
    clock.ahead += clock.ahead.resolution * 3_601_000_000
    reader.begin()
    reader.books()
    assert dav.methods() == ["PROPFIND"]


# A server's bad day: each is a case that was reported of a real one


def test_a_listing_without_anything_is_not_believed(dav: FakeDav) -> None:
    reader = source(dav)
    known = first(reader, dav)
    dav.always = lambda _: multistatus()
    assert "does not even list the book itself" in refusal(reader, known)
    assert "does not even list the book itself" in refusal(reader, known, deep=True)


@pytest.mark.parametrize("sync", [True, False])
def test_a_book_that_is_empty_now_is_listed_as_empty_for_the_guard_to_doubt(dav: FakeDav, *, sync: bool) -> None:
    dav.offers_sync = sync
    reader = source(dav)
    known = first(reader, dav)
    for name in list(dav.cards):
        dav.delete(name)
    seen, items = look(reader, known)
    assert (names(seen), items) == ([], {})


def test_a_server_that_is_away_says_so_after_four_tries(dav: FakeDav) -> None:
    reader = source(dav)
    known = first(reader, dav)
    dav.always = lambda _: Reply(503)
    assert "127.0.0.1 has a fault of its own (503)" in refusal(reader, known)
    assert len(dav.requests) >= 4


@pytest.mark.parametrize(("status", "words"), [(401, "refused the user name or the password"), (403, "does not allow")])
def test_lost_access_is_told_with_what_to_do(dav: FakeDav, status: int, words: str) -> None:
    reader = source(dav)
    known = first(reader, dav)
    dav.always = lambda _: Reply(status, LOGIN_PAGE, {"Content-Type": "text/html"})
    assert words in refusal(reader, known)


@pytest.mark.parametrize("headers", [{"Content-Type": "text/html"}, {}, {"Content-Type": "application/xml"}])
@pytest.mark.parametrize("status", [200, 207])
def test_a_login_page_is_no_listing(dav: FakeDav, headers: dict[str, str], status: int) -> None:
    reader = source(dav)
    known = first(reader, dav)
    dav.always = lambda _: Reply(status, LOGIN_PAGE, headers)
    for deep in (False, True):
        assert "answered with a web page" in refusal(reader, known, deep=deep)


def test_a_login_page_in_place_of_the_cards_is_no_card(dav: FakeDav) -> None:
    reader = source(dav)
    dav.always = lambda request: None if request.method == "PROPFIND" else Reply(200, LOGIN_PAGE)
    assert "answered with a web page" in refusal(reader)


def test_one_card_that_breaks_the_multiget_is_found_by_asking_for_each(dav: FakeDav) -> None:
    dav.breaks_multiget = {"2.vcf"}
    _, items = look(source(dav))
    assert {name: item.data for name, item in items.items() if isinstance(item, Fetched)} == dav.cards


def test_one_card_that_cannot_be_had_is_named_and_hides_no_other(dav: FakeDav) -> None:
    reader = source(dav)
    known = first(reader, dav)
    dav.breaks_multiget = {"2.vcf"}
    dav.always = lambda request: Reply(500) if request.path.endswith("2.vcf") else None
    seen, items = look(reader, known, deep=True)
    assert {name: type(item) for name, item in items.items()} == {"1.vcf": Fetched, "2.vcf": Missed, "3.vcf": Fetched}
    missed = items["2.vcf"]
    assert isinstance(missed, Missed)
    assert f"{BOOK}2.vcf is listed but could not be fetched" in english(missed.reason)
    assert "2.vcf" in names(seen)


def test_a_card_that_xml_cannot_hold_is_had_by_asking_for_it_alone(dav: FakeDav) -> None:
    dav.put("odd.vcf", b"BEGIN:VCARD\r\nFN:\x01\xff\r\nEND:VCARD\r\n")
    dav.data = lambda data: data.decode("latin-1")
    _, items = look(source(dav))
    assert items["odd.vcf"] == Fetched(BOOK + "odd.vcf", items["odd.vcf"].stamp, dav.cards["odd.vcf"])


def test_new_etags_with_the_same_bytes_bring_the_same_bytes(dav: FakeDav) -> None:
    dav.offers_sync = False
    reader = source(dav)
    known = first(reader, dav)
    dav.etag = lambda name, _: f'"x{name}"'
    dav.history.append(("1.vcf", True))
    _, items = look(reader, known)
    assert {name: item.data for name, item in items.items() if isinstance(item, Fetched)} == dav.cards


def test_a_silent_edit_under_the_same_etag_is_seen_by_a_deep_look(dav: FakeDav) -> None:
    dav.etag = lambda name, _: f'"e{name}"'
    reader = source(dav)
    known = first(reader, dav)
    dav.cards["1.vcf"] = card("t1", "Changed")
    _, items = look(reader, known, deep=True)
    assert items["1.vcf"] == Fetched(BOOK + "1.vcf", '"e1.vcf"', card("t1", "Changed"))


@pytest.mark.parametrize("etag", ["e1", 'W/"e1"', '"', '"a\'b<&>"', '"山"'])
def test_an_etag_is_opaque_text(dav: FakeDav, etag: str) -> None:
    dav.offers_sync = dav.offers_ctag = False
    dav.etag = lambda name, data: f"{etag}-{name}-{len(data)}"
    reader = source(dav)
    known = first(reader, dav)
    assert look(reader, known)[1] == {}
    dav.put("1.vcf", card("t1", "Longer name"))
    assert list(look(reader, known)[1]) == ["1.vcf"]


@pytest.mark.parametrize("etag", [None, "", "1"])
def test_without_an_etag_of_its_own_a_card_is_always_fetched(dav: FakeDav, etag: str | None) -> None:
    dav.offers_sync = dav.offers_ctag = False
    dav.etag = lambda name, data: etag
    reader = source(dav)
    known = first(reader, dav)
    dav.cards["1.vcf"] = card("t1", "Changed")
    seen, items = look(reader, known)
    assert sorted(items) == ["1.vcf", "2.vcf", "3.vcf"]
    assert seen.members == known.members


def test_a_constant_etag_is_not_believed_later_when_one_card_is_left(dav: FakeDav) -> None:
    dav.offers_sync = dav.offers_ctag = False
    dav.etag = lambda name, data: "1"
    reader = source(dav)
    known = first(reader, dav)
    dav.delete("2.vcf")
    dav.delete("3.vcf")
    known = kept(*look(reader, known))
    assert list(look(reader, known)[1]) == ["1.vcf"]


def test_with_a_sync_token_a_constant_etag_hides_no_change(dav: FakeDav) -> None:
    dav.etag = lambda name, data: "1"
    reader = source(dav)
    known = first(reader, dav)
    for name in ("Changed", "Again"):
        dav.put("1.vcf", card("t1", name))
        seen, items = look(reader, known)
        known = kept(seen, items)
        assert items["1.vcf"] == Fetched(BOOK + "1.vcf", "", card("t1", name))
    dav.requests.clear()
    assert look(reader, known)[1] == {}
    assert dav.methods() == ["REPORT"]


def test_hundreds_of_shared_etags_make_all_of_them_useless(dav: FakeDav) -> None:
    dav.offers_sync = dav.offers_ctag = False
    for number in range(300):
        dav.put(f"n{number}.vcf", card(f"n{number}"))
    dav.etag = lambda name, data: name.strip("n.vcf")[:-1] or "x"
    reader = source(dav)
    known = first(reader, dav)
    assert set(known.members.values()) <= {""} or len(known.token) < 5_000
    assert look(reader, known)[0].members == known.members


def test_hrefs_that_are_all_new_are_new_members_with_the_same_bytes(dav: FakeDav) -> None:
    reader = source(dav)
    known = first(reader, dav)
    for name in list(dav.cards):
        dav.put(f"new-{name}", dav.cards[name])
        dav.delete(name)
    seen, items = look(reader, known)
    assert sorted(names(seen)) == ["new-1.vcf", "new-2.vcf", "new-3.vcf"]
    assert sorted(items) == ["new-1.vcf", "new-2.vcf", "new-3.vcf"]


def test_one_card_under_two_hrefs_is_two_members(dav: FakeDav) -> None:
    reader = source(dav)
    known = first(reader, dav)
    dav.put("1-copy.vcf", dav.cards["1.vcf"])
    seen, items = look(reader, known)
    assert "1.vcf" in names(seen)
    assert items["1-copy.vcf"] == Fetched(BOOK + "1-copy.vcf", "", card("t1"))


def test_a_card_that_the_multiget_leaves_out_is_asked_for(dav: FakeDav) -> None:
    dav.omits = {"2.vcf"}
    _, items = look(source(dav))
    assert {name: item.data for name, item in items.items() if isinstance(item, Fetched)} == dav.cards


@pytest.mark.parametrize("answers", [lambda _: Reply(404), lambda _: Reply(200, " \r\n")])
def test_a_listed_card_that_cannot_be_had_is_missed_not_gone_and_tried_again(
    dav: FakeDav, answers: Callable[[Request], Reply]
) -> None:
    reader = source(dav)
    known = first(reader, dav)
    dav.put("2.vcf", card("t2", "Changed"))
    dav.omits = {"2.vcf"}
    dav.always = lambda request: answers(request) if request.method == "GET" else None
    for _ in range(2):
        seen, items = look(reader, known)
        assert type(items["2.vcf"]) is Missed
        assert "2.vcf" in names(seen)
        known = kept(seen, items, known)
    dav.omits, dav.always = set(), None
    assert look(reader, known)[1]["2.vcf"] == Fetched(
        BOOK + "2.vcf", str(dav.etag("2.vcf", dav.cards["2.vcf"])), dav.cards["2.vcf"]
    )


def test_a_body_that_is_escaped_twice_is_decoded_once(dav: FakeDav) -> None:
    dav.data = lambda data: data.decode().replace("Jane", "Jane&#13; R&amp;amp;D")
    _, items = look(source(dav))
    item = items["1.vcf"]
    assert isinstance(item, Fetched)
    assert item.data == card("t1", "Jane\r R&amp;D")


def test_a_server_s_replacement_characters_come_through(dav: FakeDav) -> None:
    dav.put("1.vcf", card("t1", "J\ufffd\ufffdrg"))
    item = look(source(dav))[1]["1.vcf"]
    assert isinstance(item, Fetched)
    assert item.data == card("t1", "J\ufffd\ufffdrg")


def test_the_same_bytes_come_by_multiget_and_by_get(dav: FakeDav) -> None:
    reader = source(dav)
    by_report = look(reader, deep=True)[1]
    dav.omits = set(dav.cards)
    by_get = look(reader, deep=True)[1]
    assert by_get == by_report


# Tokens


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 412, 415, 500, 501, 507])
def test_a_token_that_is_refused_leads_to_a_listing(dav: FakeDav, status: int) -> None:
    reader = source(dav)
    known = first(reader, dav)
    dav.put("1.vcf", card("t1", "Changed"))
    dav.delete("2.vcf")
    dav.script = [Reply(status, LOGIN_PAGE if status == 500 else "")]
    seen, items = look(reader, known)
    assert names(seen) == ["1.vcf", "3.vcf"]
    assert list(items) == ["1.vcf"]


@pytest.mark.parametrize(
    "body", ["", "<multistatus", '<multistatus xmlns="DAV:"/>', '<error xmlns="DAV:"/>', "<!DOCTYPE x><x/>"]
)
def test_a_sync_answer_that_makes_no_sense_leads_to_a_listing(dav: FakeDav, body: str) -> None:
    reader = source(dav)
    known = first(reader, dav)
    dav.script = [Reply(207, body)]
    seen, items = look(reader, known)
    assert (seen.members, items) == (known.members, {})


@pytest.mark.parametrize("token", ["{", "[]", '{"sync": 3}', "x", '{"shared": 3}', '{"sync": "token-999"}'])
def test_a_stored_token_that_makes_no_sense_leads_to_a_listing(dav: FakeDav, token: str) -> None:
    reader = source(dav)
    known = replace(first(reader, dav), token=token)
    seen, items = look(reader, known)
    assert (seen.members, items) == (known.members, {})


def test_a_forgotten_token_answered_with_everything_hides_no_deletion(dav: FakeDav) -> None:
    reader = source(dav)
    known = first(reader, dav)
    dav.forgets_tokens = dav.relists = True
    dav.delete("2.vcf")
    seen, items = look(reader, known)
    assert (names(seen), items) == (["1.vcf", "3.vcf"], {})


def test_a_forgotten_token_answered_with_everything_rewritten_hides_no_deletion(dav: FakeDav) -> None:
    reader = source(dav)
    known = first(reader, dav)
    dav.forgets_tokens = dav.relists = True
    dav.delete("2.vcf")
    dav.put("4.vcf", card("t4"))
    dav.etag = lambda name, data: f"new-{name}"
    assert names(look(reader, known)[0]) == ["1.vcf", "3.vcf", "4.vcf"]


def test_the_same_changes_listed_on_every_sync_are_no_changes(dav: FakeDav) -> None:
    reader = source(dav)
    known = first(reader, dav)
    dav.relists = True
    for _ in range(2):
        seen, items = look(reader, known)
        assert (seen.members, items) == (known.members, {})
        known = kept(seen, items)


def test_changes_come_page_by_page(dav: FakeDav) -> None:
    for number in range(10):
        dav.put(f"n{number}.vcf", card(f"n{number}"))
    reader = source(dav)
    known = first(reader, dav)
    dav.page = 2
    dav.put("n1.vcf", card("n1", "Changed"))
    dav.put("new.vcf", card("new"))
    dav.delete("new.vcf")
    dav.delete("n2.vcf")
    dav.put("n3.vcf", card("n3", "Changed"))
    seen, items = look(reader, known)
    assert sorted(names(seen)) == sorted(dav.cards)
    assert list(items) == ["n1.vcf", "n3.vcf"]


def test_pages_that_lead_nowhere_lead_to_a_listing(dav: FakeDav) -> None:
    reader = source(dav)
    known = first(reader, dav)
    full = f"<response><href>{BOOK}</href><status>HTTP/1.1 507 Insufficient Storage</status></response>"
    dav.script = [multistatus(full, token="token-3")]
    seen, items = look(reader, known)
    assert (seen.members, items) == (known.members, {})


def test_a_listing_that_is_cut_short_is_taken_page_by_page(dav: FakeDav) -> None:
    reader = source(dav)
    dav.page = 2
    full = f"<response><href>{BOOK}</href><status>HTTP/1.1 507 Insufficient Storage</status></response>"
    dav.script = [multistatus(full, dav.member("1.vcf"))]
    assert names(look(reader)[0]) == ["1.vcf", "2.vcf", "3.vcf"]


def test_a_listing_that_stays_cut_short_is_not_believed(dav: FakeDav) -> None:
    dav.offers_sync = False
    reader = source(dav)
    full = f"<response><href>{BOOK}</href><status>HTTP/1.1 507 Insufficient Storage</status></response>"
    dav.script = [multistatus(full, dav.member("1.vcf"))]
    assert "lists only a part" in refusal(reader)


# Odd ways to write things


@pytest.mark.parametrize(
    "href",
    [
        pytest.param(lambda path: f"http://inner.example:8080{path}", id="absolute, with another host's name"),
        pytest.param(lambda path: f"\r\n   {path}\r\n", id="with raw line ends around"),
        pytest.param(lambda path: path.replace("@", "%40").replace(" ", "%20"), id="escaped more than needed"),
        pytest.param(lambda path: path.replace("%40", "@").replace("%20", " "), id="with raw spaces"),
    ],
)
def test_an_href_may_be_written_in_many_ways(dav: FakeDav, href: object) -> None:
    dav.put("x@y z.vcf", card("x"))
    reader = source(dav)
    known = first(reader, dav)
    dav.href = href  # type: ignore[assignment]
    dav.put("x@y z.vcf", card("x", "Changed"))
    seen, items = look(reader, known)
    assert sorted(seen.members) == sorted(known.members)
    assert [type(item) for item in items.values()] == [Fetched]
    assert look(reader, known, deep=True)[0].members.keys() == known.members.keys()


def test_a_multiget_asks_by_path_as_the_server_spelled_it(dav: FakeDav) -> None:
    dav.put("x@y z.vcf", card("x"))
    dav.href = lambda path: f"https://p42.example.com:443{path.replace('@', '%40').replace(' ', '%20')}"
    look(source(dav))
    (multiget,) = (request for request in dav.requests if request.method == "REPORT")
    assert f"<href>{BOOK}x%40y%20z.vcf</href>" in multiget.body


def test_a_member_that_is_listed_twice_is_one_and_its_etags_are_not_believed(dav: FakeDav) -> None:
    dav.offers_sync = dav.offers_ctag = False
    reader = source(dav)
    known = first(reader, dav)
    again = dav.member("1.vcf").replace("<getetag>", "<getetag>other")
    dav.script = [multistatus(own(), dav.member("1.vcf"), again, dav.member("2.vcf"), dav.member("2.vcf"))]
    seen, items = look(reader, known)
    assert names(seen) == ["1.vcf", "2.vcf", "3.vcf"]
    assert list(items) == ["1.vcf"]


def own() -> str:
    return (
        f"<response><href>{BOOK}</href><propstat><prop><resourcetype><collection/><C:addressbook/></resourcetype></prop>"
        "<status>HTTP/1.1 200 OK</status></propstat></response>"
    )


def test_rows_that_are_gone_in_a_listing_are_no_members(dav: FakeDav) -> None:
    reader = source(dav)
    gone = f"<response><href>{BOOK}9.vcf</href><status>HTTP/1.1 404 Not Found</status></response>"
    dav.script = [multistatus(own(), gone, dav.member("1.vcf"))]
    assert names(look(reader)[0]) == ["1.vcf"]


def test_a_member_that_is_refused_in_a_listing_is_still_there(dav: FakeDav) -> None:
    reader = source(dav)
    known = first(reader, dav)
    refused = f"<response><href>{BOOK}2.vcf</href><status>HTTP/1.1 403 Forbidden</status></response>"
    dav.missing = {"2.vcf"}
    dav.script = [multistatus(own(), refused, dav.member("1.vcf"))]
    seen, items = look(reader, known, deep=True)
    assert names(seen) == ["1.vcf", "2.vcf", "3.vcf"]
    assert type(items["2.vcf"]) is Missed


def test_what_is_no_card_in_a_book_is_left_alone(dav: FakeDav) -> None:
    reader = source(dav)
    folder = (
        dav.member("1.vcf")
        .replace("1.vcf", "sub/")
        .replace("<resourcetype/>", "<resourcetype><collection/></resourcetype>")
    )
    picture = dav.member("1.vcf").replace("1.vcf", "a.png").replace("text/vcard", "image/png")
    bare = dav.member("1.vcf").replace("1.vcf", "google-id")
    dav.script = [multistatus(own(), folder, picture, bare, dav.member("2.vcf").replace("text/vcard", "text/plain"))]
    dav.cards["google-id"] = card("g")
    assert names(look(reader)[0]) == ["2.vcf", "google-id"]


def test_garbage_that_a_server_took_for_a_card_comes_as_it_is(dav: FakeDav) -> None:
    dav.put("1.vcf", b"<html>no card</html>")
    items = look(source(dav))[1]
    dav.omits = {"1.vcf"}
    for item in (items["1.vcf"], look(source(dav))[1]["1.vcf"]):
        assert isinstance(item, Fetched)
        assert item.data == b"<html>no card</html>"


def test_a_card_that_is_too_large_is_missed_and_says_what_to_set(dav: FakeDav) -> None:
    dav.put("2.vcf", card("t2", "J" * 1000))
    item = look(source(dav, max_bytes=500))[1]["2.vcf"]
    assert isinstance(item, Missed)
    assert "1,050 bytes, more than max_bytes allows (500)" in english(item.reason)


def test_access_that_ends_between_two_batches_is_no_missing_card(dav: FakeDav) -> None:
    reader = source(dav)
    dav.always = lambda request: None if request.method == "PROPFIND" else Reply(401)
    assert "refused the user name or the password" in refusal(reader)


def test_a_network_that_ends_in_the_middle_ends_the_look(dav: FakeDav) -> None:
    for number in range(2 * BATCH):
        dav.put(f"n{number}.vcf", card(f"n{number}"))
    reader = source(dav)
    dav.always = lambda request: None if request.method == "PROPFIND" else Reply(207, "x" * 100, cut=50)
    assert "broke off" in refusal(reader)
    assert len(dav.requests) < 30


@pytest.mark.parametrize("framed", [True, False])
def test_a_connection_that_breaks_in_mid_answer_is_asked_again(dav: FakeDav, *, framed: bool) -> None:
    reader = source(dav)
    known = first(reader, dav)

    def cut(request: Request) -> Reply:
        rest, dav.script = dav.script, []
        reply = replace(dav.answer(request), cut=60, framed=framed)
        dav.script = rest
        return reply

    dav.script = [cut, cut, cut]
    dav.put("1.vcf", card("t1", "Changed"))
    seen, items = look(reader, known)
    assert (sorted(names(seen)), list(items)) == (["1.vcf", "2.vcf", "3.vcf"], ["1.vcf"])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("sync", "ctag"), [(True, True), (False, True), (False, False)])
def test_a_network_that_loses_a_third_of_everything_never_loses_a_card(
    dav: FakeDav, seed: int, *, sync: bool, ctag: bool
) -> None:
    """Whatever comes of a look: what it lists is what is there, and what it keeps leads to the truth in the end."""
    chance = random.Random(seed)
    dav.offers_sync, dav.offers_ctag = sync, ctag
    for number in range(2 * BATCH):
        dav.put(f"n{number}.vcf", card(f"n{number}"))
    reader = source(dav)
    clock = reader._clock
    assert isinstance(clock, StillClock)

    def lossy(request: Request) -> Reply | None:
        if chance.random() > 0.3:
            return None
        dav.always = None
        whole = dav.answer(request)
        dav.always = lossy
        cut = chance.randrange(1, max(2, len(whole.body)))
        return chance.choice([replace(whole, cut=cut), replace(whole, cut=cut, framed=False), Reply(503), Reply(502)])

    known, read = NEVER, dict[str, bytes]()
    dav.always = lossy
    for step in range(12):
        dav.put(f"n{chance.randrange(2 * BATCH)}.vcf", card("n", f"Changed {step}"))
        dav.put(f"new{step}.vcf", card(f"new{step}"))
        dav.delete(f"new{step}.vcf" if step % 3 == 0 else next(iter(dav.cards)))
        dav.always = None if step == 11 else lossy
        clock.ahead += timedelta(minutes=15)
        reader.begin()  # as each check does: it has 25 minutes of its own
        try:
            seen, items = look(reader, known, deep=chance.random() < 0.2)
        except SourceError:
            continue
        assert set(names(seen)) == set(dav.cards)
        read = {name: data for name, data in read.items() if name in dav.cards}
        read |= {name: item.data for name, item in items.items() if isinstance(item, Fetched)}
        known = kept(seen, items, known)
    # The last line end of an answer without a length may be lost unseen; nothing of the card is.
    assert {name: data.rstrip() for name, data in read.items()} == {
        name: data.rstrip() for name, data in dav.cards.items()
    }


# vCard 4.0, collections, secrets


@pytest.mark.parametrize(
    ("wanted", "offered", "asked"), [("4.0", True, True), ("4.0", False, False), ("3.0", True, False)]
)
def test_vcard_4_is_asked_for_where_it_is_offered_and_wanted(
    dav: FakeDav, wanted: str, *, offered: bool, asked: bool
) -> None:
    if offered:
        dav.properties = '<C:supported-address-data><C:address-data-type version="4.0"/></C:supported-address-data>'
    reader = source(dav, vcard=wanted)
    known = kept(*look(reader))
    dav.put("1.vcf", card("t1", "Changed"))
    dav.put("2.vcf", card("t2", "Changed"))
    look(reader, known)
    multigets = [request.body for request in dav.requests if "multiget" in request.body]
    assert [('version="4.0"' in body) for body in multigets] == [asked, asked]


def test_the_books_that_the_setting_names_are_watched(dav: FakeDav) -> None:
    for pattern in ("*", "Family", "contacts", "F*"):
        assert source(dav, url=dav.root, collections=[pattern]).books() == [BookRef(BOOK, "Family")]


def test_a_book_that_the_setting_names_and_that_is_not_there_is_told(dav: FakeDav) -> None:
    with pytest.raises(
        SourceError, match=r'There is no address book "Work" for \[sources\.family\]; there are: "Family"'
    ):
        source(dav, url=dav.root, collections=["*", "Work"])


def test_a_book_that_is_gone_from_the_server_is_told_and_loses_no_card(dav: FakeDav) -> None:
    reader = source(dav, url=dav.root)
    known = first(reader, dav)
    with pytest.raises(SourceError, match="is no longer on the server"):
        reader.observe(BookRef("/alice/other/", "Other"), known, deep=False)


def test_an_address_that_is_no_address_book_any_more_is_told(dav: FakeDav) -> None:
    reader = source(dav)
    plain = own().replace("<C:addressbook/>", "<C:calendar/>")
    dav.script = [multistatus(plain, dav.member("1.vcf"))]
    assert "is not an address book" in refusal(reader)


def test_a_secret_that_is_not_there_makes_the_book_unread(dav: FakeDav) -> None:
    def secret(_: str) -> str:
        raise SettingsError(phrase("secret-env-unset", key=Code("sources.family.password_env"), name=Code("PASSWORD")))

    options = CarddavOptions(type="carddav", url=dav.url, username="alice", password_env="PASSWORD")
    with pytest.raises(SourceError, match="PASSWORD is not set"):
        CardDav("family", options, secret, StillClock()).books()
