"""What each kind of check does, in numbers that hold on every machine, in a small book and in a large one."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

import pytest

from cardwarden.settings.load import load
from cardwarden.store import cards as card_store
from cardwarden.vcard import canonical, content
from cardwarden.wiring import Opening, Program, assembled
from support.fake_dav import FakeDav, serving
from support.steps import sqlite_of
from support.world import FakeClock, World, card

SMALL, LARGE = 300, 3_000
CALLED = {
    content.properties_of.__code__: "parsed",
    canonical.facts_of.__code__: "facts",
    card_store.stored_card.__code__: "loaded",
}

pytestmark = pytest.mark.sqlite


@dataclass(frozen=True, slots=True)
class Counts:
    """What a check does.

    parsed      cards that are taken apart
    facts       cards of which it is asked what they say
    loaded      cards that are read from the record
    statements  of SQLite, with those that begin and end a transaction
    waits       for the disk: one as a transaction that writes ends, for SQLite has a write-ahead log and `synchronous = FULL`
                (strace says the same; a log that is new takes two more), and those of `os.fsync`
    requests    to the server
    """

    parsed: int
    facts: int
    loaded: int
    statements: int
    waits: int
    requests: int = 0


@contextmanager
def counting(program: Program) -> Iterator[Counter[str]]:
    """How often it does what `Counts` has, but for requests."""
    counts: Counter[str] = Counter()

    def called(frame: FrameType, event: str, function: object) -> None:
        if event == "call" and (what := CALLED.get(frame.f_code)):
            counts[what] += 1
        counts["waits"] += event == "c_call" and function is os.fsync

    def stated(statement: str) -> None:
        counts["statements"] += 1
        counts["waits"] += statement == "BEGIN IMMEDIATE"

    for connecting in (program.store.read, program.store.write):
        with connecting() as connection:
            sqlite_of(connection).set_trace_callback(stated)
    before = sys.getprofile()
    sys.setprofile(called)
    counts.clear()
    try:
        yield counts
    finally:
        sys.setprofile(before)


def person(number: int, note: str = "") -> tuple[str, ...]:
    lines = (f"TEL:03-1{number:04}-678", f"EMAIL:p{number}@example.org")
    return (*lines, f"NOTE:{note}") if note else lines


def looked(program: Program, *, deep: bool = False) -> Counts:
    """What a check does that can be believed."""
    with counting(program) as counts:
        [done] = program.check("family", deep=deep)
    assert done.outcome.is_conclusive
    return Counts(counts["parsed"], counts["facts"], counts["loaded"], counts["statements"], counts["waits"])


def nothing(_: World) -> None: ...


def edited(world: World) -> None:
    world.put("Person 3", *person(3, "likes tea"))


def damaged(world: World) -> None:
    world.put("Person 3", "TEL:03-10003-679", *person(3)[1:])


def added(world: World) -> None:
    world.put("Newcomer", "TEL:03-9999-6789")


def removed(world: World) -> None:
    world.remove("Person 3")


def renamed(world: World) -> None:
    (world.book / "Person 3.vcf").rename(world.book / "another name.vcf")


def in_folder(root: Path, cards: int, change: Callable[[World], None], *, deep: bool = False) -> Counts:
    """Of a check of so many cards in a folder after a change."""
    world = World(root)
    for number in range(cards):
        world.put(f"Person {number}", *person(number))
    with world.program() as program:
        program.check("family")
        world.clock.sleep(600)
        change(world)
        return looked(program, deep=deep)


def in_file(root: Path, cards: int, change: Callable[[list[bytes]], None]) -> Counts:
    """Of a check of so many cards in one file after a change."""
    world = World(root)
    book = [card(f"Person {number}", *person(number)) for number in range(cards)]
    path = world.book / "all.vcf"
    world.write(path, b"".join(book))
    with world.program() as program:
        program.check("family")
        world.clock.sleep(600)
        change(book)
        world.write(path, b"".join(book))
        return looked(program)


def edited_within(book: list[bytes]) -> None:
    book[3] = card("Person 3", *person(3, "likes tea"))


def added_at_end(book: list[bytes]) -> None:
    book.append(card("Newcomer", "TEL:03-9999-6789"))


def added_in_front(book: list[bytes]) -> None:
    book.insert(0, card("Newcomer", "TEL:03-9999-6789"))


def removed_within(book: list[bytes]) -> None:
    del book[3]


def turned_round(book: list[bytes]) -> None:
    book.reverse()


def first(root: Path, cards: int) -> Counts:
    world = World(root)
    for number in range(cards):
        world.put(f"Person {number}", *person(number))
    with world.program() as program:
        return looked(program)


def on_server(root: Path, cards: int, change: Callable[[FakeDav], None]) -> Counts:
    """Of a check of so many cards of a CardDAV server after a change."""
    config = root / "cardwarden.toml"
    with serving() as dav:
        for number in range(cards):
            dav.put(f"{number}.vcf", card(f"Person {number}", *person(number)))
        config.write_text(
            f'region = "JP"\n[store]\nurl = "sqlite:///{root}/cardwarden.db"\n[sources.family]\ntype = "carddav"\n'
            f'url = "{dav.url}"\nusername = "alice"\npassword_env = "PASSWORD"\n'
        )
        environ = {"PASSWORD": "secret"}
        clock = FakeClock()
        with assembled(load(config, environ, root), Opening.BEGIN, clock=clock, environ=environ) as program:
            for _ in range(2):
                program.check("family")
                clock.sleep(600)
            change(dav)
            dav.requests.clear()
            counts = looked(program)
        return replace(counts, requests=len(dav.requests))


def edited_there(dav: FakeDav) -> None:
    dav.put("3.vcf", card("Person 3", *person(3, "likes tea")))


def within(change: Callable[[list[bytes]], None]) -> Callable[[Path, int], Counts]:
    return lambda root, cards: in_file(root, cards, change)


def after(change: Callable[[World], None], *, deep: bool = False) -> Callable[[Path, int], Counts]:
    return lambda root, cards: in_folder(root, cards, change, deep=deep)


KINDS: dict[str, tuple[Callable[[Path, int], Counts], Callable[[int], Counts]]] = {
    "first": (first, lambda cards: Counts(cards, cards, 0, 10 * cards + 70, 3)),
    "nothing changed": (after(nothing), lambda _: Counts(0, 0, 0, 18, 1)),
    "a note edited": (after(edited), lambda _: Counts(3, 3, 2, 79, 3)),
    "a number changed": (after(damaged), lambda _: Counts(5, 3, 2, 80, 3)),
    "one added": (after(added), lambda _: Counts(2, 2, 0, 85, 3)),
    "one removed": (after(removed), lambda _: Counts(1, 1, 2, 81, 3)),
    "one renamed": (after(renamed), lambda _: Counts(0, 0, 2, 57, 3)),
    "deep": (after(nothing, deep=True), lambda _: Counts(0, 0, 0, 22, 1)),
    "one file, a note edited": (within(edited_within), lambda _: Counts(3, 3, 2, 81, 3)),
    "one file, one added at its end": (within(added_at_end), lambda _: Counts(2, 2, 0, 87, 3)),
    "one file, one added in front": (within(added_in_front), lambda cards: Counts(2, 2, 0, 87 + cards, 3)),
    "one file, one removed": (within(removed_within), lambda cards: Counts(1, 1, 2, 80 + cards, 3)),
    "one file, turned round": (within(turned_round), lambda cards: Counts(0, 0, 0, 52 + cards, 3)),
    "CardDAV, nothing changed": (
        lambda root, cards: on_server(root, cards, lambda _: None),
        lambda _: Counts(0, 0, 0, 18, 1, 1),
    ),
    "CardDAV, one edited": (
        lambda root, cards: on_server(root, cards, edited_there),
        lambda _: Counts(3, 3, 2, 82, 3, 2),
    ),
}
"""Each kind of check, and what it does in a book of so many cards: of statements, the most."""


OF_EACH_CARD = ("first", "one file, one added in front", "one file, one removed", "one file, turned round")
"""Kinds in which most cards come, or stand at another place of their file."""


def held(root: Path, kind: str, cards: int) -> Counts:
    """What a check of that kind does, which is what the table says."""
    root.mkdir()
    check, expected = KINDS[kind]
    counts, most = check(root, cards), expected(cards)
    assert counts.statements <= most.statements
    assert counts == replace(most, statements=counts.statements)
    return counts


@pytest.mark.parametrize("kind", KINDS)
def test_a_check_does_no_more_than_it_must(tmp_path: Path, kind: str) -> None:
    held(tmp_path / "small", kind, SMALL)


@pytest.mark.large
@pytest.mark.parametrize("kind", KINDS)
def test_a_larger_book_takes_no_more_statements_unless_all_cards_come_or_move(tmp_path: Path, kind: str) -> None:
    small, large = held(tmp_path / "small", kind, SMALL), held(tmp_path / "large", kind, LARGE)
    assert (small.statements == large.statements) is (kind not in OF_EACH_CARD)
