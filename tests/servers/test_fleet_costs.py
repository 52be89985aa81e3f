"""What workers may ask of PostgreSQL for a check in which nothing changed, as counts: they hold on any machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from cardwarden.clock import SystemClock
from cardwarden.fleet.homes import Homes
from cardwarden.fleet.ledger import Ledger
from cardwarden.fleet.perform import Performer
from cardwarden.fleet.wishes import wanted
from cardwarden.fleet.work import Key, WorkKind
from support.fleet import Fleet

pytestmark = pytest.mark.servers

CARD = "TEL;TYPE=CELL:080-1234-5602"


@dataclass
class Asked:
    """Statements, and transactions, each of which asks twice more: to begin, and to end."""

    statements: int = 0
    transactions: int = 0

    @property
    def questions(self) -> int:
        return self.statements + 2 * self.transactions


@contextmanager
def counted() -> Iterator[Asked]:
    asked = Asked()

    def statement(*_: object) -> None:
        asked.statements += 1

    def begun(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        asked.transactions += not driver.autocommit

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "begin", begun)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", statement)
        event.remove(Engine, "begin", begun)


def cost(many: Fleet, cards: int) -> Asked:
    """Of the third check of a book of so many cards."""
    name = f"has-{cards}"
    many.family(name, "json://127.0.0.1:9/x")
    for number in range(cards):
        many.homes.put(name, f"Anna {number}", CARD)
    key = Key(name, WorkKind.CHECK, "family")
    clock = SystemClock()
    homes, ledger = Homes(many.homes.server, clock, {}), Ledger(many.homes.server.address)
    with closing(homes), closing(ledger):
        ledger.prepare()
        with homes.using(name) as program:
            ledger.want(name, "", list(wanted(program, clock.now())), anew=False, ears=False)
        performer = Performer(homes, ledger, clock)
        for _ in range(2):
            many.sql("UPDATE cardwarden_fleet.work SET queued_at = now()")
            assert performer.perform(key, 1)
        many.sql("UPDATE cardwarden_fleet.work SET queued_at = now()")
        with counted() as asked:
            assert performer.perform(key, 1)
    return asked


def test_a_check_in_which_nothing_changed_asks_the_same_for_every_book_and_not_much(many: Fleet) -> None:
    few, lots = cost(many, 3), cost(many, 40)
    assert few == lots
    assert lots.statements <= 16
    assert lots.questions <= 26
