"""What lies on one machine's disk is done there; it is no lag while no machine has it, and another one may come to have it."""

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


def want(ledger: Ledger, *, local: bool, anew: bool = False) -> None:
    """Have a check done that is due for an hour."""
    planned = PlannedWork(KEY, "" if local else "dav.example.org", local, HOUR, datetime.now(UTC) - HOUR)
    ledger.want("smith", "", [planned], anew=anew, ears=False)


def queued_at(many: Fleet) -> str:
    return many.sql("SELECT queue_name FROM cardwarden_fleet.procrastinate_jobs")


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


def test_a_job_that_waits_for_a_machine_that_is_gone_goes_to_another_one_that_has_the_disk(
    ledger: Ledger, many: Fleet
) -> None:
    want(ledger, local=True)
    ledger.claim_place("gone", ["gone"], [KEY])
    ledger.tick(16, 3, whole=True)
    assert queued_at(many) == "at gone"
    ledger.claim_place("here", ["here"], [KEY])
    ledger.tick(16, 3, whole=True)
    assert queued_at(many) == "at here"


def test_a_job_that_waits_for_a_machine_that_is_gone_takes_no_room_if_none_has_the_disk(
    ledger: Ledger, many: Fleet
) -> None:
    want(ledger, local=True)
    ledger.claim_place("gone", ["gone"], [KEY])
    ledger.tick(16, 3, whole=True)
    ledger.claim_place("here", ["here"], [])
    ledger.tick(16, 3, whole=True)
    assert queued_at(many) == ""
    assert ledger.overview().running[Lane.CHECKS] == 0


def test_a_source_that_is_on_no_disk_any_more_is_any_machines(ledger: Ledger, many: Fleet) -> None:
    want(ledger, local=True)
    ledger.claim_place("here", ["here"], [KEY])
    want(ledger, local=False, anew=True)
    ledger.tick(16, 3, whole=True)
    assert queued_at(many) == "anywhere"


def test_a_source_that_moved_to_another_machines_disk_is_that_ones(ledger: Ledger, many: Fleet) -> None:
    want(ledger, local=True)
    ledger.claim_place("here", ["here", "there"], [KEY])
    want(ledger, local=True, anew=True)
    ledger.claim_place("there", ["here", "there"], [KEY])
    ledger.tick(16, 3, whole=True)
    assert queued_at(many) == "at there"
