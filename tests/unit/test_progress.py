"""How far long work has come."""

from __future__ import annotations

from cardwarden.progress import SILENT, Work, counted
from support.progress import RecordedProgress


def test_an_item_counts_as_done_when_the_next_one_is_asked_for() -> None:
    progress = RecordedProgress()
    for _ in counted("ab", progress, Work.WRITING, 2):
        pass
    assert progress.said == [(Work.WRITING, 2), 1, 1]


def test_nobody_has_to_listen() -> None:
    assert list(counted("ab", SILENT, Work.READING)) == ["a", "b"]
