"""As of a time: the order of checks is the order of time, whatever the clock said meanwhile."""

from __future__ import annotations

import pytest

from cardwarden.store.checks import check_at
from cardwarden.store.engine import Store
from support.store import after, check

YEAR = 525_600


def made(store: Store, *minutes: float) -> list[int]:
    """Checks that each saw a change, made in this order when the clock said so."""
    with store.write() as connection:
        return [check(connection, minute, changed=True)[1] for minute in minutes]


def found(store: Store, minutes: float, now: float | None = None) -> int | None:
    """The place (from 0) of the check that holds at a time, if it is asked at `now`."""
    with store.read() as connection:
        newest = check_at(connection, 1, after(minutes), None if now is None else after(now))
    return None if newest is None else newest - 1


@pytest.mark.parametrize(("at", "place"), [(-1, None), (0, 0), (15, 1), (25, 2), (YEAR, 3)])
def test_with_a_right_clock_it_is_the_newest_check_by_then(at: float, place: int | None, store: Store) -> None:
    made(store, 0, 10, 20, 30)
    assert found(store, at) == place


@pytest.mark.parametrize("start", [-10 * YEAR, 10 * YEAR], ids=["behind", "ahead"])
def test_a_start_with_a_wrong_clock_is_dated_by_its_neighbours(start: float, store: Store) -> None:
    """When it was between them is not known, so until the next right one that of before holds."""
    made(store, 0, 10, 20, start, start + 1, 30, 40)
    assert [found(store, at) for at in (5, 15, 19, 25, 35, 45)] == [0, 1, 1, 2, 5, 6]


def test_what_a_clock_that_is_behind_recorded_last_is_not_the_past(store: Store) -> None:
    made(store, 0, 10)
    with store.write() as connection:
        check(connection, 600)  # the same was seen until then
    made(store, -10 * YEAR)
    assert [found(store, at, now=900) for at in (5, 15, 590, 700, 900)] == [0, 1, 1, 1, 2]
    assert found(store, 700, now=-10 * YEAR) == 1  # the clock is wrong still


def test_a_book_that_never_changed_before_is_not_dated_by_a_start_with_a_clock_that_is_behind(store: Store) -> None:
    made(store, 0)
    with store.write() as connection:
        check(connection, 600)
    made(store, -10 * YEAR)
    with store.write() as connection:
        check(connection, 630)  # the clock was set meanwhile
    assert [found(store, at) for at in (-YEAR, 5, 590, 620, 700)] == [None, 0, 0, 0, 1]


def test_two_checks_at_one_moment_keep_their_order(store: Store) -> None:
    made(store, 0, 0, 0)
    assert found(store, 0) == 2
