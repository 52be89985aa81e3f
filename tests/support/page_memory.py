"""Two daemons on the same book, one with its page, of which everything is read: how much more memory that one has."""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

from cardwarden.phrases.language import LANGUAGES
from support.daemon import eventually, running
from support.lived import lived
from support.ports import free_port, is_open
from support.world import FakeClock

PATHS = (
    "/sign-in", "/", "/events", "/events?state=all", "/events/1", "/contacts", "/contacts?q=Anna", "/contacts/1", "/books/1",
    "/books/1/checks/4", "/rules", "/rules/number-plus-added", "/settings", "/about", "/contacts/1/evidence.zip",
    "/api/status", "/api/events?state=all", "/api/events/1",
)  # fmt: skip
KNOWN = Path("/proc/self/smaps_rollup").exists()
"""Whether the system tells it, as Linux does."""


def of_the_page(root: Path) -> float:
    """MB that the daemon with the page has more after each page was read in each language, three times."""
    port, began = free_port(), datetime.now(UTC) - timedelta(days=20, hours=2)
    homes = []
    for name, more in (("off", ""), ("on", f'[web]\nlisten = "127.0.0.1:{port}"\n')):
        clock = FakeClock()
        clock.at = began
        homes.append(lived(root / name, clock=clock, more=more))
    with ExitStack() as stack:
        without, page = [stack.enter_context(running(home)) for home in homes]
        for daemon in (without, page):
            daemon.says("checked")
        eventually(lambda: is_open(port))
        for language in LANGUAGES * 3:
            for path in PATHS:
                answer = requests.get(
                    f"http://127.0.0.1:{port}{path}", headers={"Accept-Language": language}, timeout=20
                )
                assert answer.status_code == 200, path
        return (_memory(page.process.pid) - _memory(without.process.pid)) / 1000


def _memory(process: int) -> int:
    """What a process has of the machine's memory for itself, and its share of what it shares (Pss); kB."""
    found = re.search(r"(?m)^Pss:\s+(\d+)", Path(f"/proc/{process}/smaps_rollup").read_text("ascii"))
    assert found
    return int(found[1])
