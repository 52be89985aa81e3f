"""An ordinary month is quiet, and no damage in it is missed (bench/ordinary_month.py plays whole ones)."""

from __future__ import annotations

from pathlib import Path

from support.month import LANDS, play
from support.receiver import receiving

MOST = 3  # times that somebody is told at once of what was no damage


def test_every_damage_is_told_at_once_and_what_else_is_told_at_once_is_a_question(tmp_path: Path) -> None:
    with receiving() as receiver:
        got = play(tmp_path, LANDS[1], 30, 2, receiver)
    assert len(got.notified) == 10
    assert [name for name, notified in got.notified.items() if not notified] == []
    assert [title for title, is_question in got.needless if not is_question] == []
    assert len(got.needless) <= MOST
    assert len(got.digests) <= 31
