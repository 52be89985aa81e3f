"""The real command, called inside the test's process or as one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cardwarden.cli.main import run
from support.contract import held_to_contract
from support.store import environment


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Ran]


def calling(capsys: pytest.CaptureFixture[str], config: Callable[[], Path]) -> Command:
    """A function that runs one command with the world's configuration; its JSON is held to the contract."""

    def call(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run([*arguments, "--config", str(config())])
        printed = capsys.readouterr()
        held_to_contract(arguments, printed.out)
        return Ran(code, printed.out, printed.err)

    return call


def program(*arguments: str, **environ: str) -> subprocess.Popen[str]:
    """The program as a process of its own, not on a terminal."""
    return subprocess.Popen(
        [sys.executable, "-m", "cardwarden", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**environment(), "HOME": os.devnull, **environ},
    )  # fmt: skip
