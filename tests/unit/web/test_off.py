"""Without the page not a byte of it is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cardwarden.errors import UsageError
from support import page_memory
from support.store import environment
from support.world import World


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


@pytest.mark.large
@pytest.mark.skipif(not page_memory.KNOWN, reason="memory is read as Linux tells it")
def test_a_daemon_whose_every_page_was_read_in_every_language_has_less_than_25_megabytes_more(tmp_path: Path) -> None:
    assert 0 < page_memory.of_the_page(tmp_path) < 25
