"""Do 1,000 alerts that wait for a dead channel delay one on a living channel?

python bench/daemon_dead_channel.py
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from cardwarden.store import outbox
from support.receiver import receiving
from support.world import YAMADA, World


def told(world: World, waiting: int, round_number: int) -> float:
    """Seconds until the living channel's receiver has an alert, with so many alerts waiting for the dead one."""
    with world.program() as program:
        with program.store.write() as connection:
            for number in range(waiting):
                outbox.enqueue_note(
                    connection, "dead", outbox.MessageKind.CHANNEL, world.clock.at, about=f"{round_number}.{number}"
                )
        program.check("family")
        began = time.monotonic()
        threading.Thread(target=lambda: program.deliver_on("dead"), daemon=True).start()
        program.deliver_on("phone")
        return time.monotonic() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as name, receiving() as living, receiving() as dead, dead.hanging():
        world = World(Path(name), phone=living.url)
        world.more = '[alerts]\nlimit = 1000\n[alerts.channels.dead]\nurl_file = "' + name + '/dead"\ntimeout = "2s"\n'
        Path(name, "dead").write_text(dead.url)
        people = [f"Person {number}" for number in range(40)]
        for person in people:
            world.put(person, *YAMADA)
        with world.program() as program:
            program.check("family")
        for waiting in (0, 1000):
            times = []
            for number, person in enumerate(people[:20] if waiting == 0 else people[20:]):
                world.put(person, "TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")
                world.clock.at += timedelta(hours=2)
                times.append(told(world, waiting if number == 0 else 0, number))
            print(
                f"{waiting:,} alerts wait for the dead channel: the living one takes {statistics.median(times) * 1000:.0f} ms"
            )


main()
