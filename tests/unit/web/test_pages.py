"""Every page of a real server: it shows, in every language, and text from cards is data on each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from cardwarden.actions.tokens import Grant, Verb, signer_beside
from cardwarden.detect.rules import RULES
from cardwarden.phrases.language import LANGUAGES
from support import hostile
from support.hostile import acts, written
from support.mirrored import Mirrored, exported, people
from support.page import Page, Visitor, page_of, text_of
from support.two_events import home
from support.world import World

ANYWHERE = {kind: written(text) for kind, text in hostile.HOSTILE.items()}
HOSTILE = ANYWHERE | {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": "\" onmouseover=\"alert(1)' autofocus onfocus='alert(1)",
    "template": "{{ 7*7 }}{% raw %}",
    "address": "javascript:alert(1)",
    "blank": "\u200b\u3164",
}
GONE = ("markup", "escapes", "direction", "long")
PAGES = (
    "/",
    "/events?state=all",
    "/events?state=all&person=090&severity=critical&rule=number_plus&since=2020-01-01&until=2040-01-01&source=family",
    "/events/{event}",
    "/contacts",
    "/contacts?q=090",
    "/contacts/{card}",
    "/books/1",
    "/books/1/checks/2",
    "/rules",
    "/settings",
    "/about",
    "/nothing",
)


WAITING = "SELECT DISTINCT event_id FROM findings WHERE state = 'open'"


class _Seen(HTMLParser):
    """The tags of a page but its one script, and every attribute that could act."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.acting: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag != "script" or set(given) != {"src", "defer"} or not (given["src"] or "").startswith("/static/page.js?"):
            self.tags.append(tag)
        for name, value in attrs:
            leads = name != "value" and (value or "").lower().startswith(
                "javascript:"
            )  # a search repeats what was asked
            if name.startswith("on") or name == "style" or leads:
                self.acting.append(f"{tag} {name}")
            if name in {"src", "href", "action", "srcset", "poster"} and "://" in (value or ""):
                self.acting.append(f"{tag} {name} elsewhere")


def seen(html: str) -> _Seen:
    parser = _Seen()
    parser.feed(html)
    return parser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A book in which every hostile name had a number damaged, seen from this machine."""
    world = home(tmp_path_factory.mktemp("pages"))
    lines = {kind: ("TEL;TYPE=CELL:186090-1234-5601", f"NOTE:{name}") for kind, name in HOSTILE.items()}
    for kind, name in HOSTILE.items():
        world.put(name, *lines[kind], file=f"{kind}.vcf", uid=kind)
    world.check()
    for kind, name in HOSTILE.items():
        world.put(name, lines[kind][0].replace(":186", ":+186"), f"ORG:{name}", file=f"{kind}.vcf", uid=kind)
    world.check()
    for kind in GONE:
        world.put(HOSTILE[kind], file=f"{kind} gone.vcf", uid=f"{kind} gone")
    world.check()
    for kind in GONE:
        world.remove(f"{kind} gone")
    world.check()
    with page_of(world) as up:
        yield up


@pytest.fixture(scope="module")
def visitor(page: Page) -> Visitor:
    return page.visitor()


def addresses(page: Page) -> list[tuple[str, dict[str, object] | None]]:
    """Every page by its path, with the form that asks for it where one does; none of them changes anything."""
    with page.program.store.read() as connection:
        events = [row[0] for row in connection.exec_driver_sql("SELECT id FROM events ORDER BY id")]
        cards = [row[0] for row in connection.exec_driver_sql("SELECT id FROM cards ORDER BY id")]
        checks = connection.exec_driver_sql("SELECT DISTINCT from_check FROM versions").scalars().all()
        waiting = [row[0] for row in connection.exec_driver_sql(WAITING)]
    until = page.program.clock.now() + timedelta(days=1)
    signer = signer_beside(page.program.store.path)
    shown = [
        *(path for path in PAGES if "{" not in path),
        *(
            f"/{list_}={quote(text)}"
            for text in (text[:5000] for text in HOSTILE.values())
            for list_ in ("contacts?q", "events?state=all&person")
        ),
        *(f"/books/1/checks/{number}" for number in checks),
        *(f"/events/{number}" for number in events),
        *(f"/e/{signer.sign(Grant(number, frozenset(Verb), until))}" for number in events),
        *(f"/contacts/{number}" for number in cards),
        *(f"/contacts/{number}?older=1" for number in cards),
    ]
    forms: list[tuple[str, dict[str, object] | None]] = [
        *((f"/events/{number}/restore", {}) for number in waiting),
        *((f"/contacts/{number}/restore", {"version": check}) for number in cards for check in sorted(checks)[-2:]),
        *((f"/contacts/{number}/forget", {}) for number in cards),
    ]
    return [*((path, None) for path in shown), *forms]


def ask(visitor: Visitor, path: str, form: dict[str, object] | None, **headers: str) -> requests.Response:
    return visitor.get(path, **headers) if form is None else visitor.post(path, form, **headers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_no_page_does_the_text_of_a_card_act(page: Page, visitor: Visitor, language: str) -> None:
    kinds: dict[str, int] = {}
    first = language == LANGUAGES[0]  # sees all, the others every third
    for path, form in addresses(page)[:: 1 if first else 3]:
        answer = ask(visitor, path, form, **{"Accept-Language": language})
        kind = re.sub(r"^/(\w+)(.*?)(/restore|/forget)?$", r"\1\3", path) if path != "/" else "now"
        kinds[kind] = kinds.get(kind, 0) + (answer.status_code == 200)
        assert answer.status_code in ({404} if path == "/nothing" else {200, 400, 404, 409}), path
        found = seen(answer.text)
        assert not found.acting, path
        assert not {"script", "img", "iframe", "object", "style"} & set(found.tags), path
        assert not acts(answer.text), path
        assert "W" * 700 not in answer.text, path
        assert f'<html lang="{language}">' in answer.text, path
    assert not first or {
        "now",
        "events",
        "e",
        "contacts",
        "books",
        "events/restore",
        "contacts/restore",
        "contacts/forget",
    } <= {kind for kind, well in kinds.items() if well}


def test_whom_a_proxy_names_is_text_on_every_page_and_so_is_what_could_not_be_done(tmp_path: Path) -> None:
    world = home(tmp_path)
    world.more += '[web]\nproxy_user = "Remote-User"\nproxies = ["127.0.0.1"]\n'
    world.put(HOSTILE["markup"], "TEL:186090-1234-5601", file="a.vcf", uid="a")
    world.check()
    world.put(HOSTILE["markup"], "TEL:+186090-1234-5601", file="a.vcf", uid="a")
    world.check()
    with page_of(world) as up:
        told = {"Remote-User": HOSTILE["markup"]}
        visitor = up.visitor()
        shown = [visitor.get(path, **told) for path in ("/", "/settings", "/events/1")]
        assert visitor.post("/events/1/accept", Remote_User=told["Remote-User"]).status_code == 303
        assert visitor.post("/events/1/undo", Remote_User=told["Remote-User"]).status_code == 303
        shown.append(visitor.get("/events/1", **told))
        world.put(HOSTILE["markup"], "TEL:03-1234-5601", file="a.vcf", uid="a")  # it moved on since the last look
        refused = visitor.post("/events/1/restore", Remote_User=told["Remote-User"])
        assert refused.status_code == 409
        for answer in (*shown, refused):
            assert not seen(answer.text).acting
            assert not {"script", "img"} & set(seen(answer.text).tags)
        assert all("&lt;script&gt;" in answer.text for answer in shown)


def test_what_a_card_says_is_shown_as_it_is_written(page: Page, visitor: Visitor) -> None:
    text = visitor.get("/contacts?q=markup").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "{{ 7*7 }}" in visitor.get("/contacts?q=template").text


def test_every_rule_has_its_page(visitor: Visitor) -> None:
    paths = re.findall(r'href="(/rules/[a-z-]+)"', visitor.get("/rules").text)
    assert len(paths) == len(RULES)
    for path in paths:
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        assert "`" not in answer.text, path


def test_what_the_record_cannot_show_now_is_not_called_missing(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put("Yamada", "TEL:186090-1234-5601")
    world.check()
    with page_of(world) as up:
        with up.program.store.write() as connection:
            connection.exec_driver_sql("ALTER TABLE events RENAME TO elsewhere")
        answer = up.visitor().get("/events")
        assert answer.status_code == 503
        assert "That cannot be shown now" in answer.text
        assert "That is not there" not in answer.text


def test_what_kind_a_number_is_of_is_said_as_people_say_it(visitor: Visitor) -> None:
    shown = text_of(visitor.get("/contacts/1", **{"Accept-Language": "ja"}).text)
    assert "電話番号 携帯" in shown
    assert " cell " not in shown


def test_every_part_has_a_version_and_a_licence(visitor: Visitor) -> None:
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>', visitor.get("/about").text)
    assert {
        "cardwarden",
        "sqlalchemy",
        "starlette",
        "h11",
        "markupsafe",
        "phonenumberslite",
        "pydantic-core",
        "psycopg-binary",
    } <= {name for name, _, _ in rows}
    assert all(all(row) for row in rows), rows


def test_a_rules_page_speaks_the_readers_language(visitor: Visitor) -> None:
    for language, said in (("ja", "連絡先がなくなりました。"), ("de", "Ein Kontakt wurde entfernt.")):
        for path in ("/rules", "/rules/card-removed"):
            shown = visitor.get(path, **{"Accept-Language": language}).text
            assert said in shown
            assert "A contact was removed" not in shown


@pytest.mark.parametrize(
    "path",
    [
        "/events/0",
        "/events/999999999999999",
        "/events/x",
        "/events/1e3",
        "/contacts/0",
        "/contacts/1?older=77",
        "/books/9",
        "/rules/none",
        "/events/%00",
    ],
)
def test_what_is_not_there_is_said_and_is_no_bug(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/events?since=2020-13-45&until=x&page=99999&state=none&severity=x", "/books/1?page=99", "/?x=1"]
)
def test_odd_questions_get_an_answer(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 200


def test_every_answer_forbids_what_a_page_of_ours_never_needs(visitor: Visitor) -> None:
    for path in ("/", "/nothing", "/e/forged", "/static/style.css", "/static/none"):
        headers = visitor.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "server" not in headers
    assert visitor.get("/").headers["Cache-Control"] == "no-store"


def test_only_files_of_the_page_are_given_out(visitor: Visitor) -> None:
    assert visitor.get("/static/style.css").headers["Content-Type"].startswith("text/css")
    for path in ("/static/../desk.py", "/static/%2e%2e%2fdesk.py", "/static/desk.py", "/static/"):
        assert visitor.get(path).status_code == 404


def test_an_event_says_what_was_and_what_is(page: Page, visitor: Visitor) -> None:
    listed = visitor.get("/events").text
    [event] = re.findall(r'href="(/events/\d+)"(?:(?!href).)*?numbers gained a \+', listed, re.DOTALL)
    shown = text_of(visitor.get(event).text)
    assert "186090-1234-5601" in shown
    assert "That is right" in shown


def test_what_was_found_without_a_value_is_said_for_each_contact_of_a_list(tmp_path: Path) -> None:
    world = World(tmp_path)
    for number in range(12):
        world.put(f"Person {number}", f"TEL:03-1234-560{number % 10}", f"EMAIL:p{number}@example.org")
    world.check()
    for number in range(5):
        world.write(world.book / f"Person {number}.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Per")  # cut off
    world.check()
    [event] = {one.event_id for one in world.open()}
    assert all(one.finding.before is one.finding.after is None for one in world.open())
    with page_of(world) as up:
        grant = Grant(event, frozenset(Verb), world.clock.now() + timedelta(days=1))
        token = signer_beside(up.program.store.path).sign(grant)
        listed = re.findall(r'<span class="line">(.*?)</summary>', up.visitor().get(f"/events/{event}").text, re.DOTALL)
        linked = re.findall(r'<span class="value soft">(.*?)</li>', up.visitor().get(f"/e/{token}").text)
    assert (len(listed), len(linked)) == (5, 2)
    for line in [*listed, *linked]:
        assert "→" not in line
        assert "cannot be read" in line


def test_the_fields_of_a_contact_with_one_state_are_open_to_see(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put("Yamada", "TEL:03-1234-5601", "EMAIL:y@example.org")
    world.check()
    with page_of(world) as up:
        html = up.visitor().get("/contacts/1").text
    assert "y@example.org" in text_of(html)
    assert "<details" not in html
    assert "unchanged" not in html


def test_a_search_finds_people_by_part_of_a_name_and_by_number(visitor: Visitor) -> None:
    assert "template" not in visitor.get("/contacts?q=nobody+at+all").text
    assert "/contacts/" in visitor.get("/contacts?q=090-1234").text


def test_how_a_pair_of_copies_stands_is_on_the_first_page(tmp_path: Path) -> None:
    world = Mirrored(tmp_path)
    for name, lines in people().items():
        world.put(name, *lines)
    world.copy(exported({name: lines[:1] for name, lines in people().items()}))
    world.look()
    with page_of(world) as up:
        text = text_of(up.visitor().get("/").text)
    assert "phone is a copy of family (phone), compared" in text
    assert "The copy does not keep note" in text
