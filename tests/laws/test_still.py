"""A source that tells of all its books at once comes to what one comes to that is asked about each."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from cardwarden.actions.accept import accept
from cardwarden.actions.check import check_source
from cardwarden.actions.terms import Judging
from cardwarden.errors import SourceError
from cardwarden.phrases.phrase import Sentence
from cardwarden.sources.source import BookRef, Fetched, Known, Missed, Observation
from cardwarden.store import findings as finding_store
from cardwarden.store import tables as t
from cardwarden.store import verification
from cardwarden.store.engine import Store
from support.cards import card
from support.examples import examples
from support.in_memory import InMemory
from support.judging import EVERY_RULE
from support.store import new_store
from support.world import FakeClock

BOOKS = ("one", "two", "three")
PEOPLE = ("Ann Lee", "Bob Kay", "Cy Dow", "Dee Fox")
NUMBERS = ("03-9020-5678", "186080-1234-5601", "+186080-1234-5601", "")


@dataclass
class Books(InMemory):
    """Books in memory; `broken` ones cannot be read, `cut` members do not come."""

    together: bool = False
    truth: dict[str, dict[str, bytes]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    cut: set[tuple[str, str]] = field(default_factory=set)
    titles: dict[str, str] = field(default_factory=dict)

    def books(self) -> list[BookRef]:
        return [BookRef(book, self.titles.get(book, book)) for book in self.truth]

    def unchanged(self, tokens: Mapping[str, str]) -> frozenset[str]:
        told = (book for book, token in tokens.items() if book in self.truth and self.token(book) == token)
        return frozenset(told) - self.broken if self.together else frozenset()

    def token(self, book: str) -> str:
        return str(hash(tuple(sorted(self.truth[book].items()))))

    def observe(self, book: BookRef, known: Known, *, deep: bool) -> Observation:
        if book.id in self.broken or book.id not in self.truth:
            raise SourceError(Sentence("away"))
        if not deep and known.token == self.token(book.id):
            return Observation(known.members, [], known.token)
        stamps = {href: str(hash(data)) for href, data in self.truth[book.id].items()}
        wanted = [href for href in stamps if deep or known.members.get(href) != stamps[href]]
        return Observation(stamps, [self.body(book.id, href, stamps[href]) for href in wanted], self.token(book.id))

    def body(self, book: str, href: str, stamp: str) -> Fetched | Missed:
        if (book, href) in self.cut:
            return Missed(href, stamp, "cut")
        return Fetched(href, stamp, self.truth[book][href])


def person(name: str, number: str) -> bytes:
    return card(f"UID:{name}", f"FN:{name}", *([f"TEL:{number}"] if number else []))


STEP = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(BOOKS), st.sampled_from(PEOPLE), st.sampled_from(NUMBERS)),
    st.tuples(st.sampled_from(("remove", "cut")), st.sampled_from(BOOKS), st.sampled_from(PEOPLE)),
    st.tuples(st.sampled_from(("break", "mend", "title", "gone")), st.sampled_from(BOOKS)),
    st.tuples(st.just("accept")),
)
ROUND = st.tuples(st.sampled_from((False, False, False, True)), st.lists(STEP, max_size=3))


@examples(30)
@given(st.lists(ROUND, min_size=1, max_size=6))
def test_what_is_told_of_all_is_what_is_told_of_each(rounds: list[tuple[bool, list[tuple[str, ...]]]]) -> None:
    clock, judging = FakeClock(), Judging("JP", EVERY_RULE)
    alike = Books(), Books(together=True)
    for books in alike:
        books.truth = {book: {name: person(name, NUMBERS[0]) for name in PEOPLE} for book in BOOKS}
    with tempfile.TemporaryDirectory() as folder:
        stores = [new_store(Path(folder, f"{number}.db")) for number in range(2)]
        try:
            for deep, steps in [(False, []), *rounds, (False, [])]:
                for step in steps:
                    for books, store in zip(alike, stores, strict=True):
                        happen(books, store, judging, clock, *step)
                came = [
                    (check_source(store, books, judging, lambda *_: ["phone"], clock, deep=deep), rows_of(store))
                    for books, store in zip(alike, stores, strict=True)
                ]
                assert came[0] == came[1]
                clock.sleep(600)
            for store in stores:
                with store.read() as connection:
                    assert verification.verify(connection).flaw is None
        finally:
            for store in stores:
                store.close()


def happen(books: Books, store: Store, judging: Judging, clock: FakeClock, what: str, *of: str) -> None:
    match what, of:
        case "write", (book, name, number) if book in books.truth:
            books.truth[book][name] = person(name, number)
            books.cut.discard((book, name))
        case "remove", (book, name) if book in books.truth:
            books.truth[book].pop(name, None)
        case "cut", (book, name) if book in books.truth:
            books.truth[book][name] = person(name, NUMBERS[0]) + b"\r\n"
            books.cut.add((book, name))
        case "break", (book,):
            books.broken.add(book)
        case "mend", (book,):
            books.broken.discard(book)
        case "title", (book,):
            books.titles[book] = f"{books.titles.get(book, book)}!"
        case "gone", (book,):
            books.truth.pop(book, None)
        case "accept", ():
            with store.read() as connection:
                ids = [found.id for found in finding_store.open_findings(connection)][:2]
            accept(store, ids, lambda _: judging, clock)


AT_RANDOM = (t.cards.c.salt, t.links.c.covers, t.links.c.digest)
COMPARED = (t.books, t.checks, t.cards, t.members, t.unread, t.findings, t.events, t.finding_history, t.links)


def rows_of(store: Store) -> dict[str, list[str]]:
    """All that is recorded, but for what is made at random."""
    with store.read() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(*columns)).all()))
            for table in COMPARED
            if (columns := [column for column in table.c if all(column is not other for other in AT_RANDOM)])
        }
