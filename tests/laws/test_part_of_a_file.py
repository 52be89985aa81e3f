"""One file of many cards of which a few change: a check comes to the same whether it loads what it needs or the whole book."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cardwarden.actions.accept import accept
from cardwarden.actions.check import check_source
from cardwarden.actions.terms import Judging
from cardwarden.store import findings as finding_store
from cardwarden.store import verification
from cardwarden.store.engine import Store
from laws.test_part import PEOPLE, PERSON, body, rows_of
from support.examples import examples
from support.judging import EVERY_RULE
from support.shelf import Shelf
from support.store import new_store
from support.world import FakeClock

FILE, BESIDE = "contacts.vcf", "beside.vcf"
OTHERWISE = ("gone", "first", "copied", "other file", "new", "another UID", "accept")
EDIT = st.tuples(st.integers(0, 7), st.one_of(PERSON, st.sampled_from(OTHERWISE)))
ROUND = st.tuples(st.booleans(), st.lists(EDIT, max_size=3))

Edit = tuple[int, object]
Cards = list[bytes]


@examples(40)
@given(st.lists(ROUND, min_size=1, max_size=5))
def test_what_comes_of_some_cards_of_a_file_is_what_comes_of_the_whole(rounds: list[tuple[bool, list[Edit]]]) -> None:
    files = {FILE: [body(uid, f"Person {uid}", f"03-9{uid:03}-5678", "tea") for uid in range(PEOPLE)], BESIDE: []}
    shelf, clock, judging = Shelf(), FakeClock(), Judging("JP", EVERY_RULE)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as open_ones:
        stores = [open_ones.enter_context(closing(new_store(Path(folder, f"{name}.db")))) for name in ("part", "whole")]
        for deep, edits in [(False, []), *rounds]:
            for uid, what in edits:
                if what == "accept":
                    accepted(stores, judging, clock)
                else:
                    edited(files, uid, what)
            shelf.truth = {name: b"".join(cards) for name, cards in files.items() if cards}
            came = []
            for store, whole in zip(stores, (False, True), strict=True):
                [done] = check_source(store, shelf, judging, lambda *_: ["phone"], clock, deep=deep, whole=whole)
                came.append((done, rows_of(store)))
            assert came[0] == came[1]
            clock.sleep(600)
        with stores[0].read() as connection:
            assert verification.verify(connection).flaw is None


def accepted(stores: list[Store], judging: Judging, clock: FakeClock) -> None:
    for store in stores:
        with store.read() as connection:
            ids = [found.id for found in finding_store.open_findings(connection)][:2]
        accept(store, ids, lambda _: judging, clock)


def edited(files: dict[str, Cards], place: int, what: object) -> None:
    """Somebody does this to the card at that place of the file."""
    cards = files[FILE]
    match what:
        case "gone":
            del cards[place]
        case "first":
            cards.insert(0, cards.pop(place))
        case "copied":
            cards.append(cards[place])
        case "other file":
            files[BESIDE].append(cards.pop(place))
        case "new":
            cards.insert(place, body(100 + place, f"Newcomer {place}", "03-1234-5602", "tea"))
        case "another UID":
            cards[place] = cards[place].replace(b"UID:", b"UID:other")
        case (str(name), str(number), str(note)):
            cards[place] = body(place, name, number, note)
