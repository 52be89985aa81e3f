"""A check that judges all cards of a large book is made by a process of its own: the daemon keeps nothing of what it took.

Python gives an arena back to the machine only if no object lies in it any more, and a few that stay lie in nearly all of them:
a daemon had 186 MB after its first look at 100,000 cards, of which 37 MB were objects.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO, cast

from cardwarden.actions.checked import Checked
from cardwarden.clock import SystemClock
from cardwarden.errors import CardwardenError
from cardwarden.heap import LARGE_BOOK
from cardwarden.own_process import begin_beside, code_path, module_command
from cardwarden.service import logs
from cardwarden.service.long_work import LoggedProgress
from cardwarden.settings.model import Settings
from cardwarden.store.books import books
from cardwarden.wiring import Opening, Program, assembled

_CARD = 200  # bytes that a card in a file has at least, mostly
_ASKING = 0  # standard input

_log = logging.getLogger(__name__)


def reads_large_book(program: Program, name: str) -> bool:
    """Whether the next check of a source is sure to read and judge all cards of a large book. Raises StoreError.

    That is one that was judged by other settings, or never, and lies on this machine: nobody knows how large a server's is.
    """
    with program.store.read() as connection:
        known = books(connection, name)
    if any(book.last_conclusive_at for book in known):
        by = program.judging(name).settings_digest
        return sum(book.cards for book in known if book.judged_with != by) >= LARGE_BOOK
    path = program.source(name).path
    return path is not None and _is_large(path)


def _is_large(path: Path) -> bool:
    """Whether a file, or the files of a folder and of those in it, are some thousand cards."""
    try:
        if path.is_file():
            return path.stat().st_size >= LARGE_BOOK * _CARD
        with os.scandir(path) as entries:
            folders = [path, *(Path(entry) for entry in entries if entry.is_dir())]
        return sum(1 for folder in folders for _ in folder.iterdir()) >= LARGE_BOOK
    except OSError:
        return False  # the check meets it, too, and tells


def check_apart(program: Program, name: str, *, deep: bool) -> list[Checked] | None:
    """Have another process check a source; None if it could not begin, or ended before its time. Raises what the check raises.

    It ends when this process does. What it had recorded by then is as whole as what any process leaves that is killed.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - this program itself
            module_command(__name__),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**program.environ, **code_path()},
        )
    except OSError as error:
        _log.info("no process of its own checks %s: %s", name, error.strerror)
        return None
    try:
        with process:
            try:
                answer = _asked(process, (program.settings, name, deep))
            except BaseException:
                process.kill()
                raise
    except (OSError, EOFError, pickle.UnpicklingError):
        _log.warning("the process that checks %s is lost (%s); it is checked here", name, process.returncode)
        return None
    if isinstance(answer, CardwardenError):
        raise answer
    return answer


def _asked(process: subprocess.Popen[bytes], task: tuple[Settings, str, bool]) -> list[Checked] | CardwardenError:
    asking, answering = cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
    pickle.dump(task, asking)
    asking.flush()
    answer: list[Checked] | CardwardenError = pickle.load(answering)  # noqa: S301 - our own child wrote it
    return answer


def main() -> None:
    """Make the check that standard input asks for, and write what it came to; end at once if who asked is gone."""
    begin_beside(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    settings, name, deep = pickle.load(sys.stdin.buffer)  # noqa: S301 - the daemon wrote it
    threading.Thread(target=_end_with_daemon, daemon=True).start()
    household = settings.share.name if settings.share else ""
    logs.start(settings.log.format, settings.log.level, os.environ, household=household)
    answer: list[Checked] | CardwardenError
    try:
        with assembled(settings, Opening.USE, helped=True) as program:
            answer = program.check(name, deep=deep, progress=LoggedProgress(name, SystemClock()))
    except CardwardenError as error:
        answer = error
    pickle.dump(answer, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _end_with_daemon() -> None:
    os.read(_ASKING, 1)
    os._exit(1)


if __name__ == "__main__":
    main()
    logging.shutdown()
    os._exit(0)  # it has nothing to tidy up, and somebody waits for its end
