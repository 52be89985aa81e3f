"""Without the page not a byte of it is loaded."""

from __future__ import annotations

import subprocess
import sys


def test_a_daemon_without_a_page_loads_nothing_of_it() -> None:
    ours = {"starlette", "uvicorn", "jinja2", "anyio", "paho", "cardwarden.web", "cardwarden.answers"}
    script = (
        "import sys, cardwarden.cli.commands.run, cardwarden.cli.commands.web\n"
        f"print(sorted({ours} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
