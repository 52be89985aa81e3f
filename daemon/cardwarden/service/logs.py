"""The daemon's log on standard error: for the journal, for people, or a JSON object a line; never a contact's values."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from types import MappingProxyType, TracebackType
from typing import Any, TextIO

from cardwarden.errors import place_of
from cardwarden.text import harmless

FIELDS = ("household", "job", "source", "book", "check", "channel", "outcome", "cards", "events", "seconds", "attempts")
"""What an entry may carry besides its text."""

_around: ContextVar[Mapping[str, object]] = ContextVar("around", default=MappingProxyType({}))

_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
_OURS = "cardwarden"


def start(
    form: str, level: str, environ: Mapping[str, str], stream: TextIO | None = None, *, household: str = ""
) -> None:
    """Send every log entry of this process to `stream`, standard error by default.

    `household` is the one that this process is for, if it is a server's and for a single one: each entry says it.
    `form` is "auto", "journal", "text" or "json"; `level` is of our own entries. Of a library's entries only warnings
    and errors are passed on, and of those only where they came from: their texts may hold addresses and contacts.
    """
    out = sys.stderr if stream is None else stream
    if form == "auto":
        form = "journal" if _is_journal(out, environ) else "text"
    handler = logging.StreamHandler(out)
    handler.setFormatter({"journal": _Journal, "text": _Text, "json": _Json}[form]())
    if household:
        handler.addFilter(partial(_of_household, household))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    ours = logging.getLogger(_OURS)
    ours.handlers[:] = []
    ours.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False
    threading.excepthook = lambda failed: _uncaught(failed.exc_type, failed.exc_value, failed.exc_traceback)
    sys.excepthook = _uncaught


def _of_household(name: str, record: logging.LogRecord) -> bool:
    record.household = name
    return True


@contextmanager
def about(**fields: object) -> Iterator[None]:
    """What the block logs in this thread carries these fields, too."""
    token = _around.set({**_around.get(), **fields})
    try:
        yield
    finally:
        _around.reset(token)


def _uncaught(_kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None) -> None:
    if error is not None:
        logging.getLogger(_OURS).error("a bug: %s", place_of(error))


def _is_journal(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether the stream goes to the journal, as systemd.exec(5) says under $JOURNAL_STREAM."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return environ.get("JOURNAL_STREAM", "") == f"{status.st_dev}:{status.st_ino}"


def _said(record: logging.LogRecord) -> str:
    """An entry's text, in one line."""
    if record.name != _OURS and not record.name.startswith(_OURS + "."):
        return f"{record.name} noted something ({record.module}, line {record.lineno})"
    text = harmless(record.getMessage())
    if record.exc_info and record.exc_info[1]:
        text += f" ({place_of(record.exc_info[1])})"
    return text


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    around = _around.get()
    return {name: value for name in FIELDS if (value := getattr(record, name, around.get(name))) not in (None, "")}


def _line(record: logging.LogRecord) -> str:
    fields = " ".join(f"{name}={_quoted(value)}" for name, value in _fields(record).items())
    return f"{_said(record)}{' ' + fields if fields else ''}"


def _quoted(value: object) -> str:
    text = harmless(str(value))
    return json.dumps(text, ensure_ascii=False) if " " in text else text


class _Journal(logging.Formatter):
    """`<N>` is the priority, as sd-daemon(3) has it; the journal knows the time."""

    def format(self, record: logging.LogRecord) -> str:
        priority = next((number for level, number in _PRIORITIES if record.levelno >= level), 7)
        return f"<{priority}>{_line(record)}"


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.created))
        return f"{when} {record.levelname.lower():8}{_line(record)}"


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"
        entry = {"time": when, "level": record.levelname.lower(), "logger": record.name, "message": _said(record)}
        return json.dumps({**entry, **_fields(record)}, ensure_ascii=False, default=str)
