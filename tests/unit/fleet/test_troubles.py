"""Jobs of a worker fail and work apart from each other, and what all of them meet is logged once."""

from __future__ import annotations

from functools import partial

import pytest

from cardwarden.errors import StoreError
from cardwarden.fleet.troubles import Troubles
from cardwarden.phrases.phrase import Sentence

AWAY, LOCKED = "The database is away.", "A table is locked."


def works() -> None:
    pass


def fails(why: str = AWAY) -> None:
    raise StoreError(Sentence(why))


def test_a_job_that_works_ends_no_other_ones_trouble() -> None:
    troubles = Troubles()
    troubles.guarded("planning", fails)
    troubles.guarded("the sign of life", works)
    assert str(troubles) == f"planning: {AWAY}"
    troubles.guarded("planning", works)
    assert not str(troubles)


def test_all_troubles_are_told(caplog: pytest.LogCaptureFixture) -> None:
    troubles = Troubles()
    troubles.guarded("planning", fails)
    troubles.guarded("answers and brokers", partial(fails, LOCKED))
    assert str(troubles) == f"answers and brokers: {LOCKED}\nplanning: {AWAY}"
    assert caplog.messages == [f"planning: {AWAY}", f"answers and brokers: {LOCKED}"]


def test_what_all_jobs_meet_is_logged_once_until_it_ends_for_all(caplog: pytest.LogCaptureFixture) -> None:
    troubles = Troubles()
    for _ in range(3):
        troubles.guarded("planning", fails)
        troubles.guarded("the sign of life", fails)
    assert caplog.messages == [f"planning: {AWAY}"]
    for name in ("planning", "the sign of life"):
        troubles.guarded(name, works)
    troubles.guarded("the sign of life", fails)
    assert caplog.messages == [f"planning: {AWAY}", f"the sign of life: {AWAY}"]


def test_a_bug_of_a_job_is_told_and_logged_once_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    troubles = Troubles()
    for _ in range(2):
        troubles.guarded("planning", lambda: dict[str, str]()["Anna Smith"])
    assert str(troubles).startswith("planning: a bug, KeyError in ")
    assert caplog.messages == [str(troubles)]
    assert "Anna" not in caplog.text


def test_another_trouble_of_the_same_job_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    troubles = Troubles()
    for why in (AWAY, AWAY, LOCKED):
        troubles.guarded("planning", partial(fails, why))
    assert caplog.messages == [f"planning: {AWAY}", f"planning: {LOCKED}"]
