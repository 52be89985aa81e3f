"""What stands when workers are killed again and again, under load, and their database with them.

PYTHONPATH=daemon:tests .venv/bin/python bench/fleet_kills.py KILLS [--households N] [--restarts N] [--seed N]

Contacts of random households are damaged, damaged otherwise and put back all the time. Workers are killed with SIGKILL, one at a
time, while another one works; PostgreSQL is stopped (fast or like a crash) and started again, and all connections are cut. When
all are killed that were to be, it waits until it is quiet, and then says for every household: whether what is open is the truth,
whether its chain holds, and whether all was told that had to be, to it alone and how often (`fleet_account.py`). SIGTERM has it
say that sooner. It ends with 1 if anything was lost.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "daemon"), str(ROOT / "tests")]

from fleet_account import Account, settled  # noqa: E402

from cardwarden.cli.main import run  # noqa: E402
from cardwarden.clock import SystemClock  # noqa: E402
from cardwarden.fleet.homes import Homes  # noqa: E402
from support.fleet import Fleet, Worker, fleet  # noqa: E402
from support.postgresql import running  # noqa: E402
from support.receiver import Receiver, receiving  # noqa: E402

RIGHT = "080-1234-5602"
WORKERS = 3
PATIENCE = 600.0  # seconds
LOSSES = (
    "open findings that are not the truth", "damages that were read and not found", "what was found and not told",
    "what the record calls told and nobody got", "messages that name another household", "of them those that do not say so",
    "messages that came more than twice", "chains with a flaw", "tracebacks",
)  # fmt: skip
"""Figures that have to be nothing."""
_QUIET = 20.0  # seconds
_ENOUGH = threading.Event()


def damaged(number: int) -> str:
    """The caller-ID code 186 behind a plus, before a number that no damage before had."""
    return f"+186080-{number // 10000:04}-{number % 10000:04}"


class Truth:
    """What every household's contact says now."""

    def __init__(self, many: Fleet, households: int, dice: random.Random) -> None:
        self._many, self._dice = many, dice
        self.numbers = dict.fromkeys(range(households), RIGHT)
        self.changes = 0
        for household in self.numbers:
            self._write(household)

    def change(self) -> None:
        """Damage a contact, each time by another number, or put it back."""
        household = self._dice.choice(list(self.numbers))
        self.changes += 1
        self.numbers[household] = RIGHT if self._dice.random() < 0.4 else damaged(self.changes)
        self._write(household)

    def _write(self, household: int) -> None:
        self._many.homes.put(f"h{household}", f"Anna Home{household}.", f"TEL;TYPE=CELL:{self.numbers[household]}")

    @property
    def damaged(self) -> set[int]:
        return {household for household, number in self.numbers.items() if number != RIGHT}


def opened(many: Fleet, household: int) -> int | None:
    said = many.asked(f"SELECT count(*) FROM household_h{household}.findings WHERE state = 'open'")
    return int(said) if said else None


def checked(many: Fleet) -> str:
    return many.asked("SELECT count(*) FROM cardwarden_fleet.work WHERE kind = 'check' AND good_at IS NOT NULL")


def wait(what: str, is_so: object, patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not is_so():  # type: ignore[operator]
        if time.monotonic() > end:
            raise SystemExit(f"never: {what}")
        time.sleep(0.5)


def alive(many: Fleet) -> list[Worker]:
    return [worker for worker in many.workers if worker.process.poll() is None]


def working(many: Fleet) -> list[Worker]:
    return [worker for worker in alive(many) if "checked" in worker.text]


def start_again(many: Fleet) -> None:
    """Start one for each that ended, as a unit does: one ends by itself if the database is away when it starts."""
    while len(alive(many)) < WORKERS:
        many.start()


def two_work(many: Fleet) -> bool:
    start_again(many)
    return len(working(many)) > 1


def last_words(many: Fleet) -> str:
    """The end of the logs of those workers that live, for whoever has to find out why they do not work."""
    return "\n".join(f"{worker.log.name}: {worker.text[-2000:]}" for worker in alive(many))


def kill(many: Fleet, arguments: argparse.Namespace, dice: random.Random, figures: Counter[str]) -> None:
    """Kill so many workers, each while another one works, and start one in its place."""
    every = max(1, arguments.kills // max(1, arguments.restarts))
    while figures["killed"] < arguments.kills and not _ENOUGH.is_set():
        time.sleep(dice.random() * 3)
        try:
            wait("two workers that work", lambda: two_work(many))
        except SystemExit as error:
            raise SystemExit(f"{error}\n{last_words(many)}") from error
        dice.choice(working(many)).kill()
        figures["killed"] += 1
        start_again(many)
        if figures["killed"] % every == 0 and figures["restarts"] < arguments.restarts:
            many.postgres.stop(dice.choice(["fast", "immediate"]))
            many.postgres.start()
            figures["restarts"] += 1
        elif figures["killed"] % every == every // 2:
            many.asked("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cardwarden'")
            figures["times connections were cut"] += 1
        if figures["killed"] % 20 == 0:
            print(dict(figures), file=sys.stderr, flush=True)


def messages(phone: Receiver) -> dict[int, list[dict[str, object]]]:
    """What came to each household's phone so far."""
    got: dict[int, list[dict[str, object]]] = defaultdict(list)
    for one, query in zip(phone.requests, phone.queries, strict=False):
        got[int(query["to"])].append(one)
    return got


def untold(phone: Receiver, truth: Truth) -> list[str]:
    """The contacts whose number of now no message has told."""
    got = messages(phone)
    return [
        f"h{household}: its contact says {number}"
        for household, number in truth.numbers.items()
        if number != RIGHT and not any(number in f"{one['title']}\n{one['message']}" for one in got[household])
    ]


def settled_all(many: Fleet, phone: Receiver, truth: Truth) -> Account:
    """The accounts of all households as one."""
    assert len(phone.requests) == len(phone.queries)
    homes, account, got = Homes(many.homes.server, SystemClock(), os.environ), Account(), messages(phone)
    for household in truth.numbers:
        with homes.using(f"h{household}") as program:
            account += settled(program, got[household], f"Anna Home{household}.")
    account.untold += untold(phone, truth)
    homes.close()
    return account


def trial(arguments: argparse.Namespace) -> dict[str, object]:
    dice = random.Random(arguments.seed)
    figures: Counter[str] = Counter()
    began = time.monotonic()
    with (
        TemporaryDirectory(prefix="cardwarden-kills-") as folder,
        running() as postgres,
        receiving() as phone,
        fleet(Path(folder) / "fleet", postgres) as many,
    ):
        for household in range(arguments.households):
            many.family(f"h{household}", f"{phone.url}?-to={household}", "[alerts]\nlimit = 1000\n", every="3s")
        truth = Truth(many, arguments.households, random.Random(arguments.seed + 1))
        for _ in range(WORKERS):
            many.start()
        wait("first readings", lambda: checked(many) == str(arguments.households))
        over = threading.Event()

        def life() -> None:
            while not over.wait(0.3):
                truth.change()

        living = threading.Thread(target=life)
        living.start()
        try:
            kill(many, arguments, dice, figures)
        finally:
            over.set()
            living.join()
        is_true = {household: int(household in truth.damaged) for household in truth.numbers}
        wait("the truth", lambda: all(opened(many, household) == so for household, so in is_true.items()))
        waiting = "SELECT coalesce(sum(waiting), 0) FROM cardwarden_fleet.households"
        wait("all messages", lambda: many.asked(waiting) == "0")
        wait("the last damages", lambda: not untold(phone, truth))
        time.sleep(_QUIET)
        account = settled_all(many, phone, truth)
        flaws = [
            household
            for household in truth.numbers
            if run(["verify", "--config", str(many.homes.config), "--household", f"h{household}"])
        ]
        return {
            **figures,
            "households": arguments.households,
            "changes": truth.changes,
            "messages": len(phone.requests),
            **account.counts,
            "open findings that are not the truth": sum(opened(many, number) != so for number, so in is_true.items()),
            "damages that were read and not found": account.unfound,
            "what was found and not told": account.untold,
            "what the record calls told and nobody got": account.missing,
            "messages that name another household": account.strange,
            "messages that came twice": len(account.twice),
            "of them those that do not say so": account.unsaid,
            "messages that came more than twice": account.often,
            "chains with a flaw": len(flaws),
            "tracebacks": sum("Traceback" in worker.text for worker in many.workers),
            "bugs in the log": Counter(
                line.partition("a bug, ")[2]
                for worker in many.workers
                for line in worker.text.splitlines()
                if "a bug, " in line
            ),
            "minutes": round((time.monotonic() - began) / 60, 1),
            "load of the machine at the end": round(os.getloadavg()[0], 1),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int)
    parser.add_argument("--households", type=int, default=30)
    parser.add_argument("--restarts", type=int, default=10)
    parser.add_argument("--seed", type=int, default=15)
    signal.signal(signal.SIGTERM, lambda *_: _ENOUGH.set())
    figures = trial(parser.parse_args())
    print(json.dumps(figures, indent=2))
    sys.exit(any(figures[name] for name in LOSSES))


if __name__ == "__main__":
    main()
