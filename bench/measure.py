"""What a piece of work costs, and how two of them compare: processor time, time on the wall, memory.

Processor time is user and system time of the process with all its children. Two kinds of work are measured in turn
(ours, theirs, theirs, ours ...), so that what else the machine does falls on both; of the ratios of the pairs the median
is told, with the lowest and the highest. Time on the wall means something on an idle machine only.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import IO, Any

ROOT = Path(__file__).parents[1]
PYTHON = sys.executable
PEERS = ROOT / "build/bench/bin"
"""Where `make bench` installs what is compared with."""
PAIRS = 5
RESULTS = Path(__file__).parent / "results.json"
_KIB = 1024  # what Linux counts memory in


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of a processor and on the wall, and the most memory of one process, in MB."""

    cpu: float
    wall: float
    peak: float = 0.0


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, lowest and highest of some measurements."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    row     of the goals (page.GOALS)
    work    what is done, with how many cards
    unit    of `ours` and `theirs`: "s CPU", "s", "MB", ...
    peer    what is compared with; "" if the goal is about `ours`
    ratio   ours over theirs, pair by pair; None without a peer
    goal    at most so much of the ratio, or of `ours` without a peer
    """

    row: str
    work: str
    unit: str
    ours: Spread
    goal: float
    peer: str = ""
    theirs: Spread | None = None
    ratio: Spread | None = None

    @property
    def is_met(self) -> bool:
        """What is less than nothing is a difference of two measurements that says nothing."""
        return 0 <= (self.ratio or self.ours).middle <= self.goal


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the picture: what `who` needs for a first check of so many cards, in seconds of a processor."""

    who: str
    cards: int
    cpu: float


def run(*command: str | Path, within: Path | None = None, expect: Sequence[int] = (0,), **environ: str) -> Cost:
    """Run a command to its end. Raises SystemExit with what it said if it ends with a code that is not expected."""
    began = time.perf_counter()
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=within,
        env={**_environment(), **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in expect:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{said.decode()}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * _KIB / 1e6)


def _environment() -> dict[str, str]:
    """As an installed program has it: its modules were compiled once, and are again where they changed."""
    rest = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**rest, "PYTHONPATH": str(ROOT / "daemon")}


def alone(work: Callable[[], object]) -> Cost:
    """What work in this process costs."""
    began, wall = time.process_time(), time.perf_counter()
    work()
    return Cost(time.process_time() - began, time.perf_counter() - wall, peak())


def peak() -> float:
    """The most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB / 1e6


def in_turn(ours: Callable[[], Cost], theirs: Callable[[], Cost], pairs: int) -> list[tuple[Cost, Cost]]:
    """Both kinds of work in turn, each of them first in every other pair."""
    taken: list[tuple[Cost, Cost]] = []
    for number in range(pairs):
        if number % 2:
            second = theirs()
            taken.append((ours(), second))
        else:
            first = ours()
            taken.append((first, theirs()))
    return taken


def compared(
    row: str, work: str, peer: str, taken: Sequence[tuple[Cost, Cost]], goal: float, *, wall: bool = False
) -> Figure:
    """The line of two kinds of work that were done in turn."""
    pairs = [(one.wall, other.wall) if wall else (one.cpu, other.cpu) for one, other in taken]
    return Figure(
        row,
        work,
        "s wall" if wall else "s CPU",
        Spread.of([one for one, _ in pairs]),
        goal,
        peer,
        Spread.of([other for _, other in pairs]),
        Spread.of([one / max(other, 1e-6) for one, other in pairs]),
    )


def beyond(row: str, work: str, peer: str, taken: Sequence[tuple[Cost, Cost]], goal: float) -> Figure:
    """How much more processor time one kind of work takes than another."""
    more = [one.cpu - other.cpu for one, other in taken]
    return Figure(row, f"{work}, beyond {peer}", "s CPU", Spread.of(more), goal)


@dataclass(frozen=True, slots=True)
class Guarded:
    """A book, and a configuration and a database for it, in a folder of their own."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "cardwarden.toml"

    @property
    def database(self) -> Path:
        return self.root / "state/cardwarden.db"

    def write(self, sources: str, more: str = "") -> None:
        self.config.write_text(f'region = "JP"\n{sources}[store]\nurl = "sqlite:///{self.database}"\n{more}', "utf-8")

    def command(self, *arguments: str) -> tuple[str, ...]:
        return (PYTHON, "-m", "cardwarden", *arguments, "--config", str(self.config))

    def check(self, *arguments: str) -> Cost:
        return run(*self.command("check", *arguments), expect=(0, 1))


def folder_source(path: Path, name: str = "family") -> str:
    return f'[sources.{name}]\ntype = "vdir"\npath = "{path}"\n'


def file_source(path: Path, name: str = "family") -> str:
    return f'[sources.{name}]\ntype = "vcf-file"\nmax_bytes = 4000000000\npath = "{path}"\n'


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder that is gone afterwards; BENCH_FOLDER says on which disk, and /dev/shm is taken if there is one."""
    where = os.environ.get("BENCH_FOLDER") or ("/dev/shm" if Path("/dev/shm").is_dir() else None)
    with TemporaryDirectory(prefix="cardwarden-bench-", dir=where) as name:
        yield Path(name)


class Inside:
    """A process that keeps the program open as the daemon does, and does what it is asked for, one thing at a time."""

    def __init__(self, guarded: Guarded) -> None:
        self._process = subprocess.Popen(
            [PYTHON, str(Path(__file__).parent / "inside.py"), str(guarded.config)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=_environment(),
        )

    def __enter__(self) -> Inside:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream(self._process.stdin).close()
        self._process.wait()

    def ask(self, what: str) -> Cost:
        """Do it and say what it cost."""
        to = self._stream(self._process.stdin)
        to.write(what + "\n")
        to.flush()
        return Cost(**json.loads(self._stream(self._process.stdout).readline() or "{}"))

    @staticmethod
    def _stream(stream: IO[str] | None) -> IO[str]:
        assert stream is not None
        return stream


def keep(rows: Sequence[str], figures: Sequence[Figure], points: Sequence[Point]) -> None:
    """Keep the results of these rows beside those of others."""
    known: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"figures": [], "points": []}
    known["figures"] = [one for one in known["figures"] if one["row"] not in rows] + [asdict(one) for one in figures]
    drawn = {(one.who, one.cards) for one in points}
    known["points"] = [one for one in known["points"] if (one["who"], one["cards"]) not in drawn] + [
        asdict(one) for one in points
    ]
    known["machine"] = _machine()
    RESULTS.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = (line.partition(":")[2].strip() for line in lines if "model name" in line)
    return f"{os.cpu_count()} cores of {next(models, platform.machine())}, Python {platform.python_version()}"


def kept() -> tuple[list[Figure], list[Point], str]:
    """All results, and on which machine the last of them were measured."""
    known: dict[str, Any] = json.loads(RESULTS.read_text())
    figures = [
        Figure(**{**one, **{key: Spread(**value) for key, value in one.items() if isinstance(value, dict)}})
        for one in known["figures"]
    ]
    return figures, [Point(**one) for one in known["points"]], known["machine"]
