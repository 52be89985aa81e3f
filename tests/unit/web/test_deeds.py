"""What the page does, and for whom it does nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import requests

from cardwarden.actions.backup import backup
from cardwarden.actions.queries.documents import API
from cardwarden.actions.tokens import Grant, Verb, signer_beside
from cardwarden.store import web as web_store
from cardwarden.web.routes import ROUTES
from support.contract import kind_of
from support.page import PASSWORD, Page, page_of, text_of
from support.two_events import OTHER, copied, damaged_home, home
from support.world import World


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two contacts; the number of one was damaged (event 1), then a number of the other (event 2)."""
    return damaged_home(tmp_path_factory.mktemp("damaged"))


@pytest.fixture
def world(damaged: World, tmp_path: Path) -> World:
    """A copy of it."""
    return copied(damaged, tmp_path)


@contextmanager
def up(world: World, password: str | None = PASSWORD) -> Iterator[Page]:
    with page_of(world, password=password) as page:
        yield page


def book(world: World) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in world.book.iterdir()}


def link(page: Page, event: int, *verbs: Verb, once: bool = False, length: timedelta = timedelta(days=1)) -> str:
    now = page.program.clock.now()
    return signer_beside(page.program.store.path).sign(Grant(event, frozenset(verbs), now + length, once))


def agreed(html: str) -> str:
    found = re.search(r'name="agreed" value="([0-9a-f]{64})"', html)
    assert found
    return found[1]


# Who may


def test_with_a_password_nothing_is_shown_before_it_was_given(world: World) -> None:
    with up(world) as page:
        visitor = page.visitor()
        for path in ("/", "/events", "/events/1", "/contacts/1", "/settings", "/nothing/at/all"):
            answer = visitor.get(path)
            assert answer.status_code in {303, 404}
            assert "Yamada" not in answer.text
        assert visitor.get("/events/1").headers["Location"] == "/sign-in?next=/events/1"


def test_the_password_lets_in_until_one_signs_out_also_with_a_kept_cookie(world: World) -> None:
    with up(world) as page:
        visitor = page.signed_in()
        assert "Yamada" in visitor.get("/").text
        cookie = dict(visitor.session.cookies)
        assert visitor.post("/sign-out").status_code == 303
        assert visitor.get("/").status_code == 303
        visitor.session.cookies.update(cookie)
        assert visitor.get("/").status_code == 303


def test_a_session_ends_when_its_time_is_over(world: World) -> None:
    with up(world) as page:
        visitor = page.signed_in()
        world.clock.at += timedelta(days=31)
        assert visitor.get("/").status_code == 303


def test_all_sessions_can_be_ended_from_one(world: World) -> None:
    with up(world) as page:
        first, second = page.signed_in(), page.signed_in()
        second.post("/sessions/end", {"session": "all"})
        assert first.get("/").status_code == 303


@pytest.mark.parametrize("session", ["nonsense", "", "' OR 1=1", "00"])
def test_ending_a_session_that_is_none_ends_none(world: World, session: str) -> None:
    with up(world) as page:
        visitor = page.signed_in()
        assert visitor.post("/sessions/end", {"session": session}).status_code == 303
        assert visitor.get("/").status_code == 200


def test_the_cookie_is_for_the_browser_alone(world: World) -> None:
    with up(world) as page:
        cookie = page.visitor().sign_in().headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # this visitor came by http


def test_a_thousand_wrong_passwords_are_hardly_looked_at_and_the_right_one_has_to_wait_then(world: World) -> None:
    with up(world) as page:
        visitor = page.visitor()
        codes = [visitor.sign_in(f"guess {number}").status_code for number in range(1000)]
        assert codes[:5] == [403] * 5
        assert set(codes[5:]) == {429}
        assert visitor.sign_in().status_code == 429
        world.clock.at += timedelta(minutes=16)
        assert visitor.sign_in().status_code == 303


def test_without_a_password_only_this_machine_is_served(world: World) -> None:
    with up(world, None) as page:
        visitor = page.visitor()
        assert visitor.get("/").status_code == 200
        for headers in ({"X-Forwarded-For": "192.0.2.1"}, {"Via": "1.1 proxy"}, {"Host": "192.0.2.1:9219"}):
            assert visitor.get("/", **headers).status_code == 403
        assert "only this machine" in visitor.get("/settings").text


@pytest.mark.parametrize("more", ['url = "https://home.example.org"', 'proxies = ["127.0.0.1"]'])
def test_what_a_proxy_passes_on_without_a_word_of_itself_is_not_this_machine(world: World, more: str) -> None:
    world.more = f"[web]\n{more}\n"
    with up(world, None) as page:
        for path in ("/", "/events/1", "/contacts/1", "/settings"):  # as nginx asks with a bare proxy_pass
            answer = page.visitor().get(path)
            assert answer.status_code == 403
            assert "cardwarden web password" in answer.text
            assert "Yamada" not in answer.text
        assert page.visitor().post("/events/1/accept").status_code == 403
        assert page.visitor().get(f"/e/{link(page, 1, Verb.ACCEPT)}").status_code == 200
    assert len(world.open()) == 2
    with up(world) as page:
        assert page.signed_in().get("/").status_code == 200


def test_a_proxy_signs_in_whom_it_names_and_nobody_else_can(world: World) -> None:
    world.more = '[web]\nproxy_user = "Remote-User"\nproxies = ["127.0.0.1"]\n'
    with up(world, None) as page:
        assert page.visitor().get("/").status_code == 403
        assert "anna" in page.visitor().get("/settings", **{"Remote-User": "anna"}).text
    world.more = '[web]\nproxy_user = "Remote-User"\nproxies = ["192.0.2.1"]\n'
    with up(world, None) as page:
        assert page.visitor().get("/", **{"Remote-User": "anna"}).status_code == 403


def test_a_host_that_is_not_ours_is_refused(world: World) -> None:
    with up(world) as page:
        for host in ("evil.example", "evil.example:9219", ""):
            assert page.signed_in().get("/", Host=host).status_code in {400, 421}


def test_the_page_lives_under_the_path_of_its_address_and_alone(world: World) -> None:
    world.more = '[web]\nurl = "https://home.example.org/cardwarden"\n'
    with up(world) as page:
        visitor = page.visitor()
        came = {"Host": "home.example.org"}
        assert visitor.get("/cardwarden/events/1", **came).headers["Location"].startswith("/cardwarden/sign-in?next=")
        answer = visitor.post(
            "/cardwarden/sign-in", {"password": PASSWORD}, Host="home.example.org", Origin="https://home.example.org"
        )
        cookie = answer.headers["Set-Cookie"]
        assert "Path=/cardwarden" in cookie
        assert "Secure" in cookie
        html = visitor.get("/cardwarden/", Cookie=cookie.split(";")[0], **came).text
        paths = re.findall(r'(?:href|action)="(/[^"]*)"', html)
        assert paths
        assert all(path.startswith("/cardwarden/") for path in paths)


@pytest.mark.parametrize("host", ["home.example.org:443", "HOME.example.org.", "home.example.org", "127.0.0.1:9219"])
def test_however_a_proxy_writes_the_host_one_signs_in_for_https_and_links_keep_their_path(
    world: World, host: str
) -> None:
    world.more = '[web]\nurl = "https://home.example.org/cardwarden"\n'
    told = {
        "Host": host,
        "X-Forwarded-Host": "home.example.org:443",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Port": "443",
    }
    with up(world) as page:
        visitor = page.visitor()
        answer = visitor.post("/cardwarden/sign-in", {"password": PASSWORD}, Origin="https://home.example.org", **told)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/cardwarden/")
        cookie = answer.headers["Set-Cookie"]
        assert "; Secure" in cookie
        told["Cookie"] = cookie.split(";")[0]
        html = visitor.get("/cardwarden/events/1", **told).text
        assert "Yamada" in html
        assert "://" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', html))
        accepted = visitor.post("/cardwarden/events/1/accept", Origin="https://home.example.org", **told)
        assert accepted.headers["Location"] == "/cardwarden/events/1?done=accepted"
    assert [one.event_id for one in world.open()] == [2]


# Changes


@pytest.mark.parametrize("verb", ["accept", "restore", "quiet"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_what_another_page_asks_for_is_not_done(world: World, verb: str, headers: dict[str, str]) -> None:
    before = book(world)
    with up(world) as page:
        assert page.signed_in().post(f"/events/1/{verb}", **headers).status_code == 403
    assert len(world.open()) == 2
    assert book(world) == before


@pytest.mark.parametrize(
    "path",
    [
        *(f"/events/1/{verb}" for verb in ("accept", "undo", "restore", "quiet")),
        *(f"/contacts/1/{verb}" for verb in ("restore", "guard", "unguard", "forget")),
        *("/books/1/check", "/books/1/expect", "/verify", "/sign-out", "/sessions/end"),
    ],
)
def test_a_get_never_changes_anything(world: World, path: str) -> None:
    with up(world) as page:
        visitor = page.signed_in()
        assert visitor.get(path).status_code == 405
        assert visitor.get("/").status_code == 200
    assert len(world.open()) == 2


def test_that_is_right_makes_it_what_is_expected(world: World) -> None:
    with up(world) as page:
        visitor = page.signed_in()
        assert visitor.post("/events/1/accept").headers["Location"] == "/events/1?done=accepted"
        shown = text_of(visitor.get("/events/1?done=accepted").text)
        assert "Accepted" in shown
        assert "on the page" in shown
        assert visitor.post("/events/1/undo").status_code == 303
        assert len(world.open()) == 2
        visitor.post("/events/1/accept")
    assert [one.event_id for one in world.open()] == [2]
    assert world.check().outcome == "findings"


def test_a_link_says_that_a_contact_is_removed_if_that_is_what_putting_back_does(tmp_path: Path) -> None:
    world = home(tmp_path)
    world.put("Anna", "TEL:03-1234-5678")
    world.check()
    world.put("Anna", "TEL:+81 3-1234-5678", file="again.vcf", uid="another")
    world.check()
    [doubled] = world.open()
    with up(world) as page:
        shown = page.visitor().get(f"/e/{link(page, doubled.event_id, Verb.RESTORE, Verb.ACCEPT)}").text
    assert "Remove the new contact" in shown
    assert "Put it back" not in shown
    assert "family ( contacts )" in text_of(shown)


def test_what_is_said_of_a_book_is_said_once(tmp_path: Path) -> None:
    world = home(tmp_path)
    for name in ("Anna", "Mia", "Sato"):
        world.put(name, "TEL:03-1234-5678")
    world.check()
    for name in ("Anna", "Mia", "Sato"):
        world.remove(name)
    world.check()
    with up(world) as page:
        event = world.open()[0].event_id
        for shown in (page.visitor().get(f"/e/{link(page, event)}"), page.signed_in().get(f"/events/{event}")):
            assert text_of(shown.text).count("The address book is empty") == 1


def test_a_link_explains_each_thing_that_is_told_of_one_contact(tmp_path: Path) -> None:
    world = four_with_two_numbers_damaged(tmp_path)
    world.put("Anna", "TEL;TYPE=CELL:186080-1234-5602", "NOTE:x")
    world.check()
    world.put("Anna", "TEL;TYPE=CELL:+186080-1234-5602", "TEL;TYPE=HOME:+81 3-1234-5678")
    world.check()
    event = max(found.event_id for found in world.open())
    told = [found.finding for found in world.open() if found.event_id == event]
    with up(world) as page:
        shown = text_of(page.visitor().get(f"/e/{link(page, event)}").text)
        assert told
        for finding in told:
            if finding.explanation:
                assert page.program.voice.say(finding.explanation) in shown


WAYS = {"accept": "That is right", "restore": "Put it back", "quiet": "Let it be for a day"}


def answer_of(html: str, way: str, who: str) -> list[str]:
    """The findings that a button answers, which names whom it is about."""
    for form in re.findall(r"<form class=\"actions small\"(.*?)</form>", html, re.DOTALL):
        buttons = re.findall(r"<button([^>]*)>", form)
        for button in buttons:
            if f'aria-label="{WAYS[way]}: {who}"' in button:
                action = re.findall(r'formaction="([^"]*)"', button) or re.findall(r'action="([^"]*)"', form)
                assert action[0].endswith(f"/{way}")
                return re.findall(r'name="id" value="(\d+)"', form)
    raise AssertionError(way)


def four_with_two_numbers_damaged(tmp_path: Path) -> World:
    world = home(tmp_path)
    lines = ("TEL;TYPE=CELL:186080-1234-5602", "TEL;TYPE=HOME:186080-1234-5603")
    for number in range(4):
        world.put(f"Person {number}", *lines)
    world.check()
    for number in range(4):
        world.put(f"Person {number}", *(line.replace(":", ":+") for line in lines))
    world.check()
    return world


def test_one_field_or_one_contact_of_an_event_is_let_be_and_the_rest_is_not(tmp_path: Path) -> None:
    world = four_with_two_numbers_damaged(tmp_path)
    with up(world) as page:
        visitor = page.signed_in()
        said = "Let be: nobody is reminded until"
        assert said not in text_of(visitor.get("/events/1").text)
        [one] = answer_of(visitor.get("/events/1").text, "quiet", "Person 0, Phone number")
        where = visitor.post("/events/1/quiet", {"id": one}).headers["Location"]
        assert text_of(visitor.get(where).text).count(said) == 1
        visitor.post("/events/1/quiet", {"id": answer_of(visitor.get("/events/1").text, "quiet", "Person 2")})
        assert text_of(visitor.get("/events/1").text).count(said) == 3
        with page.program.store.read() as connection:
            quiet = web_store.quiet_findings(connection, world.clock.now())
        names = sorted(found.finding.card.name for found in world.open() if found.id in quiet and found.finding.card)
        assert names == ["Person 0", "Person 2", "Person 2"]
        visitor.post("/events/1/quiet")
        shown = text_of(visitor.get("/events/1").text)
        assert shown.count(said) == 1  # of the whole event
        world.clock.at += timedelta(hours=25)
        assert said not in text_of(page.signed_in().get("/events/1").text)
    assert len(world.open()) == 8


def test_of_an_event_of_which_nothing_waits_nothing_is_let_be(world: World) -> None:
    with up(world) as page:
        visitor = page.signed_in()
        visitor.post("/events/1/accept")
        assert visitor.post("/events/1/quiet").status_code == 409


@pytest.mark.parametrize("finding", ["x", "", "-1", "1e3", "\u0661", "1;2", "9" * 30])
def test_a_finding_that_is_none_means_neither_all_nor_another(world: World, finding: str) -> None:
    before = book(world)
    with up(world) as page:
        for verb in ("accept", "restore", "undo", "quiet"):
            assert page.signed_in().post(f"/events/1/{verb}", {"id": finding}).status_code == 400
    assert len(world.open()) == 2
    assert book(world) == before


def test_a_finding_of_another_event_is_not_touched_by_the_form_of_one(world: World) -> None:
    other = next(one.id for one in world.open() if one.event_id == 2)
    with up(world) as page:
        visitor = page.signed_in()
        visitor.post("/events/1/accept", {"id": str(other)})
        for verb in ("restore", "quiet"):
            assert visitor.post(f"/events/1/{verb}", {"id": str(other)}).status_code == 409
    assert len(world.open()) == 2


def test_all_of_one_contact_in_an_event_of_many_is_put_back_or_right_by_one_button(tmp_path: Path) -> None:
    world = four_with_two_numbers_damaged(tmp_path)
    with up(world) as page:
        visitor = page.signed_in()
        html = visitor.get("/events/1").text
        for way, who in (("accept", "Person 1"), ("restore", "Person 2"), ("quiet", "Person 3")):
            ids = answer_of(html, way, who)
            assert len(ids) == 2
            answer = visitor.post(f"/events/1/{way}", {"id": ids})
            if way == "restore":
                visitor.post("/events/1/restore", {"id": ids, "agreed": agreed(answer.text)})
    waiting = {one.finding.card.name for one in world.open() if one.finding.card}
    assert waiting == {"Person 0", "Person 3"}
    assert b":186080" in book(world)["Person 2.vcf"]
    assert b":+186080" in book(world)["Person 1.vcf"]


def test_who_accepted_is_told_in_the_readers_language(world: World) -> None:
    with up(world) as page:
        visitor = page.signed_in()
        visitor.post("/events/1/accept")
        visitor.post("/events/1/undo")
        visitor.post("/events/1/accept")
        for language, said in (("ja", "ページを開いた人（127.0.0.1）"), ("de", "jemand auf der Seite (127.0.0.1)")):
            shown = text_of(visitor.get("/events/1", **{"Accept-Language": language}).text)
            assert shown.count(said) == 2  # who accepted, and who took it back
            assert "on the page" not in shown


def test_put_it_back_shows_what_it_will_write_and_writes_only_what_was_agreed_to(world: World) -> None:
    before = book(world)
    with up(world) as page:
        visitor = page.signed_in()
        asked = visitor.post("/events/1/restore")
        assert "186080-1234-5602" in asked.text
        assert book(world) == before
        assert visitor.post("/events/1/restore", {"agreed": "0" * 64}).status_code == 409
        assert book(world) == before
        done = visitor.post("/events/1/restore", {"agreed": agreed(asked.text)})
        assert done.headers["Location"] == "/events/1?done=restored"
    assert b"TEL;TYPE=CELL:186080-1234-5602" in book(world)["Yamada.vcf"]
    assert [one.event_id for one in world.open()] == [2]


def test_where_something_else_stands_by_now_it_is_looked_at_again_and_no_command_is_told(world: World) -> None:
    with up(world) as page:
        visitor, token = page.signed_in(), link(page, 1, *Verb)
        asked, opened = visitor.post("/events/1/restore"), page.visitor().get(f"/e/{token}")
        world.put("Yamada", "TEL;TYPE=CELL:090-1111-2222", "NOTE:new")
        before = book(world)
        refused = [
            visitor.post("/events/1/restore", {"agreed": agreed(asked.text)}),
            page.visitor().post(f"/e/{token}/restore", {"agreed": agreed(opened.text)}),
        ]
        assert [answer.status_code for answer in refused] == [409, 410]
        assert "looked at again just now" in refused[0].text
        assert 'href="/events/1"' in refused[0].text
        assert "a newer message links to it" in refused[1].text
        assert not any("cardwarden check" in answer.text for answer in refused)
    assert book(world) == before
    assert {str(one.finding.after) for one in world.open() if one.event_id > OTHER} >= {"090-1111-2222"}


def test_a_book_that_cannot_be_read_is_not_said_to_be_checked_and_nothing_is_put_back(world: World) -> None:
    with up(world) as page:
        visitor, token = page.signed_in(), link(page, 1, *Verb)
        opened = page.visitor().get(f"/e/{token}").text
        world.book.rename(world.root / "away")
        done = visitor.post("/books/1/check").headers["Location"]
        assert done == "/books/1?done=unread"
        assert "It could not be read just now" in visitor.get(done).text
        for refused in (
            visitor.post("/events/1/restore"),
            page.visitor().post(f"/e/{token}/restore", {"agreed": agreed(opened)}),
        ):
            assert refused.status_code == 409
            assert "cannot be read now: The folder" in text_of(refused.text)


def test_a_record_that_is_away_is_said_and_is_no_bug(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with up(world) as page:
        visitor = page.signed_in()
        (world.root / "state/cardwarden.db").rename(world.root / "away.db")
        for answer in (visitor.get("/"), visitor.post("/events/1/accept"), page.visitor().get("/e/x")):
            assert "bug" not in answer.text
            assert "fault of the page" not in answer.text
            assert str(world.root) not in answer.text
        assert visitor.get("/").status_code == 503
        assert "The record cannot be read just now" in visitor.get("/").text
    assert not [record for record in caplog.records if "a bug" in record.getMessage()]


def test_a_contact_that_goes_or_comes_back_as_a_whole_is_said_to(world: World) -> None:
    world.put("Yamada", "TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602", uid="other", file="other.vcf")
    world.check()
    [doubled] = {one.event_id for one in world.open()} - {1, OTHER}
    world.remove("Keio")
    world.check()
    with up(world) as page:
        visitor = page.signed_in()
        [gone] = set(re.findall(r'/contacts/(\d+)"', visitor.get("/contacts?q=Keio").text))
        [version, *_] = re.findall(r'name="version" value="(\d+)"', visitor.get(f"/contacts/{gone}").text)
        comes = visitor.post(f"/contacts/{gone}/restore", {"version": version}).text
        goes = visitor.post(f"/events/{doubled}/restore").text
        stays = visitor.post("/events/1/restore").text
    assert "Keio comes back" in text_of(comes)
    assert "Yamada will be removed" in text_of(goes)
    assert "tag" not in stays.partition("<main")[2].partition("</main>")[0]


def test_where_restoring_is_off_the_page_says_how_to_allow_it_and_writes_nothing(world: World) -> None:
    del world.text  # without restore = true
    before = book(world)
    with up(world) as page:
        visitor = page.signed_in()
        assert "Putting back is off" in visitor.get("/events/1").text
        refused = visitor.post("/events/1/restore")
        assert refused.status_code == 409
        assert "restore = true" in refused.text
    assert book(world) == before


def test_a_contact_can_be_given_an_older_state_back(world: World) -> None:
    with up(world) as page:
        visitor = page.signed_in()
        html = visitor.get("/contacts/1").text
        version = re.findall(r'name="version" value="(\d+)"', html)[-1]
        asked = visitor.post("/contacts/1/restore", {"version": version})
        visitor.post("/contacts/1/restore", {"version": version, "agreed": agreed(asked.text)})
    assert len(world.open()) == 1


def test_one_field_can_be_put_back_and_the_rest_stays(world: World) -> None:
    world.put("Keio", "TEL;TYPE=WORK:03-1234-9999", "NOTE:Ask for Mr Sato", "EMAIL:keio@example.org")
    world.check()
    with up(world) as page:
        visitor = page.signed_in()
        [number] = set(re.findall(r'/contacts/(\d+)"', visitor.get("/contacts?q=Keio").text))
        html = visitor.get(f"/contacts/{number}").text
        version = re.findall(r'id="put-field".*?name="version" value="(\d+)"', html)[0]
        labels = dict(
            re.findall(r'name="field" value="([0-9a-f]{24})" aria-label="Put this field back: ([^"]*)"', html)
        )
        [note] = [key for key, field in labels.items() if field == "Note"]
        data: dict[str, object] = {"version": version, "field": note}
        asked = visitor.post(f"/contacts/{number}/restore", data)
        assert "Ask for Mr Sato" in asked.text
        assert "keio@example.org" not in asked.text
        done = visitor.post(f"/contacts/{number}/restore", {**data, "agreed": agreed(asked.text)})
        assert done.headers["Location"].endswith("?done=restored")
    card = book(world)["Keio.vcf"]
    assert b"NOTE" not in card
    assert b"keio@example.org" in card
    assert b"03-1234-9999" in card


def test_one_field_is_put_back_while_something_else_of_that_contact_waits(world: World) -> None:
    world.put("Keio", "TEL;TYPE=WORK:+18603-1234-5603", "NOTE:Ask for Mr Sato", "EMAIL:keio@example.org")
    world.check()
    waiting = [(one.id, one.event_id) for one in world.open()]
    assert OTHER in [event for _, event in waiting]
    with up(world) as page:
        visitor = page.signed_in()
        [number] = set(re.findall(r'/contacts/(\d+)"', visitor.get("/contacts?q=Keio").text))
        html = visitor.get(f"/contacts/{number}").text
        version = re.findall(r'id="put-field".*?name="version" value="(\d+)"', html)[0]
        labels = re.findall(r'name="field" value="([0-9a-f]{24})" aria-label="Put this field back: ([^"]*)"', html)
        [note] = [key for key, field in labels if field == "Note"]
        data: dict[str, object] = {"version": version, "field": note}
        asked = visitor.post(f"/contacts/{number}/restore", data)
        assert "+18603" not in asked.text
        done = visitor.post(f"/contacts/{number}/restore", {**data, "agreed": agreed(asked.text)})
        assert done.headers["Location"].endswith("?done=restored")
        shown = text_of(visitor.get(done.headers["Location"]).text)
        assert re.search(r"\d things? waits? here", shown), shown[:400]
        card = book(world)["Keio.vcf"]
        assert b"NOTE" not in card
        assert b"+18603-1234-5603" in card
        assert b"keio@example.org" in card
        assert waiting[0] in [(one.id, one.event_id) for one in world.open()]
        assert OTHER in [one.event_id for one in world.open()]
        put = visitor.post(f"/events/{OTHER}/restore")
        visitor.post(f"/events/{OTHER}/restore", {"agreed": agreed(put.text)})
    card = book(world)["Keio.vcf"]
    assert b":03-1234-5603" in card
    assert b"keio@example.org" in card
    assert OTHER not in [one.event_id for one in world.open()]


def test_a_field_that_is_so_already_needs_nothing(world: World) -> None:
    with up(world) as page:
        visitor = page.signed_in()
        html = visitor.get("/contacts/1").text
        version = re.findall(r'name="version" value="(\d+)"', html)[-1]
        answer = visitor.post("/contacts/1/restore", {"version": version, "field": "0" * 24})
        assert "agreed" not in answer.text
        assert visitor.post("/contacts/1/restore", {"version": "77", "field": "0" * 24}).status_code == 400


def test_a_contact_can_be_guarded_closely_and_as_any_other_again(world: World) -> None:
    with up(world) as page:
        visitor = page.signed_in()
        [number] = set(re.findall(r'/contacts/(\d+)"', visitor.get("/contacts?q=Keio").text))
        assert visitor.post(f"/contacts/{number}/guard").headers["Location"].endswith("?done=guarded")
        assert "Guarded closely" in visitor.get(f"/contacts/{number}").text
        world.put("Keio", "TEL;TYPE=WORK:+18603-1234-5603", "NOTE:a word of ours")
        world.check()
        assert any(one.finding.prop == "NOTE" for one in world.open())
        visitor.post(f"/contacts/{number}/unguard")
        assert "Guarded closely" not in visitor.get(f"/contacts/{number}").text
        assert visitor.post("/contacts/99/guard").status_code == 400


def test_a_contact_that_the_settings_guard_is_shown_so(world: World) -> None:
    world.more = '[guarded]\ncontacts = ["Yamada", "Keio"]\n'
    with up(world) as page:
        html = page.signed_in().get("/contacts/1").text
    assert "The settings ask for that" in html
    assert "/contacts/1/guard" not in html


def test_the_page_says_when_the_record_was_copied_and_verified(world: World) -> None:
    with up(world) as page:
        visitor = page.signed_in()
        assert text_of(visitor.get("/").text).count("never") == 2
        backup(page.program.store, world.root / "copy.db", page.program.clock)
        assert visitor.post("/verify").headers["Location"] == "/?done=verified"
        shown = text_of(visitor.get("/?done=verified").text)
    assert "the record is as it was written" in shown
    assert "never" not in shown


def test_a_record_that_was_altered_is_said_and_counts_as_unverified(world: World) -> None:
    with up(world) as page:
        with page.program.store.write() as connection:
            connection.exec_driver_sql("UPDATE events SET count = count + 1 WHERE id = 1")
        visitor = page.signed_in()
        assert visitor.post("/verify").status_code == 503
        assert text_of(visitor.get("/").text).count("never") == 2


def test_a_book_says_what_an_import_or_a_tidying_did(world: World) -> None:
    for number in range(3):
        world.put(f"New {number}", f"TEL:03-1234-560{number}", f"EMAIL:n{number}@example.org")
    world.remove("Keio")
    world.check()
    with up(world) as page:
        visitor = page.signed_in()
        html = visitor.get("/books/1").text
        assert "3 came · 1 removed" in text_of(html)
        newest = re.findall(r'href="(/books/1/checks/\d+)"', html)[0]
        shown = text_of(visitor.get(newest).text)
        assert "4 contacts" in shown
        assert all(name in shown for name in ("New 0", "New 1", "New 2", "Keio"))
        assert visitor.get("/books/1/checks/999").status_code == 404
        assert visitor.get("/books/2/checks/1").status_code == 404


def test_a_contact_that_is_gone_can_be_forgotten_and_one_that_is_there_cannot(world: World) -> None:
    with up(world) as page:
        visitor = page.signed_in()
        assert "Delete it there first" in visitor.post("/contacts/1/forget", {"agreed": "yes"}).text
    world.remove("Yamada")
    world.check()
    with up(world) as page:
        visitor = page.signed_in()
        [number] = re.findall(r'/contacts/(\d+)"', visitor.get("/contacts?q=Yamada").text)
        assert "cannot be undone" in visitor.post(f"/contacts/{number}/forget").text
        visitor.post(f"/contacts/{number}/forget", {"agreed": "yes"})
        assert "Yamada" not in visitor.get(f"/contacts/{number}").text
        [last] = re.findall(r'href="(/books/1/checks/\d+)"', visitor.get("/books/1").text)[:1]
        assert "(forgotten)" in text_of(visitor.get(last).text)


def test_check_now_and_expect_changes(world: World) -> None:
    with up(world) as page:
        visitor = page.signed_in()
        visitor.post("/books/1/expect", {"minutes": "30"})
        world.put("Keio", "TEL;TYPE=WORK:03-1234-5603", "NOTE:ours")
        world.clock.at += timedelta(minutes=5)
        assert visitor.post("/books/1/check").headers["Location"] == "/books/1?done=checked"
        assert "Changes are expected" in visitor.get("/books/1").text
    assert [one.event_id for one in world.open()] == [1]


def test_evidence_can_be_taken_along(world: World) -> None:
    with up(world) as page:
        visitor = page.signed_in()
        for path in ("/events/1/evidence.zip", "/contacts/1/evidence.zip"):
            answer = visitor.get(path)
            assert "attachment" in answer.headers["Content-Disposition"]
            assert "report.html" in ZipFile(BytesIO(answer.content)).namelist()


# The link in a message


def test_a_link_opens_its_event_and_nothing_else(world: World) -> None:
    with up(world) as page:
        visitor = page.visitor()
        token = link(page, 1, Verb.ACCEPT, Verb.RESTORE)
        shown = visitor.get(f"/e/{token}").text
        assert "Yamada" in shown
        assert "Keio" not in shown
        for path in ("/", "/events/1", "/events/2", "/contacts/1", f"/e/{token}/x", f"/events/{token}"):
            assert visitor.get(path).status_code in {303, 404, 405}
        assert "href" not in text_of(shown)
        assert not re.findall(r'href="/(?!static)', shown)


def test_opening_a_link_ever_so_often_changes_nothing(world: World) -> None:
    before = book(world)
    with up(world) as page:
        token = link(page, 1, *Verb)
        for path in (
            f"/e/{token}",
            f"/e/{token}?done=restored",
            f"/e/{token}/accept",
            f"/e/{token}/restore",
            f"/a/{token}",
        ):
            for _ in range(3):
                page.visitor().get(path)
    assert len(world.open()) == 2
    assert book(world) == before


def test_from_the_link_it_is_put_back_with_one_button(world: World) -> None:
    with up(world) as page:
        visitor = page.visitor()
        token = link(page, 1, Verb.RESTORE)
        digest = agreed(visitor.get(f"/e/{token}").text)
        done = visitor.post(f"/e/{token}/restore", {"agreed": digest})
        assert done.headers["Location"] == f"/e/{token}?done=restored"
        assert "it is as it was" in visitor.get(f"/e/{token}?done=restored").text
        assert "Nothing of this waits" in visitor.get(f"/e/{token}").text
    assert [one.event_id for one in world.open()] == [2]


@pytest.mark.parametrize("done", ["restored", "accepted", "closed", "quiet", "still", "verified", "x"])
def test_an_address_that_says_something_was_done_is_believed_only_if_it_was(world: World, done: str) -> None:
    with up(world) as page:
        token = link(page, 1, *Verb)
        signed_in = page.signed_in()
        for html in (
            page.visitor().get(f"/e/{token}?done={done}").text,
            signed_in.get(f"/events/1?done={done}").text,
        ):
            assert 'class="note good"' not in html
            assert "That is right" in html


def test_opening_a_link_asks_nothing_of_the_book_and_pressing_its_button_does(world: World) -> None:
    with up(world) as page:
        token = link(page, 1, Verb.RESTORE)
        away = world.book.rename(world.root / "away")
        opened = page.visitor().get(f"/e/{token}").text
        refused = page.visitor().post(f"/e/{token}/restore", {"agreed": agreed(opened)})
        assert refused.status_code == 409
        away.rename(world.book)
        world.put("Yamada", "TEL;TYPE=CELL:090-1111-2222")
        before = book(world)
        assert agreed(page.visitor().get(f"/e/{token}").text) == agreed(opened)
        other: dict[str, object] = {"agreed": "0" * 64}
        for data in (other, {}):
            assert page.visitor().post(f"/e/{token}/restore", data).status_code == 409
        assert page.visitor().post(f"/e/{token}/restore", {"agreed": agreed(opened)}).status_code == 410
        assert book(world) == before
    assert {one.event_id for one in world.open()} == {OTHER, OTHER + 1}  # what stands there now was found meanwhile


def test_a_link_does_only_what_it_allows(world: World) -> None:
    with up(world) as page:
        token = link(page, 1, Verb.QUIET)
        for verb in ("accept", "restore", "forget", "check"):
            answer = page.visitor().post(f"/e/{token}/{verb}", {"agreed": "0" * 64})
            assert answer.status_code == 409
            assert "does not allow that" in answer.text
    assert len(world.open()) == 2


def test_a_link_that_expired_or_was_cut_off_says_so_kindly(world: World) -> None:
    with up(world) as page:
        token = link(page, 1, Verb.ACCEPT)
        assert page.visitor().get(f"/e/{token[:-3]}").status_code == 404
        world.clock.at += timedelta(days=2)
        over = page.visitor().get(f"/e/{token}")
        assert over.status_code == 410
        assert "expired" in over.text
        assert page.visitor().post(f"/e/{token}/accept").status_code == 410
    assert len(world.open()) == 2


def test_a_button_of_a_link_that_another_page_presses_does_nothing(world: World) -> None:
    with up(world) as page:
        token = link(page, 1, Verb.ACCEPT)
        answer = page.visitor().post(f"/e/{token}/accept", **{"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
    assert len(world.open()) == 2


@pytest.mark.parametrize(
    ("origin", "more"),
    [
        ("https://evil.example", ""),
        ("null", ""),
        ("", ""),
        ("https://evil.example", 'url = "https://home.example.org"'),
    ],
)
def test_whose_origin_is_not_ours_does_nothing_with_a_token(world: World, origin: str, more: str) -> None:
    world.more = f"[web]\n{more}\n"
    with up(world) as page:
        for site in ({}, {"Sec-Fetch-Site": "none"}):
            for verb in (Verb.ACCEPT, Verb.QUIET):
                path = f"/e/{link(page, 1, verb)}/{verb.value}"
                assert page.visitor().post(path, Origin=origin, **site).status_code == 403
            assert (
                page.visitor().post(f"/a/{link(page, 1, Verb.QUIET, once=True)}", Origin=origin, **site).status_code
                == 403
            )
    assert len(world.open()) == 2


def test_an_app_that_says_of_no_page_presses_a_button(world: World) -> None:
    with up(world) as page:
        token = link(page, 1, Verb.ACCEPT, once=True)
        assert requests.post(f"{page.base}/a/{token}", timeout=20).status_code == 200
    assert [one.event_id for one in world.open()] == [OTHER]


# Buttons of a notification


def test_a_button_counts_once(world: World) -> None:
    with up(world) as page:
        token = link(page, 1, Verb.ACCEPT, once=True)
        assert page.visitor().post(f"/a/{token}").status_code == 200
        assert page.visitor().post(f"/a/{token}").status_code == 410
        assert page.signed_in().post("/events/1/undo").status_code == 303
        assert page.visitor().post(f"/a/{token}").status_code == 410
    assert len(world.open()) == 2


def test_the_token_of_a_link_is_no_button_and_that_of_a_button_is_for_its_verb_alone(world: World) -> None:
    with up(world) as page:
        assert page.visitor().post(f"/a/{link(page, 1, Verb.ACCEPT)}").status_code == 410
        assert page.visitor().post(f"/a/{link(page, 1, Verb.ACCEPT, Verb.RESTORE, once=True)}").status_code == 410
        button = link(page, 1, Verb.QUIET, once=True)
        assert page.visitor().post(f"/e/{button}/accept").status_code == 409
    assert len(world.open()) == 2


# Programs


def test_a_program_with_the_token_reads_what_the_commands_print(world: World) -> None:
    world.more = '[web]\napi_token_file = "' + str(world.root / "token") + '"\n'
    (world.root / "token").write_text("s3cr3t-for-programs\n")
    with up(world) as page:
        headers = {"Authorization": "Bearer s3cr3t-for-programs"}
        status = page.visitor().get("/api/status", **headers).json()
        assert status["open"] == 2
        assert status["sources"][0]["books"][0]["cards"] == 2
        found = page.visitor().get("/api/events", **headers).json()
        assert [event["id"] for event in found["events"]] == ["e1", "e2"]
        assert (found["page"], found["pages"], found["total"]) == (1, 1, 2)
        assert page.visitor().get("/api/events/1", **headers).json()["findings"][0]["event"] == "e1"
        assert page.visitor().get("/api/events?state=none", **headers).status_code == 404
        for path, asked in (("/api/status", ""), ("/api/events", "?state=all"), ("/api/events/{event}", "")):
            answer = page.visitor().get(path.format(event=1) + asked, **headers)
            assert kind_of(answer.content, API[path]) in API[path]


def test_every_address_for_programs_is_in_the_contract() -> None:
    assert {route.pattern for route in ROUTES if route.is_api} == API.keys()


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic s3cr3t-for-programs", "s3cr3t-for-programs"])
def test_a_program_without_the_token_reads_nothing(world: World, header: str) -> None:
    world.more = '[web]\napi_token_file = "' + str(world.root / "token") + '"\n'
    (world.root / "token").write_text("s3cr3t-for-programs")
    with up(world) as page:
        for path in ("/api/status", "/api/events", "/api/events/1"):
            answer = page.visitor().get(path, **({"Authorization": header} if header else {}))
            assert answer.status_code == 401
            assert "Yamada" not in answer.text
        assert page.visitor().get("/", Authorization="Bearer s3cr3t-for-programs").status_code == 303


def test_without_a_token_in_the_settings_no_token_lets_in(world: World) -> None:
    with up(world) as page:
        assert page.visitor().get("/api/status", Authorization="Bearer ").status_code == 401
