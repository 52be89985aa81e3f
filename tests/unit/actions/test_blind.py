"""When nothing can be recorded the phone hears it without the database: once, and once that it is over."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from cardwarden.actions.blind import Blind
from cardwarden.alerts.channel import Channel
from support.receiver import Receiver
from support.world import FakeClock


def channels(receiver: Receiver) -> list[Channel]:
    return [Channel("phone", lambda: receiver.url)]


def titles(receiver: Receiver) -> list[str]:
    return [request["title"] for request in receiver.requests]


def test_it_is_told_once_also_by_one_that_is_started_again(tmp_path: Path, receiver: Receiver) -> None:
    database, clock = tmp_path / "cardwarden.db", FakeClock()
    for _ in range(3):
        Blind(database, {}, clock).tell("The disk is full.", channels(receiver))
    Blind(database, {}, clock).end(channels(receiver))
    Blind(database, {}, clock).end(channels(receiver))
    assert titles(receiver) == ["Your address books are not guarded now", "Your address books are guarded again"]
    assert "The disk is full." in receiver.requests[0]["message"]
    assert list(tmp_path.iterdir()) == []


def test_what_could_not_be_sent_is_sent_later(tmp_path: Path, receiver: Receiver) -> None:
    receiver.statuses = [503]
    blind = Blind(tmp_path / "cardwarden.db", {}, FakeClock())
    for _ in range(3):
        blind.tell("The disk is full.", channels(receiver))
    assert len(receiver.requests) == 2
    note = tmp_path / "cardwarden.db.blind"
    assert json.loads(note.read_text())["notified"] == ["phone"]
    assert note.stat().st_mode & 0o077 == 0


def test_beside_a_disk_that_takes_nothing_it_is_noted_elsewhere(tmp_path: Path, receiver: Receiver) -> None:
    database, runtime = tmp_path / "gone" / "cardwarden.db", tmp_path / "run"
    runtime.mkdir()
    for _ in range(2):
        Blind(database, {"RUNTIME_DIRECTORY": str(runtime)}, FakeClock()).tell("It is gone.", channels(receiver))
    assert len(receiver.requests) == 1
    [note] = runtime.iterdir()
    assert note.suffix == ".blind"
    assert Blind(tmp_path / "other" / "cardwarden.db", {"RUNTIME_DIRECTORY": str(runtime)}, FakeClock()).why is None


def test_that_it_cannot_be_noted_is_logged(
    tmp_path: Path, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = {"TMPDIR": str(tmp_path / "gone")}
    Blind(tmp_path / "gone" / "cardwarden.db", nowhere, FakeClock()).tell("It is gone.", channels(receiver))
    assert "cardwarden.db.blind cannot be written: there is no such file or folder. What" in caplog.text
    assert len(receiver.requests) == 1
    assert os.listdir(tmp_path) == []  # noqa: PTH208
