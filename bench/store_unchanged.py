"""What recording an unchanged check costs, beside a bare fsync of 4 KB: in time, and in how often the disk is waited for.

A disk that acknowledges a fsync in a tenth of a millisecond hides what counts; the number of fsyncs (counted with strace,
where it is there) holds on every disk.

    .venv/bin/python bench/store_unchanged.py [TIMES]
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "daemon"))

from cardwarden.store import checks as check_store
from cardwarden.store.engine import open_store

START = datetime(2026, 1, 1, tzinfo=UTC)


def each(times: int, step: Callable[[int], None]) -> float:
    """The median of so many runs, in milliseconds."""
    took = []
    for number in range(times):
        start = time.perf_counter()
        step(number)
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


def main(times: int, folder: Path) -> None:
    store = open_store(f"sqlite:///{folder}/state/cardwarden.db")

    def check(number: int) -> None:
        with store.write() as connection:
            check_store.record_check(
                connection,
                source="family",
                book="",
                title="family",
                at=START + timedelta(hours=number),
                outcome="clean",
                cards=10_000,
                changed=False,
            )

    check(0)
    handle = os.open(folder / "bare", os.O_RDWR | os.O_CREAT)

    def bare(number: int) -> None:
        os.pwrite(handle, bytes(4096), number * 4096)
        os.fsync(handle)

    alone = each(times, bare)
    os.truncate(folder / "bare", 0)
    recorded = each(times, check)
    print(f"bare fsync                {alone:.3f} ms")
    print(f"unchanged check recorded  {recorded:.3f} ms, {recorded / alone:.1f} times (at most 3)", flush=True)


def counted(times: int) -> None:
    """The same under strace, for the number of fsyncs."""
    command = ["strace", "-f", "-c", "-e", "trace=fsync,fdatasync", sys.executable, __file__, str(times), "--bare"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    calls = {line.split()[-1]: int(line.split()[3]) for line in told.splitlines() if line.rstrip().endswith("sync")}
    print(f"fsyncs a check            {(sum(calls.values()) - times) / times:.2f}")


if __name__ == "__main__":
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory(prefix="cardwarden-bench-", dir=Path.cwd()) as name:
        main(runs, Path(name))
    if "--bare" not in sys.argv and shutil.which("strace"):
        counted(runs)
