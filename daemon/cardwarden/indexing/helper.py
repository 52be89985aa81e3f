"""A second process that indexes cards beside this one, if there is a core for it; whatever becomes of it, all are indexed."""

from __future__ import annotations

import logging
import os
import select
import socket
import subprocess
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from cardwarden.indexing.second import put, taken
from cardwarden.indexing.work import Answer, Asked, Terms
from cardwarden.own_process import code_path, module_command

_AT_ONCE = 3  # errands under way: one that is worked at, and what follows until this process looks again
_PATIENCE = 60.0  # seconds until an errand is done here
_FAREWELL = 5.0  # seconds in which it may end by itself
_ENVIRONMENT = ("PYTHON", "LD_")
"""What the names of the variables begin with that it is given: there may be secrets in the others."""

_only_one = threading.Lock()
_log = logging.getLogger(__name__)


class Errand:
    """Cards that are indexed together; `answers` is None until the second process has them."""

    __slots__ = ("answers", "asked")

    def __init__(self, asked: list[Asked]) -> None:
        self.asked = asked
        self.answers: list[Answer | None] | None = None


class Helper:
    """Gives errands to the second process and takes the answers, in order. One thread uses it, and waits only if it asks to."""

    def __init__(self, process: subprocess.Popen[bytes], line: socket.socket, files: list[int], terms: Terms) -> None:
        """`line` leads to it, `files` lie in memory: see `second.py`."""
        self._process = process
        self._line = line
        self._news = select.poll()
        self._news.register(line, select.POLLIN)
        self._files = files
        self._free = list(range(len(files)))
        self._terms = terms
        self._under_way: deque[tuple[int, Errand]] = deque()

    def give(self, errand: Errand) -> bool:
        """Have an errand done, if there is room for it."""
        while self._receive(0):
            pass
        if not self._free:
            return False
        place = self._free.pop()
        try:
            put(self._files[place], (self._terms.region, self._terms.usual, errand.asked))
            self._line.sendall(bytes([place]))
        except OSError:
            self._give_up()
            return False
        self._under_way.append((place, errand))
        return True

    def is_done(self, errand: Errand, *, wait: bool) -> bool:
        """Whether an errand is done, or never will be: then it has no answers. With `wait` there is no third."""
        while any(errand is other for _, other in self._under_way):
            if self._receive(_PATIENCE if wait else 0):
                continue
            if not wait:
                return False
            self._give_up()
        return True

    def _receive(self, seconds: float) -> bool:
        """Take an answer, or the news that there will be none; False if nothing came in that time."""
        if not self._under_way or not self._news.poll(seconds * 1000):
            return False
        place, errand = self._under_way[0]
        try:
            answers = self._answers(place, errand)
        except (OSError, EOFError, ValueError, TypeError):
            self._give_up()
            return True
        self._under_way.popleft()
        self._free.append(place)
        errand.answers = answers
        return True

    def _answers(self, place: int, errand: Errand) -> list[Answer | None]:
        """What lies there. Raises OSError, EOFError, ValueError or TypeError if it is not the answer to that errand."""
        if self._line.recv(1) != bytes([place]):
            raise EOFError
        answers: list[Answer | None] = taken(self._files[place])
        if len(answers) != len(errand.asked):
            raise ValueError
        return answers

    def _give_up(self) -> None:
        """Expect nothing more of it."""
        self._under_way.clear()
        self._free.clear()
        self._process.kill()
        code = self._process.wait()
        _log.warning("the second process that indexes cards is lost (%s); its cards are indexed here", code)


@contextmanager
def helping(terms: Terms) -> Iterator[Helper | None]:
    """A helper for the time of the block; None if no core is free for it, another reading has it, or it cannot begin."""
    if len(os.sched_getaffinity(0)) < 2 or not _only_one.acquire(blocking=False):
        yield None
        return
    with ExitStack() as stack:
        stack.callback(_only_one.release)
        try:
            helper = _started(stack, terms)
        except OSError as error:
            _log.info("no second process indexes cards: %s", error.strerror)
            helper = None
        yield helper


def _started(stack: ExitStack, terms: Terms) -> Helper:
    """What is opened here is closed with the stack. Raises OSError."""
    ours, theirs = map(stack.enter_context, socket.socketpair())
    files: list[int] = []
    for _ in range(_AT_ONCE):
        files.append(os.memfd_create("cards"))
        stack.callback(os.close, files[-1])
    process = subprocess.Popen(  # noqa: S603 - this program itself
        module_command("cardwarden.indexing.second", *map(str, files)),
        stdin=theirs.fileno(),
        stdout=theirs.fileno(),
        stderr=subprocess.DEVNULL,  # the text of an error may hold what stands in a contact
        pass_fds=files,
        env=_environment(),
        cwd="/",
    )
    theirs.close()
    stack.callback(_let_go, process, ours)
    return Helper(process, ours, files, terms)


def _environment() -> dict[str, str]:
    here = {name: value for name, value in os.environ.items() if name.startswith(_ENVIRONMENT)}
    return here | code_path()


def _let_go(process: subprocess.Popen[bytes], line: socket.socket) -> None:
    """It ends when nobody can ask it for more; what it does not notice ends it."""
    line.close()
    try:
        process.wait(_FAREWELL)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
