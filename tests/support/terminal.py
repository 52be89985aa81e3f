"""The program on a terminal of its own, answered as a person would."""

from __future__ import annotations

import codecs
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from fcntl import ioctl

from support.store import environment

PATIENCE = 30.0
_STYLE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
_BEGUN = re.compile(rf"(?:\r(?:{_STYLE.pattern})*)?(?:\x1b(?:\[[0-9;?]*)?)?\Z")  # the rest of it is still to come


@dataclass
class Terminal:
    """A running program; `screen` is all that it showed so far, without colours."""

    process: subprocess.Popen[bytes]
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
    variables = {
        key: value for key, value in environment().items() if not key.startswith(("LC_", "LANG", "CARDWARDEN"))
    }
    # A terminal belongs to a session's first process that opens it; then Ctrl-C reaches that process.
    child = "import os, sys; os.close(os.open(os.ttyname(0), os.O_RDWR)); from cardwarden.cli.main import main; main()"
    if impatient:
        child = f"from cardwarden.cli import progress; progress.PATIENCE, progress.REFRESHED = 0, 200; {child}"
    return typed(
        [sys.executable, "-c", child, *arguments], {**variables, "LANG": "C.UTF-8", "TERM": "xterm", **environ}
    )


@contextmanager
def typed(command: Sequence[str], environ: Mapping[str, str]) -> Iterator[Terminal]:
    """Any command on a terminal of 80 columns, as the first of a session; it is ended with the block."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 80, 0, 0))
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env=environ)
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(ours)
