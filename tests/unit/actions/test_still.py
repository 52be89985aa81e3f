"""Books of which one question tells that nothing changed are recorded as a check of each would record them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from cardwarden.actions.accept import accept
from cardwarden.actions.check import check_source
from cardwarden.actions.checked import Checked
from cardwarden.actions.claim import claim
from cardwarden.errors import SourceError
from cardwarden.phrases.phrase import Sentence
from cardwarden.sources.source import BookRef, Fetched, Known, Observation
from cardwarden.store import findings as finding_store
from cardwarden.store import tables as t
from cardwarden.store import verification
from cardwarden.wiring import Program
from support.in_memory import InMemory
from support.world import World, card

BOOKS = ("one", "two", "three")


@dataclass
class Shelves(InMemory):
    """Books in memory whose tokens are what they hold."""

    truth: dict[str, dict[str, bytes]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    away: bool = False
    meanwhile: Callable[[], object] = lambda: None
    """What happens between the question and its answer's being used."""
    looked_at: list[str] = field(default_factory=list)
    asked: int = 0

    def books(self) -> list[BookRef]:
        return [BookRef(book, self.titles.get(book, book)) for book in self.truth]

    def token(self, book: str) -> str:
        return str(hash(tuple(sorted(self.truth[book].items()))))

    def unchanged(self, tokens: Mapping[str, str]) -> frozenset[str]:
        self.asked += 1
        told = frozenset(book for book, token in tokens.items() if self.token(book) == token)
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return told

    def observe(self, book: BookRef, known: Known, *, deep: bool) -> Observation:
        self.looked_at.append(book.id)
        if self.away:
            raise SourceError(Sentence("away"))
        stamps = {href: str(hash(data)) for href, data in self.truth[book.id].items()}
        wanted = [href for href in stamps if deep or known.members.get(href) != stamps[href]]
        bodies = [Fetched(href, stamps[href], self.truth[book.id][href]) for href in wanted]
        return Observation(stamps, bodies, self.token(book.id))


@dataclass
class Guard:
    """A program with shelves for its source."""

    program: Program
    shelves: Shelves
    world: World

    def check(self, *, deep: bool = False) -> dict[str, Checked]:
        program = self.program
        self.world.clock.at += timedelta(minutes=10)
        self.shelves.looked_at.clear()
        done = check_source(
            program.store, self.shelves, program.judging("family"), lambda *_: (), program.clock, deep=deep
        )
        return {checked.book: checked for checked in done}

    def damage(self, book: str) -> None:
        self.shelves.truth[book]["Anna"] = card("Anna", "TEL:+18603-1234-5601")

    def rows(self) -> list[tuple[object, ...]]:
        query = select(t.books.c.book, t.checks.c.times, t.checks.c.last_at, t.checks.c.outcome, t.checks.c.cards)
        with self.program.store.read() as connection:
            rows = connection.execute(query.join(t.books, t.books.c.id == t.checks.c.book_id).order_by(t.checks.c.id))
            assert verification.verify(connection).flaw is None
            return [tuple(row) for row in rows]

    def open(self) -> list[int]:
        with self.program.store.read() as connection:
            return [found.id for found in finding_store.open_findings(connection)]


@pytest.fixture
def guard(world: World) -> Iterator[Guard]:
    shelves = Shelves()
    for book in BOOKS:
        shelves.truth[book] = {name: card(name, "TEL:186-03-1234-5601") for name in ("Anna", "Bob", "Cy")}
    with world.program() as program:
        made = Guard(program, shelves, world)
        assert made.check().keys() == {*BOOKS}
        yield made


def test_they_are_counted_and_not_looked_at(guard: Guard) -> None:
    done = guard.check()
    assert (guard.shelves.looked_at, guard.shelves.asked) == ([], 1)
    assert {(checked.outcome, checked.cards) for checked in done.values()} == {("clean", 3)}
    assert guard.rows() == [(book, 2, guard.world.clock.at, "clean", 3) for book in BOOKS]


def test_what_changed_is_looked_at(guard: Guard) -> None:
    guard.damage("two")
    done = guard.check()
    assert guard.shelves.looked_at == ["two"]
    assert [book for book, checked in done.items() if checked.events] == ["two"]
    assert list(done) == list(BOOKS)
    assert {book: checked.outcome for book, checked in guard.check().items()} == {
        "one": "clean", "two": "findings", "three": "clean",
    }  # fmt: skip
    assert guard.shelves.looked_at == []


def test_a_deep_check_asks_nobody_else(guard: Guard) -> None:
    guard.check(deep=True)
    assert (guard.shelves.looked_at, guard.shelves.asked) == ([*BOOKS], 0)


def test_a_book_that_another_process_has_is_waited_for(guard: Guard) -> None:
    program = guard.program
    with claim(program.store, "memory", "two", program.clock):
        done = guard.check()
    assert (guard.shelves.looked_at, done["two"].refused) == ([], True)
    assert [row[1] for row in guard.rows()] == [2, 1, 2]


def test_a_book_that_was_checked_meanwhile_is_looked_at(guard: Guard) -> None:
    """The answer is about what was known when it was asked for."""

    def another_process() -> None:
        guard.damage("two")
        check_source(
            guard.program.store, guard.shelves, guard.program.judging("family"), lambda *_: (), guard.program.clock
        )
        guard.shelves.looked_at.clear()

    guard.shelves.meanwhile = another_process
    done = guard.check()
    assert (guard.shelves.looked_at, done["two"].outcome) == (["two"], "findings")


def test_a_finding_that_was_accepted_is_no_more_at_the_next_check(guard: Guard) -> None:
    guard.damage("two")
    guard.check()
    accept(guard.program.store, guard.open(), guard.program.judging, guard.program.clock)
    done = guard.check()
    assert (guard.shelves.looked_at, done["two"].outcome) == (["two"], "clean")
    guard.check()
    assert guard.shelves.looked_at == []


def test_what_is_accepted_while_it_is_asked_ends_otherwise_and_is_looked_at(guard: Guard) -> None:
    guard.damage("two")
    guard.check()
    guard.shelves.meanwhile = lambda: accept(
        guard.program.store, guard.open(), guard.program.judging, guard.program.clock
    )
    done = guard.check()
    assert (guard.shelves.looked_at, done["two"].outcome) == (["two"], "clean")


def test_a_book_that_could_not_be_read_is_looked_at_before_it_is_clean(guard: Guard) -> None:
    guard.damage("two")
    guard.shelves.away = True
    guard.check()
    guard.shelves.away = False
    guard.shelves.truth["two"]["Anna"] = guard.shelves.truth["one"]["Anna"]
    done = guard.check()
    assert guard.shelves.looked_at == ["two"]
    assert {checked.outcome for checked in done.values()} == {"clean"}


def test_a_book_with_another_title_is_looked_at_and_has_it(guard: Guard) -> None:
    guard.shelves.titles["two"] = "Friends"
    assert guard.check()["two"].title == "Friends"
    assert guard.shelves.looked_at == ["two"]


def test_other_settings_judge_every_book_anew(guard: Guard) -> None:
    guard.world.settings = 'region = "DE"\n'
    with guard.world.program() as program:
        guard.program = program
        guard.check()
    assert guard.shelves.looked_at == [*BOOKS]


@pytest.mark.parametrize("error", [SourceError(Sentence("refused")), KeyError("two")])
def test_whatever_the_question_comes_to_each_book_is_checked(
    guard: Guard, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(_: Mapping[str, str]) -> frozenset[str]:
        raise error

    monkeypatch.setattr(guard.shelves, "unchanged", fails)
    done = guard.check()
    assert guard.shelves.looked_at == [*BOOKS]
    assert {checked.outcome for checked in done.values()} == {"clean"}


def test_a_book_that_nobody_asked_about_is_not_believed_to_be_unchanged(
    guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard.shelves.truth["four"] = {"Dan": card("Dan")}
    monkeypatch.setattr(guard.shelves, "unchanged", lambda _: frozenset({"one", "four", "five"}))
    done = guard.check()
    assert guard.shelves.looked_at == ["two", "three", "four"]
    assert done.keys() == {*BOOKS, "four"}


@pytest.mark.large
def test_many_more_books_than_are_claimed_at_once(guard: Guard) -> None:
    for number in range(450):
        guard.shelves.truth[f"n{number}"] = {"Dan": card("Dan")}
    guard.check()
    done = guard.check()
    assert (guard.shelves.looked_at, len(done)) == ([], 453)
    assert {row[1] for row in guard.rows()} == {2, 3}
