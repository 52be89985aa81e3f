"""`cardwarden run`, as a process that is started, watched and stopped."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.command import Command
from support.receiver import Receiver
from support.store import environment
from support.world import YAMADA, World

DAMAGED = (YAMADA[0], "TEL;TYPE=CELL:+186080-1234-5602")


def wait_for(what: Callable[[], object]) -> None:
    """Return as soon as something is so; a test fails after half a minute."""
    end = time.monotonic() + 30
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


@contextmanager
def running(config: Path, receiver: Receiver, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The daemon, which writes to `log`; it is killed in the end if it still runs."""
    arguments = [sys.executable, "-m", "cardwarden", "run", "--config", str(config)]
    with log.open("wb") as file:
        daemon = subprocess.Popen(arguments, stdout=file, stderr=file, env={**environment(), "PHONE": receiver.url})
    try:
        yield daemon
    finally:
        daemon.kill()
        daemon.wait()


def stopped(daemon: subprocess.Popen[bytes], number: int) -> int:
    daemon.send_signal(number)
    return daemon.wait(timeout=30)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_checks_at_the_start_tells_the_phone_and_ends_cleanly(
    number: int, world: World, command: Command, receiver: Receiver, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    world.phone = receiver.url
    world.put("Yamada", *YAMADA)
    assert command("check").code == 0
    world.put("Yamada", *DAMAGED)
    with running(world.config, receiver, log) as daemon:
        wait_for(lambda: receiver.requests)
        wait_for(lambda: "delivered 1 message" in log.read_text())
        assert command("check").code == 1  # beside the daemon
        assert stopped(daemon, number) == 0
        logged = log.read_text()
    assert re.search("checked source=family .* outcome=findings cards=1 events=1", logged)
    assert logged.rstrip().endswith("stopping")
    assert len(receiver.requests) == 1
    assert not any(secret in logged for secret in ("Yamada", "5602", receiver.SECRET))


def test_it_checks_again_and_again_and_one_bad_source_does_not_hinder_the_others(
    world: World, receiver: Receiver, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    world.phone = receiver.url
    world.put("Yamada", *YAMADA)
    world.more = '[sources.lost]\ntype = "vdir"\npath = "/nowhere/at/all"\nevery = "1s"\n'
    config = world.root / "daemon.toml"
    config.write_text(world.text().replace("[sources.family]\n", '[sources.family]\nevery = "1s"\n'))
    with running(config, receiver, log) as daemon:
        wait_for(lambda: "outcome=clean" in log.read_text())
        world.put("Yamada", *DAMAGED)
        wait_for(lambda: receiver.requests)
        with sqlite3.connect(world.root / "state/cardwarden.db") as connection:
            connection.execute("ALTER TABLE finding_history RENAME TO away")
        connection.close()
        world.put("Yamada", *YAMADA)
        wait_for(lambda: "is damaged, and nothing more was written to it" in log.read_text())
        with sqlite3.connect(world.root / "state/cardwarden.db") as connection:
            connection.execute("ALTER TABLE away RENAME TO finding_history")
        connection.close()
        clean = log.read_text().count("outcome=clean")
        wait_for(lambda: log.read_text().count("outcome=clean") > clean)
        assert stopped(daemon, signal.SIGTERM) == 0
        logged = log.read_text()
    assert re.search("inconclusive: The folder /nowhere/at/all does not exist.* source=lost", logged)
    assert "Traceback" not in logged
    assert not any(secret in logged for secret in ("Yamada", "5602", receiver.SECRET))
    assert world.open() == []
