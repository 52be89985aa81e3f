"""What a check may cost, as counts: statements, transactions that wait for the disk, cards that are loaded."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import CacheStats

from cardwarden.actions.queries.listing import finding_list
from cardwarden.actions.queries.naming import events_named
from cardwarden.settings.load import load
from cardwarden.wiring import Opening, assembled
from support.dav_account import HOME, account_at
from support.fake_dav import serving
from support.store import ON_POSTGRESQL
from support.world import FakeClock, World

pytestmark = pytest.mark.skipif(ON_POSTGRESQL in os.environ, reason="the counts are of SQLite's statements")
COMPILED = {CacheStats.CACHE_MISS, CacheStats.NO_CACHE_KEY}


class Noted(list[str]):
    """The statements that were executed; `compiled` are those that had to be made first."""

    def __init__(self) -> None:
        super().__init__()
        self.compiled: list[str] = []

    @property
    def transactions(self) -> int:
        return sum(statement.startswith("BEGIN") for statement in self)

    @property
    def writes(self) -> int:
        return self.count("BEGIN IMMEDIATE")

    @property
    def loads_cards(self) -> bool:
        return any("cards.contacts" in statement for statement in self)


@contextmanager
def noted() -> Iterator[Noted]:
    here = Noted()

    def note(_: object, __: object, statement: str, ___: object, context: object, *____: object) -> None:
        here.append(statement)
        if getattr(context, "cache_hit", None) in COMPILED and not statement.startswith("BEGIN"):
            here.compiled.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield here
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def cost(root: Path, cards: int, change: Callable[[World], None], *, deep: bool = False) -> Noted:
    """Of a check after a change, in a program that has checked such a change before."""
    root.mkdir()
    world = World(root)
    for number in range(cards):
        world.put(f"Person {number}", f"TEL:03-1234-{number:04}")
    with world.program() as program:
        program.check("family")
        for _ in range(2):
            change(world)
            program.check("family", deep=deep)
            world.clock.sleep(600)
        change(world)
        with noted() as here:
            program.check("family", deep=deep)
    return here


def nothing(_: World) -> None: ...


def one_note(world: World) -> None:
    world.put("Person 3", "TEL:03-1234-0003", f"NOTE:{world.clock.monotonic()}")


def test_a_check_that_finds_nothing_changed_costs_the_same_in_every_book(tmp_path: Path) -> None:
    few, many = cost(tmp_path / "few", 5, nothing), cost(tmp_path / "many", 80, nothing)

    assert few == many
    assert len(many) <= 14
    assert (many.transactions, many.writes, many.loads_cards, many.compiled) == (4, 1, False, [])


def test_a_check_of_one_changed_card_costs_the_same_in_every_book(tmp_path: Path) -> None:
    few, many = cost(tmp_path / "few", 20, one_note), cost(tmp_path / "many", 120, one_note)

    assert len(few) == len(many) <= 68
    assert many.writes == 1


def test_a_deep_check_that_finds_nothing_changed_loads_no_card(tmp_path: Path) -> None:
    few, many = cost(tmp_path / "few", 5, nothing, deep=True), cost(tmp_path / "many", 80, nothing, deep=True)

    assert len(few) == len(many) <= 17
    assert (many.writes, many.loads_cards, many.compiled) == (1, False, [])


def test_what_was_found_is_read_once_to_be_shown(world: World) -> None:
    world.put("Person 3", "TEL:186090-1234-0003")
    world.check()
    world.put("Person 3", "TEL:+186090-1234-0003")
    world.check()
    with world.program() as program, program.store.read() as connection:
        for show in (lambda: events_named(connection, ["e1"]), lambda: finding_list(connection).events):
            with noted() as here:
                assert len(show()) == 1
            assert sum("findings.fingerprint" in statement for statement in here) == 1


def account(root: Path, books: int) -> tuple[list[str], Noted]:
    """The requests and statements of an idle check of an account with so many books."""
    root.mkdir()
    config = root / "cardwarden.toml"
    with serving() as dav:
        account_at(dav, *(f"book{number}" for number in range(books)))
        config.write_text(
            f'region = "JP"\n[store]\nurl = "sqlite:///{root}/cardwarden.db"\n[sources.family]\ntype = "carddav"\n'
            f'url = "{dav.root}/"\nusername = "alice"\npassword_env = "PASSWORD"\n'
        )
        environ = {"PASSWORD": "secret"}
        settings = load(config, environ, root)
        with assembled(settings, Opening.BEGIN, clock=FakeClock(), environ=environ) as program:
            for _ in range(3):
                assert {done.outcome for done in program.check("family")} == {"clean"}
            dav.requests.clear()
            with noted() as here:
                assert len(program.check("family")) == books
        return [f"{request.method} {request.path}" for request in dav.requests], here


@pytest.mark.large
def test_an_account_in_which_nothing_changed_costs_one_request_however_many_books_it_has(tmp_path: Path) -> None:
    (asked, few), (asked_of_many, many) = account(tmp_path / "few", 3), account(tmp_path / "many", 100)

    assert asked == asked_of_many == [f"PROPFIND {HOME}"]
    assert few == many
    assert len(many) <= 12
    assert (many.transactions, many.writes, many.loads_cards, many.compiled) == (3, 1, False, [])


def unseen(root: Path, cards: int) -> World:
    """A book at which nobody looked yet."""
    world = World(root)
    for number in range(cards):
        world.put(f"Person {number}", f"TEL:03-1234-{number:04}", f"EMAIL:person{number}@example.com")
    return world


def held(world: World) -> int:
    """The most bytes that Python holds at once during a first look."""
    with world.program() as program:
        tracemalloc.start()
        try:
            program.check("family")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


@pytest.mark.large
def test_a_first_look_holds_little_of_each_card(tmp_path: Path) -> None:
    unseen(tmp_path / "first", 3_000).check()  # what is loaded once, and the numbers that are remembered
    few, many = held(unseen(tmp_path / "few", 1_000)), held(unseen(tmp_path / "many", 3_000))
    assert (many - few) / 2_000 < 1_800
