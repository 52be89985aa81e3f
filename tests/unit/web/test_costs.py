"""What a page costs follows what it shows, not what the record holds: counted as calls, which no busy machine changes."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType

import pytest

from cardwarden.actions.tokens import Grant, Verb, signer_beside
from cardwarden.store import findings as finding_store
from support.page import Page, page_of
from support.two_events import copied, home
from support.world import World

pytestmark = pytest.mark.large
CARDS = 520  # more than are judged at once while somebody waits for a page
LITTLE, MUCH = 60, 210


def damaged(root: Path, count: int) -> World:
    """So many contacts whose numbers gained a + (event 1), and then one that lost its note (event 2)."""
    world = home(root)
    for number in range(CARDS):
        world.put(f"Person {number}", f"TEL:186090-1234-{number:04}", "NOTE:Allergic to nuts")
    world.check()
    for number in range(count):
        world.put(f"Person {number}", f"TEL:+186090-1234-{number:04}", "NOTE:Allergic to nuts")
    world.check()
    world.put(f"Person {CARDS - 1}", f"TEL:186090-1234-{CARDS - 1:04}")
    world.check()
    return world


def paths(page: Page) -> dict[str, str]:
    def link(event: int) -> str:
        until = page.program.clock.now() + timedelta(days=1)
        return "/e/" + signer_beside(page.program.store.path).sign(Grant(event, frozenset(Verb), until))

    addresses = ("/", "/events", "/events?state=all&person=Person+519", "/events/1", "/events/1?page=2", "/events/2")
    pages = {path: path for path in (*addresses, "/contacts/1", "/books/1", "/settings")}
    return {**pages, "the link of one contact": link(2)}


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many functions are called on threads that are begun meanwhile."""
    calls = [0]

    def note(_: FrameType, what: str, __: object) -> None:
        if what == "call":
            calls[0] += 1

    threading.setprofile(note)
    try:
        yield calls
    finally:
        threading.setprofile(None)


def costs(world: World) -> dict[str, int]:
    """Of each page, once everything that it needs is loaded."""
    found = {}
    with counted() as calls, page_of(world) as page:
        for name, path in paths(page).items():
            for _ in range(2):
                assert page.visitor().get(path).status_code == 200, name
            before = calls[0]
            page.visitor().get(path)
            found[name] = calls[0] - before
    return found


@pytest.fixture(scope="module")
def much(tmp_path_factory: pytest.TempPathFactory) -> World:
    return damaged(tmp_path_factory.mktemp("much"), MUCH)


def test_what_a_page_costs_does_not_follow_how_much_waits(tmp_path: Path, much: World) -> None:
    little, dear = costs(damaged(tmp_path, LITTLE)), costs(much)

    assert {name: (little[name], dear[name]) for name in little if dear[name] > 1.3 * little[name]} == {}


def test_a_list_says_of_an_event_what_the_whole_of_it_says(much: World) -> None:
    with much.program() as program, program.store.read() as connection:
        whole = finding_store.find_events(connection, [1, 2])
        heads = finding_store.event_heads(connection, [1, 2])
        outlines = [outline for event in whole for outline in finding_store.outlines(connection, event.id)]
    assert [len(event.findings) for event in whole] == [MUCH, 1]
    assert [len(event.findings) for event in heads] == [1, 1]
    assert [(head.event.title, head.event.reason, head.at) for head in heads] == [
        (event.event.title, event.event.reason, event.at) for event in whole
    ]
    assert outlines == [finding_store.FindingOutline.of(stored) for event in whole for stored in event.findings]


def test_the_first_page_has_the_worst_first_and_the_list_the_newest(much: World) -> None:
    with page_of(much) as page:
        severities = {event.id: event.event.severity for event in _events(page)}
        assert severities[1] > severities[2]
        shown = {path: re.findall(r'href="/events/(\d+)"', page.visitor().get(path).text) for path in ("/", "/events")}
    assert shown == {"/": ["1", "2"], "/events": ["2", "1"]}


def _events(page: Page) -> list[finding_store.StoredEvent]:
    with page.program.store.read() as connection:
        return finding_store.find_events(connection, [1, 2])


def test_a_link_of_many_can_be_put_back_and_is_not_where_something_else_waits_by_now(
    much: World, tmp_path: Path
) -> None:
    world = copied(much, tmp_path)
    with page_of(world) as page:
        until = page.program.clock.now() + timedelta(days=1)
        link = "/e/" + signer_beside(page.program.store.path).sign(Grant(1, frozenset(Verb), until))
        shown = page.visitor().get(link).text
        digest = shown.partition('name="agreed" value="')[2][:64]
        world.put("Person 0", "TEL:+186090-9999-0000", "NOTE:Allergic to nuts")
        world.check()
        assert page.visitor().post(f"{link}/restore", {"agreed": digest}).status_code == 409
        assert b":+186090" in (world.book / "Person 1.vcf").read_bytes()
        digest = page.visitor().get(link).text.partition('name="agreed" value="')[2][:64]
        done = page.visitor().post(f"{link}/restore", {"agreed": digest})
        assert done.headers["Location"].endswith("?done=restored")
    assert b":186090-1234-0001" in (world.book / "Person 1.vcf").read_bytes()
