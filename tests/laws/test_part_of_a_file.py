"""One file of many cards of which a few change: a check comes to the same whether it loads what it needs or the whole book."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.actions.accept import accept
from cardwarden.actions.check import check_source
from cardwarden.actions.rest import CARDS_AT_MOST
from cardwarden.actions.terms import Judging
from cardwarden.sources.source import Fetched, Missed
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
TORN, TWICE = b"torn", b"sent twice\r\n"
OTHERWISE = (
    *("gone", "first", "copied", "copied before", "copied over", "other file", "new", "another UID", "swapped"),
    *("turned round", "cut open", "emptied", "split in two", "most gone", "torn", "sent twice", "accept"),
)
EDIT = st.tuples(st.integers(0, 7), st.one_of(PERSON, st.sampled_from(OTHERWISE)))
ROUND = st.tuples(st.booleans(), st.lists(EDIT, max_size=3))

Edit = tuple[int, object]
Cards = list[bytes]


class BadShelf(Shelf):
    """A shelf of which a member that is torn cannot be read, and another is given twice, written meanwhile, if it says so."""

    def given(self, hrefs: Iterable[str]) -> Iterator[Fetched | Missed]:
        for item in super().given(hrefs):
            yield Missed(item.href, item.stamp, "torn") if isinstance(item, Fetched) and TORN in item.data else item
            if isinstance(item, Fetched) and TWICE in item.data:
                yield replace(item, data=item.data.replace(b"FN:Person 7", b"FN:Person 70"))


@examples(40)
@given(st.lists(ROUND, min_size=1, max_size=5))
def test_what_comes_of_some_cards_of_a_file_is_what_comes_of_the_whole(rounds: list[tuple[bool, list[Edit]]]) -> None:
    alike(rounds)


@pytest.mark.parametrize(
    "edits",
    [
        [(2, "copied over"), (5, "gone"), (5, "new")],
        [(3, "copied"), None, (0, "accept"), None, (0, "new")],
        [(0, "other file"), None, (0, "torn"), (0, "new"), (9, "copied")],
        [(0, "sent twice"), (3, "gone"), None, (5, "new")],
        [(3, "copied"), None, (3, "gone"), (1, "new"), None, (0, "new")],
        [(5, "copied before"), None, (0, "gone"), (1, "copied over"), None, (5, "first")],
        [(0, "split in two"), None, (0, "emptied")],
        [(0, "most gone"), (3, "first")],
        [(0, "turned round"), (2, "copied before"), (4, ("Ann Lee", "03-9020-5678", "tea")), None, (0, "turned round")],
    ],
    ids=str,
)
def test_a_card_that_could_be_two_is_the_one_that_the_whole_book_says(edits: list[Edit | None]) -> None:
    rounds: list[tuple[bool, list[Edit]]] = [(False, [])]
    for edit in edits:
        if edit:
            rounds[-1][1].append(edit)
        else:
            rounds.append((False, []))
    alike(rounds)


@pytest.mark.parametrize("what", ["most gone", "rewritten", "turned round"])
def test_a_file_of_which_most_changed_is_checked_as_a_whole(what: str) -> None:
    alike([(False, [(0, what)]), (False, [(4, "new")])], people=CARDS_AT_MOST + PEOPLE)


def alike(rounds: list[tuple[bool, list[Edit]]], *, people: int = PEOPLE) -> None:
    """In each of these rounds (deep, what is done) a book that is checked in parts comes to what one checked as a whole does."""
    files = {FILE: [body(uid, f"Person {uid}", f"03-9{uid:03}-5678", "tea") for uid in range(people)], BESIDE: []}
    shelf, clock, judging = BadShelf(), FakeClock(), Judging("JP", EVERY_RULE)
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
    """Somebody does this to the card at that place of the file, if there is one."""
    cards = files[FILE]
    if place >= len(cards):
        return
    match what:
        case "gone":
            del cards[place]
        case "first":
            cards.insert(0, cards.pop(place))
        case "copied":
            cards.append(cards[place])
        case "copied before":
            cards.insert(0, cards[place])
        case "copied over":
            cards[place] = cards[-1 - place]
        case "swapped":
            cards[place], cards[-1] = cards[-1], cards[place]
        case "turned round":
            cards.reverse()
        case "cut open":
            cards[place] = cards[place].replace(b"END:VCARD", b"")
        case "emptied":
            files[BESIDE][:] = [b"\n"]
        case "most gone":
            del cards[PEOPLE // 4 :]
        case "sent twice":
            cards.append(TWICE)
        case "rewritten":
            cards[:] = [one.replace(b"NOTE:tea", b"NOTE:cake") for one in cards]
        case "torn":
            files[BESIDE][:] = [TORN]
        case "split in two":
            files[BESIDE].extend(cards[PEOPLE // 2 :])
            del cards[PEOPLE // 2 :]
        case "other file":
            files[BESIDE].append(cards.pop(place))
        case "new":
            cards.insert(place, body(100 + place, f"Newcomer {place}", "03-1234-5602", "tea"))
        case "another UID":
            cards[place] = cards[place].replace(b"UID:", b"UID:other")
        case (str(name), str(number), str(note)):
            cards[place] = body(place, name, number, note)
