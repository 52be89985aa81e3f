"""The program on a terminal of its own, answered as a person would."""

from __future__ import annotations

import codecs
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from fcntl import ioctl
from functools import cache
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.forkserver import ensure_running
from multiprocessing.reduction import DupFd
from typing import Any, Protocol

import pytest

from cardwarden.cli.main import main
from support.store import environment

PATIENCE = 30.0
LOADED = [
    *(f"cardwarden.cli.commands.{name}" for name in ("check", "findings", "history", "init", "restore", "show")),
    *("cardwarden.actions.check", "cardwarden.alerts.sending", "cardwarden.cli.drawing", "cardwarden.cli.init.book"),
    *("cardwarden.setup.trial", "cardwarden.sources.vdir", "cardwarden.store.engine", "cardwarden.wiring.sources"),
]
"""What a copy has loaded already: nearly all of what commands load that ask."""
_TEMPORARY = tempfile.gettempdir()
_STYLE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
_BEGUN = re.compile(rf"(?:\r(?:{_STYLE.pattern})*)?(?:\x1b(?:\[[0-9;?]*)?)?\Z")  # the rest of it is still to come


class Running(Protocol):
    """A program that was started."""

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it ended."""

    def kill(self) -> None:
        """End it at once."""


@dataclass
class Terminal:
    """A running program; `screen` is all that it showed so far, without colours."""

    process: Running
    handle: int
    screen: str = ""
    _read: int = 0
    raw: bytes = b""
    _begun: str = ""
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )

    def sees(self, text: str, patience: float = PATIENCE) -> None:
        """Wait until a text is shown, after what was seen before."""
        end = time.monotonic() + patience
        while (place := self.screen.find(text, self._read)) < 0:
            assert self._more(end), f"{text!r} was not shown; there was: {self.screen[self._read :]}"
        self._read = place + len(text)

    def types(self, text: str) -> None:
        os.write(self.handle, text.encode() + b"\n")

    def answers(self, question: str, answer: str = "") -> None:
        self.sees(question)
        self.types(answer)

    def answers_all(self, answers: Mapping[str, str]) -> int:
        """Answer each question by the first of these words that it has, any other with what is ready; gives the exit code."""
        end = time.monotonic() + PATIENCE
        while self._more(end):
            question = self.screen[self._read :]
            if question.endswith(": "):
                self._read = len(self.screen)
                asked = question.rpartition("\n")[2]
                self.types(next((answer for words, answer in answers.items() if words in asked), ""))
                end = time.monotonic() + PATIENCE
        return self.process.wait(PATIENCE)

    def interrupts(self) -> int:
        """Press Ctrl-C, again where it was pressed before the program listened; gives the exit code."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            os.write(self.handle, b"\x03")
            if not self._goes_on(4.0):
                break
        return self.process.wait(PATIENCE)

    def ends(self) -> int:
        """Read on to the end; gives the exit code."""
        end = time.monotonic() + PATIENCE
        while self._more(end):
            pass
        return self.process.wait(PATIENCE)

    def _goes_on(self, seconds: float) -> bool:
        """Read for so long; whether the program still runs then."""
        end = time.monotonic() + seconds
        while self._more(end):
            pass
        return time.monotonic() >= end

    def _more(self, end: float) -> bool:
        while time.monotonic() < end:
            if select.select([self.handle], [], [], 0.2)[0]:
                try:
                    data = os.read(self.handle, 65536)
                except OSError:  # Linux: the other side is closed
                    data = b""
                self._shows(data)
                return bool(data)
        return False

    def _shows(self, data: bytes) -> None:
        """Add what came to the screen; nothing means that no more will come."""
        self.raw += data
        text = self._begun + self._decoder.decode(data, final=not data)
        begun = _BEGUN.search(text) if data else None
        whole, self._begun = (text[: begun.start()], begun[0]) if begun else (text, "")
        self.screen += _STYLE.sub("", whole).replace("\r\n", "\n")


def on_terminal(*arguments: str, **environ: str) -> AbstractContextManager[Terminal]:
    """`cardwarden ARGUMENTS` on a terminal of 80 columns; it is ended with the block."""
    return _terminal(arguments, environ, impatient=False)


def impatiently(*arguments: str, **environ: str) -> AbstractContextManager[Terminal]:
    """The same, for somebody to whom a bar is shown from the first moment on."""
    return _terminal(arguments, environ, impatient=True)


def _terminal(
    arguments: Sequence[str], environ: Mapping[str, str], *, impatient: bool
) -> AbstractContextManager[Terminal]:
    # A terminal belongs to a session's first process that opens it; then Ctrl-C reaches that process.
    child = "import os, sys; os.close(os.open(os.ttyname(0), os.O_RDWR)); from cardwarden.cli.main import main; main()"
    if impatient:
        child = f"from cardwarden.cli import progress; progress.PATIENCE, progress.REFRESHED = 0, 200; {child}"
    return typed([sys.executable, "-c", child, *arguments], {**_plain(), **environ})


@contextmanager
def typed(command: Sequence[str], environ: Mapping[str, str]) -> Iterator[Terminal]:
    """Any command on a terminal of 80 columns, as the first of a session; it is ended with the block."""
    ours, theirs = _opened()
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env=environ)
    os.close(theirs)
    with _ended(process, ours):
        yield Terminal(process, ours)


@contextmanager
def copy_on_terminal(*arguments: str, **environ: str) -> Iterator[Terminal]:
    """The same as `on_terminal`, by a copy of a process that has loaded the program: to load it took most of a test's time."""
    ours, theirs = _opened()
    process: ForkServerProcess = _copying().Process(
        target=_begin, args=(DupFd(theirs), arguments, {**_plain(), **environ})
    )
    process.start()
    os.close(theirs)
    copied = _Copied(process)
    with _ended(copied, ours):
        yield Terminal(copied, ours)


@dataclass(frozen=True)
class _Copied:
    """A copy, waited for as any program is."""

    process: ForkServerProcess

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self.process.join(timeout)
        assert self.process.exitcode is not None, "it does not end"
        return self.process.exitcode

    def kill(self) -> None:
        self.process.kill()


@cache
def _copying() -> ForkServerContext:
    """Copies a process that has loaded the program and is started now, with its socket outside of what belongs to one test."""
    context = get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", _TEMPORARY)
        ensure_running()
    return context


def _begin(handle: Any, arguments: Sequence[str], environ: Mapping[str, str]) -> None:
    """Be the program: on that terminal, with these variables and no others."""
    terminal = handle.detach()
    os.setsid()
    for number in range(3):
        os.dup2(terminal, number)
    os.close(os.open(os.ttyname(0), os.O_RDWR))  # it is this session's from now on; then Ctrl-C reaches this process
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    sys.argv = ["cardwarden", *arguments]
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, how, encoding="utf-8") for number, how in enumerate("rww"))
    main()


def _opened() -> tuple[int, int]:
    """A terminal of 80 columns: our side of it, and the program's."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 80, 0, 0))
    return ours, theirs


def _plain() -> dict[str, str]:
    """The variables of a terminal that says nothing of its reader."""
    ours = {key: value for key, value in environment().items() if not key.startswith(("LC_", "LANG", "CARDWARDEN"))}
    return {**ours, "LANG": "C.UTF-8", "TERM": "xterm"}


@contextmanager
def _ended(process: Running, ours: int) -> Iterator[None]:
    """The program is ended with the block, and our side of its terminal closed."""
    try:
        yield
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(ours)
