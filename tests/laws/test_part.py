"""A check that loads only what a change touches comes to the same as one that loads the whole book."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from cardwarden.actions.accept import accept
from cardwarden.actions.check import check_source
from cardwarden.actions.checked import Checked
from cardwarden.actions.judging import judged_as_stored, new_baselines
from cardwarden.actions.terms import Judging
from cardwarden.store import books as book_store
from cardwarden.store import findings as finding_store
from cardwarden.store import tables as t
from cardwarden.store import verification
from cardwarden.store.cards import stored_card
from cardwarden.store.engine import Store
from support.cards import card
from support.examples import examples
from support.judging import EVERY_RULE
from support.shelf import Shelf
from support.steps import calls, sqlite_of
from support.store import new_store
from support.world import FakeClock

PEOPLE = 40
NAMES = ("Ann Lee", "Bob Kay", "Cy Dow", "Ann Leigh", "佐藤 花子", "Person 20", "PERSON 21", "Pers\u043en 22", "Person")
NUMBERS = (
    "03-9020-5678",
    "186080-1234-5601",
    "+186080-1234-5601",
    "03-1234-5602",
    "03-1234-5620",
    "+81 80 1234 5601",
    "",
)
NOTES = ("tea", "coffee and cake", "GrÃ¼ÃŸe", "")
COMPARED = (
    (t.cards, ("id", "key", "href", "ordinal", "digest", "uid", "name", "contacts", "present", "base")),
    (t.members, ("href", "stamp", "settled")),
    (t.findings, ("id", "event_id", "fingerprint", "rule", "severity", "title", "reason", "before", "after", "state")),
    (t.events, ("id", "cause", "severity", "count")),
    (t.checks, ("outcome", "doubt", "reason", "cards", "times")),
    (t.card_keys, ("key", "card_id")),
    (t.programs, ("program",)),
    (t.books, ("listing",)),
)


def body(uid: int, name: str, number: str, note: str) -> bytes:
    values = (("TEL", number), ("NOTE", note), ("PRODID", "-//One//EN" if note == "tea" else "-//Two//EN"))
    return card(f"UID:{uid}", f"FN:{name}", *(f"{key}:{value}" for key, value in values if value))


PERSON = st.tuples(st.sampled_from(NAMES), st.sampled_from(NUMBERS), st.sampled_from(NOTES))
OTHERWISE = ("gone", "moved", "accept", "stuck", "new", "copied", "joined", "another UID", "twin")
EDIT = st.tuples(
    st.one_of(st.integers(0, 15), st.sampled_from((20, 50, 51))), st.one_of(PERSON, st.sampled_from(OTHERWISE))
)
ROUND = st.tuples(st.booleans(), st.lists(EDIT, max_size=8))


@examples(60)
@given(st.lists(ROUND, min_size=1, max_size=5))
def test_what_comes_of_a_part_is_what_comes_of_the_whole(rounds: list[tuple[bool, list[tuple[int, object]]]]) -> None:
    shelf, clock, judging = Shelf(), FakeClock(), Judging("JP", EVERY_RULE)
    for uid in range(PEOPLE):
        shelf.truth[f"{uid}"] = body(uid, f"Person {uid}", f"03-9{uid:03}-5678", "tea")
    with tempfile.TemporaryDirectory() as folder:
        stores = [new_store(Path(folder, f"{name}.db")) for name in ("part", "whole")]
        try:
            for deep, edits in [(False, []), *rounds]:
                for uid, what in edits:
                    edited(shelf, stores, judging, clock, uid, what)
                came = []
                for store, whole in zip(stores, (False, True), strict=True):
                    [done] = check_source(store, shelf, judging, lambda *_: ["phone"], clock, deep=deep, whole=whole)
                    came.append((done, rows_of(store)))
                assert came[0] == came[1]
                judged_alike(stores[0], judging)
                clock.sleep(600)
            with stores[0].read() as connection:
                assert verification.verify(connection).flaw is None
        finally:
            for store in stores:
                store.close()


def judged_alike(store: Store, judging: Judging) -> None:
    """What accept and restore go by: the cards in question judged again come to the same as all of the book."""
    with store.read() as connection:
        [book] = book_store.books(connection)
        waiting = finding_store.open_findings(connection, book.id)
        keys = {found.finding.card.key for found in waiting if found.finding.card} | {"0", "1"}
        part, whole = (
            judged_as_stored(connection, book.id, judging, keys, whole=is_whole) for is_whole in (False, True)
        )
        assert part.findings == whole.findings
        waits = {found.finding.fingerprint for found in waiting}
        held = [finding for finding in whole.findings if finding.fingerprint in waits]
        of_part, of_whole = (
            new_baselines(judged.case, held, judged.bodies, judging).digests for judged in (part, whole)
        )
        assert {key: of_part.get(key) for key in keys} == {key: of_whole.get(key) for key in keys}


def edited(shelf: Shelf, stores: list[Store], judging: Judging, clock: FakeClock, uid: int, what: object) -> None:
    match what:
        case "gone":
            shelf.truth.pop(f"{uid}", None)
        case "stuck":
            if f"{uid}" in shelf.truth:
                shelf.stuck[f"{uid}"] = shelf.stamp(f"{uid}")
        case "moved":
            if f"{uid}" in shelf.truth:
                shelf.truth[f"moved {uid}"] = shelf.truth.pop(f"{uid}")
        case "new":
            shelf.truth[f"new {uid}"] = body(100 + uid, f"Newcomer {uid}", NUMBERS[uid % len(NUMBERS)], "tea")
        case "copied":
            if f"{uid}" in shelf.truth:
                shelf.truth[f"copy of {uid}"] = shelf.truth[f"{uid}"]
        case "joined":
            if f"{uid}" in shelf.truth and f"{uid + 1}" in shelf.truth:
                shelf.truth[f"{uid}"] += shelf.truth.pop(f"{uid + 1}")
        case "another UID":
            if f"{uid}" in shelf.truth:
                shelf.truth[f"{uid}"] = shelf.truth[f"{uid}"].replace(b"UID:", b"UID:other")
        case "twin":
            shelf.truth[f"twin {uid}"] = body(uid, f"Person {uid}", "03-1234-5602", "coffee and cake")
        case "accept":
            for store in stores:
                with store.read() as connection:
                    ids = [found.id for found in finding_store.open_findings(connection)][:2]
                accept(store, ids, lambda _: judging, clock)
        case (str(name), str(number), str(note)):
            shelf.truth[f"{uid}"] = body(uid, name, number, note)


def rows_of(store: Store) -> list[list[str]]:
    with store.read() as connection:
        return [
            sorted(map(repr, connection.execute(select(*(table.c[name] for name in names))).all()))
            for table, names in COMPARED
        ]


@dataclass(frozen=True)
class Cost:
    """What a check took: the members that were read, the statements and the cards loaded, and the steps of SQLite's machine."""

    read: tuple[str, ...]
    statements: int
    cards: int
    steps: int


def cost(path: Path, people: int, change: Callable[[dict[str, bytes]], None]) -> Cost:
    """What a check takes of a book of so many people after a change."""
    shelf, clock, judging = Shelf(), FakeClock(), Judging("JP", EVERY_RULE)
    for uid in range(people):
        shelf.truth[f"{uid}"] = body(uid, f"Person {uid}", f"03-9{uid:03}-5678", "tea")
    store = new_store(path)
    statements: list[str] = []
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    try:
        check_source(store, shelf, judging, lambda *_: [], clock)
        shelf.read.clear()
        change(shelf.truth)
        for connecting in (store.read, store.write):
            with connecting() as connection:
                raw = sqlite_of(connection)
                raw.set_trace_callback(statements.append)
                raw.set_progress_handler(step, 100)
        done: list[Checked] = []
        loaded = calls(stored_card, lambda: done.extend(check_source(store, shelf, judging, lambda *_: [], clock)))
    finally:
        store.close()
    assert [checked.cards for checked in done] == [len(shelf.truth)]
    return Cost(tuple(shelf.read), len(statements), len(loaded), steps)


def edit(truth: dict[str, bytes]) -> None:
    truth["7"] = body(7, "Person 7", "03-9007-5679", "tea")


def rename(truth: dict[str, bytes]) -> None:
    truth["7"] = body(7, "Person 8", "03-9007-5678", "tea")


def add(truth: dict[str, bytes]) -> None:
    truth["new"] = body(5000, "Person 7", "03-1234-5679", "tea")


def remove(truth: dict[str, bytes]) -> None:
    del truth["7"]


def move(truth: dict[str, bytes]) -> None:
    truth["moved"] = truth.pop("7")


def double(truth: dict[str, bytes]) -> None:
    truth["double"] = truth["7"]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("change", "read"),
    [(edit, ("7",)), (rename, ("7",)), (add, ("new",)), (remove, ()), (move, ("moved",)), (double, ("double",))],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_a_change_of_one_card_takes_does_not_depend_on_how_many_there_are(
    change: Callable[[dict[str, bytes]], None], read: tuple[str, ...], tmp_path: Path
) -> None:
    small, large = cost(tmp_path / "small.db", PEOPLE, change), cost(tmp_path / "large.db", PEOPLE * 20, change)
    assert small.read == read
    assert (small.read, small.statements, small.cards) == (large.read, large.statements, large.cards)
    # Of SQLite's machine, by the hundred: counting the cards is the one thing that goes through an index of them.
    assert large.steps - small.steps < PEOPLE * 19 * 6 / 100
