"""The daemon's life on a simulated clock, in a process of its own that may be killed at any moment and goes on after it.

It is the real daemon, store, folder and channel; only the clock and what calls the jobs are simulated. What happens to
the book is drawn from the step's number, so that a step that was cut off happens again in the same way.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cardwarden.service.runner import Daemon
from cardwarden.settings.load import load
from cardwarden.wiring import Opening, assembled
from support.schedule import SimulatedSchedule
from support.world import FakeClock, card

START = datetime(2031, 1, 1, tzinfo=UTC)
PEOPLE = 60
MENDED_AFTER = 30  # steps; long enough for a check between two full disks


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, in how large steps, and by which seed."""

    steps: int
    minutes: int
    seed: int

    def at(self, step: int) -> datetime:
        return START + step * timedelta(minutes=self.minutes)

    def damaged(self, step: int) -> int | None:
        """Who is damaged at a step; nobody is again before the first damage was mended."""
        draw = random.Random(f"{self.seed} damage {step}")
        return step % PEOPLE if draw.random() < 0.15 and MENDED_AFTER < step < self.steps - 2 * MENDED_AFTER else None

    def edited(self, step: int) -> int | None:
        """Who is edited by the owner."""
        draw = random.Random(f"{self.seed} edit {step}")
        return PEOPLE + draw.randrange(PEOPLE) if draw.random() < 0.1 else None

    def is_full(self, step: int) -> bool:
        """Whether the disk is full: for up to four steps now and then."""
        return random.Random(f"{self.seed} full {step // 16}").random() < 0.2 and step % 16 < 4

    def is_down(self, step: int) -> bool:
        """Whether the receiver is down: a third of the time, and for less than two days together."""
        block = step * self.minutes // 720
        is_down = block % 4 and random.Random(f"{self.seed} down {block}").random() < 4 / 9
        return bool(is_down) and step < self.steps - MENDED_AFTER


def token(step: int) -> str:
    """The end of the number that a damage of that step leaves."""
    return f"{step:05}"


def live(folder: Path, plan: Plan) -> None:
    """Go on from the step that `folder` notes, to the end of the plan."""
    noted = folder / "step"
    clock = FakeClock()
    first = int(noted.read_text()) if noted.exists() else 0
    clock.at = plan.at(first)
    settings = load(folder / "cardwarden.toml", {}, folder)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with assembled(settings, Opening.GUARD, clock=clock, environ=os.environ) as program:
        schedule = SimulatedSchedule(clock, timedelta(minutes=plan.minutes))
        daemon = Daemon(program, lambda: settings, {}, schedule)
        daemon.plan(clock.now())
        for step in range(first, plan.steps):
            clock.at = max(clock.at, plan.at(step))
            _replace(noted, str(step))
            _happen(folder, plan, step)
            # A limit on the size of files refuses what a full disk would refuse, at any moment of a transaction.
            limit = 20_000 + step * 13 % 60_000 if plan.is_full(step) else resource.RLIM_INFINITY
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
            schedule.run_due()
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
            if step % 100 == 0:
                _note_size(folder, step)
        _note_size(folder, plan.steps)
    _replace(folder / "done", "yes")
    os._exit(0)


def _happen(folder: Path, plan: Plan, step: int) -> None:
    if step == 0:
        for number in range(2 * PEOPLE):
            _write(folder, number, 0, f"186080-12{number:03}-0000")
    mended = plan.damaged(step - MENDED_AFTER)
    if mended is not None:
        _write(folder, mended, step, f"186080-12{mended:03}-0000")
    damaged = plan.damaged(step)
    if damaged is not None:
        _write(folder, damaged, step, f"+18608{token(step)}")
    edited = plan.edited(step)
    if edited is not None:
        _write(folder, edited, step, f"186080-12{edited:03}-0000", f"NICKNAME:Nick {step}")


def _write(folder: Path, number: int, step: int, *lines: str) -> None:
    phone, *more = lines
    path = folder / f"contacts/{number}.vcf"
    _replace(path, card(f"Person {number}", f"TEL;TYPE=CELL:{phone}", *more).decode())
    when = 1_600_000_000_000_000_000 + step * 1_000_000_000
    os.utime(path, ns=(when, when))


def _replace(path: Path, text: str) -> None:
    fresh = path.with_name(path.name + ".tmp")
    fresh.write_text(text, "utf-8")
    fresh.replace(path)


def _note_size(folder: Path, step: int) -> None:
    rss = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    size = {
        "pid": os.getpid(),
        "step": step,
        "rss": rss,
        "fds": len(list(Path("/proc/self/fd").iterdir())),
        "threads": threading.active_count(),
    }
    with (folder / "sizes").open("a") as file:
        file.write(json.dumps(size) + "\n")


if __name__ == "__main__":
    live(Path(sys.argv[1]), Plan(*map(int, sys.argv[2:5])))
