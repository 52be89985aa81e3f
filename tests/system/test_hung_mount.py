"""A network mount that hangs: the pulse goes on, other books are guarded, a stop and a restart take their time and no more."""

from __future__ import annotations

import json
import signal
import time

from support.daemon import eventually, running
from support.hung_mount import hung_mount
from support.receiver import Receiver
from support.world import YAMADA, World
from system.test_daemon import BAD, SOON, cardwarden

STOPS_WITHIN = 29.0  # seconds; systemd kills after 30


def test_a_mount_that_hangs_stops_neither_the_pulse_nor_other_books_nor_a_restart(
    world: World, receiver: Receiver
) -> None:
    world.phone = receiver.url
    nas, beat = world.root / "nas", world.root / "state/cardwarden.db.daemon"
    world.more = f'[sources.nas]\ntype = "vdir"\npath = "{nas}/contacts"\n'
    world.put("Yamada", *YAMADA)
    with hung_mount(nas):
        for damage in (BAD, YAMADA):  # the second daemon is the restart, beside the same mount
            told = len(receiver.requests)
            with running(world, WATCHDOG_USEC=SOON) as daemon:
                daemon.says("checked source=family")
                world.put("Yamada", *damage)
                eventually(lambda told=told: len(receiver.requests) > told)  # type: ignore[misc]
                before = json.loads(beat.read_text())["beat"]
                eventually(lambda before=before: json.loads(beat.read_text())["beat"] > before + 2)  # type: ignore[misc]
                assert cardwarden(world, "healthcheck").returncode == 0
                daemon.send(signal.SIGHUP)
                daemon.says("new settings: guarding 2 sources")
                began = time.monotonic()
                assert daemon.end() == 0
                assert time.monotonic() - began < STOPS_WITHIN
            (world.root / "log").unlink()
