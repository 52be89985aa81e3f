"""Many changes become one check, soon after the last and not long after the first."""

from __future__ import annotations

from cardwarden.service.debounce import Debounce


def test_a_check_is_due_when_it_was_quiet_for_a_moment() -> None:
    debounce = Debounce(quiet=0.4, patience=8)
    debounce.note("family", 10.0)
    debounce.note("family", 10.3)
    assert debounce.due(10.6) == []
    assert debounce.due(10.75) == ["family"]
    assert debounce.due(99) == []


def test_a_burst_that_does_not_end_is_checked_all_the_same() -> None:
    debounce = Debounce(quiet=0.4, patience=8)
    due = []
    for tenth in range(100):
        debounce.note("family", tenth / 10)
        due += [tenth / 10 for _ in debounce.due(tenth / 10)]
    assert due == [8.0]


def test_it_says_how_long_nothing_is_due() -> None:
    debounce = Debounce(quiet=0.5, patience=8)
    assert debounce.wait(0) is None
    debounce.note("family", 10)
    debounce.note("work", 10.25)
    assert debounce.wait(10.25) == 0.25
    assert debounce.wait(99) == 0
