"""What only says a number or looks at health reads no language: that would cost it a quarter of its time."""

from __future__ import annotations

import subprocess
import sys

import pytest

from support.store import environment


@pytest.mark.parametrize("arguments", [["--version"], ["healthcheck", "--help"], ["rules", "--json"]])
def test_no_language_is_read_by_what_says_no_sentence(arguments: list[str]) -> None:
    program = (
        "import sys; from cardwarden.cli.main import main\n"
        "sys.argv = ['cardwarden', *sys.argv[1:]]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.exit('babel' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], env=environment(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
