"""What lies on one machine's disk is done there, and is no lag while no machine has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cardwarden.fleet.ledger import Ledger, PlannedWork
from cardwarden.fleet.work import Key, Lane, WorkKind
from support.fleet import Fleet

pytestmark = pytest.mark.servers

KEY = Key("smith", WorkKind.CHECK, "family")
HOUR = timedelta(hours=1)


@pytest.fixture
def ledger(many: Fleet) -> Iterator[Ledger]:
    opened = Ledger(many.homes.server.address)
    opened.prepare()
    yield opened
    opened.close()


def want(ledger: Ledger, *, local: bool) -> None:
    """Have a check done that is due for an hour."""
    planned = PlannedWork(KEY, "" if local else "dav.example.org", local, HOUR, datetime.now(UTC) - HOUR)
    ledger.want("smith", "", [planned], anew=False, ears=False)


def test_what_no_machine_can_do_is_no_lag_and_the_household_is_behind(ledger: Ledger) -> None:
    want(ledger, local=True)
    view = ledger.overview()
    assert (view.lag, view.due[Lane.CHECKS]) == (0.0, 0)
    assert [row.behind for row in view.households] == [1]


def test_what_a_machine_can_do_is_lag_until_it_is_queued(ledger: Ledger) -> None:
    want(ledger, local=True)
    ledger.claim_place("here", ["here"], [KEY])
    view = ledger.overview()
    assert view.lag >= HOUR.total_seconds()
    assert (view.due[Lane.CHECKS], view.running[Lane.CHECKS]) == (1, 0)
    ledger.tick(16, 3, whole=True)
    view = ledger.overview()
    assert (view.lag, view.due[Lane.CHECKS], view.running[Lane.CHECKS]) == (0.0, 0, 1)


def test_what_is_due_again_while_it_is_done_is_no_lag(ledger: Ledger) -> None:
    want(ledger, local=False)
    ledger.tick(16, 3, whole=True)
    ledger.make_due(KEY, datetime.now(UTC) - HOUR)
    view = ledger.overview()
    assert (view.lag, view.due[Lane.CHECKS], view.running[Lane.CHECKS]) == (0.0, 0, 1)
