"""This program in a process of its own beside one that is running: how it is started, and how it begins."""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path

_SELDOM = 50_000  # objects until garbage is looked for: next to none is made


def module_command(module: str, *words: str) -> list[str]:
    """What runs a module of this program with the same Python."""
    return [sys.executable, "-P", "-m", module, *words]


def code_path() -> dict[str, str]:
    """The variable of the environment that has it import what this process imports."""
    return {"PYTHONPATH": os.pathsep.join(path for path in sys.path if Path(path).is_absolute())}


def begin_beside(*ignored: signal.Signals) -> None:
    """To be called first in it: these signals are for who started it, and it does not live long."""
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)
    gc.freeze()
    gc.set_threshold(_SELDOM)
