"""Without the page not a byte of it is loaded."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from cardwarden.errors import UsageError
from cardwarden.phrases.language import LANGUAGES
from support.daemon import eventually, running
from support.lived import lived
from support.ports import free_port, is_open
from support.store import environment
from support.world import FakeClock, World


def test_a_daemon_without_a_page_loads_nothing_of_it() -> None:
    ours = {"starlette", "uvicorn", "jinja2", "anyio", "paho", "cardwarden.web", "cardwarden.answers"}
    script = (
        "import sys, cardwarden.cli.commands.run, cardwarden.cli.commands.web\n"
        f"print(sorted({ours} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("part", ["starlette", "uvicorn", "jinja2"])
def test_a_page_that_is_not_installed_is_said_and_is_no_bug(world: World, part: str) -> None:
    script = (
        f"import sys; sys.modules[{part!r}] = None; from cardwarden.__main__ import main\n"
        "sys.argv = ['cardwarden', 'web', '--config', sys.argv[1]]; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(world.config)],
        env=environment(), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == UsageError.exit_code
    assert f"{part} is missing. Install cardwarden[web]." in done.stderr


PATHS = (
    "/sign-in", "/", "/events", "/events?state=all", "/events/1", "/contacts", "/contacts?q=Anna", "/contacts/1", "/books/1",
    "/books/1/checks/4", "/rules", "/rules/number-plus-added", "/settings", "/about", "/no", "/contacts/1/evidence.zip",
)  # fmt: skip
API = ("/api/status", "/api/events?state=all", "/api/events/1")


def clock_at(at: datetime) -> FakeClock:
    clock = FakeClock()
    clock.at = at
    return clock


def memory(process: int) -> int:
    """What a process has of the machine's memory for itself, and its share of what it shares; kB."""
    found = re.search(r"(?m)^Pss:\s+(\d+)", Path(f"/proc/{process}/smaps_rollup").read_text("ascii"))
    assert found
    return int(found[1])


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read as Linux tells it")
def test_a_daemon_whose_every_page_was_read_in_every_language_has_less_than_25_megabytes_more(tmp_path: Path) -> None:
    port = free_port()
    began = datetime.now(UTC) - timedelta(days=20, hours=2)
    off = lived(tmp_path / "off", clock=clock_at(began))
    on = lived(tmp_path / "on", clock=clock_at(began), more=f'[web]\nlisten = "127.0.0.1:{port}"\n')
    with running(off) as without, running(on) as page:
        for daemon in (without, page):
            daemon.says("checked")
        eventually(lambda: is_open(port))
        for _ in range(3):
            for language in LANGUAGES:
                for path in (*PATHS, *API):
                    answer = requests.get(
                        f"http://127.0.0.1:{port}{path}", headers={"Accept-Language": language}, timeout=20
                    )
                    assert answer.status_code == (404 if path == "/no" else 200), path
        assert 0 < memory(page.process.pid) - memory(without.process.pid) < 25_000
