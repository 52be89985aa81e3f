"""What each kind of check does, in numbers that hold on every machine: cards parsed, statements, waits for the disk."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from cardwarden.vcard import canonical, content
from cardwarden.wiring import Program
from support.steps import sqlite_of
from support.world import World

FEW, MANY = 20, 200
CALLED = {content.properties_of.__code__: "parsed", canonical.facts_of.__code__: "facts"}

pytestmark = pytest.mark.sqlite


@contextmanager
def counting(program: Program) -> Iterator[Counter[str]]:
    """How often cards are parsed and made facts of, statements run, and transactions wait for the disk."""
    counts: Counter[str] = Counter()

    def called(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and (what := CALLED.get(frame.f_code)):
            counts[what] += 1

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


def book(root: Path, cards: int) -> World:
    world = World(root / str(cards))
    for number in range(cards):
        world.put(f"Person {number}", f"TEL:03-1{number:03}-5678", f"EMAIL:p{number}@example.org")
    return world


def counts_of(world: World, kind: str) -> Counter[str]:
    with world.program() as program:
        if kind != "first":
            program.check("family")
        if kind == "changed":
            world.put("Person 3", "TEL:03-1003-5679", "EMAIL:p3@example.org")
        with counting(program) as counts:
            [done] = program.check("family", deep=kind == "deep")
    assert done.outcome.is_conclusive
    return counts


@pytest.mark.parametrize(
    ("kind", "parsed", "facts"), [("first", FEW, FEW), ("idle", 0, 0), ("deep", 0, 0)], ids=["first", "idle", "deep"]
)
def test_a_card_is_parsed_once_and_one_that_is_known_never_again(
    tmp_path: Path, kind: str, parsed: int, facts: int
) -> None:
    counts = counts_of(book(tmp_path, FEW), kind)
    assert (counts["parsed"], counts["facts"]) == (parsed, facts)


@pytest.mark.large
@pytest.mark.parametrize("kind", ["idle", "changed"])
def test_a_larger_book_takes_no_more_of_anything(tmp_path: Path, kind: str) -> None:
    assert counts_of(book(tmp_path, FEW), kind) == counts_of(book(tmp_path, MANY), kind)


@pytest.mark.parametrize(("kind", "most"), [("first", 2), ("idle", 2), ("changed", 2), ("deep", 2)])
def test_a_check_waits_for_the_disk_once_and_once_more_for_the_record(tmp_path: Path, kind: str, most: int) -> None:
    assert 1 <= counts_of(book(tmp_path, FEW), kind)["waits"] <= most


def test_one_changed_card_is_parsed_five_times(tmp_path: Path) -> None:
    """As it is for the index, as it was and is for the comparison, and both for what is held of it."""
    assert counts_of(book(tmp_path, FEW), "changed")["parsed"] == 5
