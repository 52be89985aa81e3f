"""Who wrote a member last, by a server's access log: Radicale's own, and the combined format of nginx and Apache.

Of each file only what is new is read, and of one that is met for the first time its end. A line is believed if it tells of a PUT
that succeeded. Whatever calls itself a User-Agent is data: it is clipped, and made harmless where it is shown.
"""

from __future__ import annotations

import ast
import logging
import os
import re
import threading
from collections import OrderedDict
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from cardwarden.carddav.href import key_of
from cardwarden.errors import because
from cardwarden.logged import warn
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.sources.source import WrittenBy
from cardwarden.text import clip

_log = logging.getLogger(__name__)

_FIRST: Final = 8 << 20  # bytes of a log that is met for the first time
_AT_ONCE: Final = 64 << 20  # more that came since the last look is begun near its end, too
_LINE: Final = 1 << 13
_MEMBERS: Final = 20_000
_AGENT: Final = 200
_SEGMENTS: Final = 2  # the book and its member: a server behind a proxy may not know what stands before them

# nginx.org, ngx_http_log_module; httpd.apache.org, mod_log_config: quotes and backslashes inside are escaped
_COMBINED: Final = re.compile(
    rb'\S+ \S+ .*?\[(\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "PUT ([^ "]+)(?: [^"]*)?" (\d{3}) \S+ '
    rb'"(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)"'
)
# Radicale 3, radicale/app/__init__.py: the request names the program, its answer comes on the same thread
_RADICALE: Final = re.compile(
    rb"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4})\] \[([^\]]*)\] \[\w+\] PUT (request for|response status for) "
    rb"('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")(.*)"
)
_USING: Final = re.compile(rb" using ('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")(?: HTTP/[0-9.]+.*)?$")
_DONE: Final = re.compile(rb": 2\d\d\b[^:]*$")


class AccessLog:
    """The last successful PUT of each member that a log tells of. Threads may ask at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = (0, 0)
        self._at = 0
        self._written: OrderedDict[str, WrittenBy] = OrderedDict()
        self._asked: dict[tuple[bytes, str], WrittenBy] = {}
        self._lock = threading.Lock()
        self._is_told = False

    def last_write(self, path: str) -> WrittenBy | None:
        """Who wrote the member at this path last; None if the log does not say."""
        segments = path.strip("/").split("/")
        for start in range(max(1, len(segments) - _SEGMENTS + 1)):
            if writing := self._written.get("/" + "/".join(segments[start:])):
                return writing
        return None

    def read(self) -> None:
        """Take in what was written since the last time. A log that cannot be read is said once; it hinders no check."""
        with self._lock:
            try:
                self._take_new()
            except OSError as error:
                if not self._is_told:
                    warn(_log, phrase("log-access-log", path=Code(str(self._path)), why=because(error)))
                self._is_told = True
            else:
                self._is_told = False

    def _take_new(self) -> None:
        with self._path.open("rb") as file:
            stat = os.fstat(file.fileno())
            this = (stat.st_dev, stat.st_ino)
            if self._file not in {(0, 0), this}:
                self._take_rotated()
                self._at = 0
            is_first = self._file == (0, 0)
            self._file, size = this, stat.st_size
            if size < self._at:
                self._at = 0  # it was emptied in its place
            if size - self._at > (_FIRST if is_first else _AT_ONCE):
                self._at = size - _FIRST
                file.seek(self._at)
                self._at += len(file.readline(_LINE))  # the rest of a line that began before
            self._take_lines(file)

    def _take_rotated(self) -> None:
        """The rest of the file that was the log until it was rotated (logrotate: NAME.1), if it is still there."""
        before = self._path.with_name(f"{self._path.name}.1")
        with suppress(OSError), before.open("rb") as file:
            stat = os.fstat(file.fileno())
            if (stat.st_dev, stat.st_ino) == self._file:
                self._take_lines(file)

    def _take_lines(self, file: BinaryIO) -> None:
        file.seek(self._at)
        while line := file.readline(_LINE):
            if not line.endswith(b"\n") and len(line) < _LINE:
                return  # it is still being written
            self._at += len(line)
            self._take(line)

    def _take(self, line: bytes) -> None:
        """Take in one line; one that is none of a known format, or makes no sense, says nothing."""
        if b"PUT " not in line:
            return
        with suppress(ValueError, SyntaxError):
            if match := _COMBINED.match(line):
                when, target, status, agent = match.groups()
                if status.startswith(b"2"):
                    at = datetime.strptime(when.decode("ascii"), "%d/%b/%Y:%H:%M:%S %z")
                    self._note(target.decode("utf-8", "replace"), _unescaped(agent), at)
            elif match := _RADICALE.match(line):
                when, thread, what, quoted, rest = match.groups()
                path = _literal(quoted)
                if what == b"request for":
                    using = _USING.search(rest)
                    at = datetime.strptime(when.decode("ascii"), "%Y-%m-%d %H:%M:%S %z")
                    if len(self._asked) > _MEMBERS:
                        self._asked.clear()
                    self._asked[thread, path] = WrittenBy(clip(_literal(using[1]), _AGENT) if using else "", at)
                elif (asked := self._asked.pop((thread, path), None)) and _DONE.search(rest.rstrip()):
                    self._note(path, asked.program, asked.at)

    def _note(self, target: str, agent: str, at: datetime) -> None:
        key = key_of(target if target.startswith("/") else f"/{target}")
        self._written[key] = WrittenBy("" if agent == "-" else clip(agent, _AGENT), at)
        self._written.move_to_end(key)
        if len(self._written) > _MEMBERS:
            self._written.popitem(last=False)


def _literal(quoted: bytes) -> str:
    """A text as Python writes one (`%r`). Raises ValueError, SyntaxError."""
    value = ast.literal_eval(quoted.decode("utf-8", "replace"))
    return value if isinstance(value, str) else ""


def _unescaped(agent: bytes) -> str:
    """nginx and Apache write quotes, backslashes and bytes that are no ASCII as `\\x..`, Apache also as `\\"`."""
    plain = re.sub(rb"\\x([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), agent)
    return re.sub(rb"\\(.)", rb"\1", plain).decode("utf-8", "replace")
