"""When the guard is blind, because nothing can be read from or written to the database: told without it, once."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cardwarden.clock import Clock
from cardwarden.errors import because
from cardwarden.logged import warn
from cardwarden.phrases.phrase import Code, Value, dumped, enumerated, loaded, phrase

if TYPE_CHECKING:  # what is said is loaded by who says it: each question asks whether all is well
    from cardwarden.alerts.channel import Channel
    from cardwarden.alerts.message import Message

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Blindness:
    """Why nothing is guarded, since when (ISO 8601, UTC), which channels were told, and which sources were checked since."""

    why: Value
    since: str
    notified: tuple[str, ...] = ()
    working: tuple[str, ...] = ()


class Blind:
    """What is noted of a blindness, so that it is told once, also by a daemon that is started again and again."""

    def __init__(self, database: Path, environ: Mapping[str, str], clock: Clock) -> None:
        """It is noted beside the database, or in $RUNTIME_DIRECTORY or $TMPDIR if that disk is full or read-only."""
        name = database.name + ".blind"
        runtime = environ.get("RUNTIME_DIRECTORY", "").split(":")[0]
        apart = f"cardwarden-{os.geteuid()}-{hashlib.sha256(os.fsencode(database.absolute())).hexdigest()[:16]}.blind"
        self._paths = [
            database.with_name(name),
            *([Path(runtime, apart)] if runtime else []),
            Path(environ.get("TMPDIR") or "/tmp", apart),  # noqa: S108 - one of another user is not believed
        ]
        self._clock = clock
        self._noted = self._read()

    @property
    def why(self) -> Value | None:
        """Why nothing is guarded; None if all is well."""
        return self._noted.why if self._noted else None

    def tell(self, why: Value, channels: Sequence[Channel]) -> bool:
        """Tell those channels that were not told yet, so also what could not be sent before; gives whether all are told."""
        from cardwarden.alerts import summaries  # noqa: PLC0415

        noted = self._noted or self._read() or Blindness(why, self._clock.now().isoformat())
        untold = [channel for channel in channels if channel.name not in noted.notified]
        notified = [channel.name for channel in untold if _sent(channel, summaries.blind(why, channel.reader()))]
        self._noted = Blindness(why, noted.since, (*noted.notified, *notified))
        if notified or noted.why != why or noted.working or not any(path.exists() for path in self._paths):
            self._write(self._noted)
        return len(notified) == len(untold)

    def works(self, names: Collection[str], every: Collection[str], channels: Sequence[Channel]) -> None:
        """These sources were checked. When each of `every` source was since it was told, it is over."""
        if self._noted is None:
            return
        working = {*self._noted.working, *names}
        if working >= {*every}:
            self.end(channels)
        elif working != {*self._noted.working}:
            self._noted = replace(self._noted, working=tuple(sorted(working)))
            self._write(self._noted)

    def end(self, channels: Sequence[Channel]) -> None:
        """All is well again: those who were told otherwise hear it."""
        noted, self._noted = self._noted, None
        if noted is None:
            return
        from cardwarden.alerts import summaries  # noqa: PLC0415

        since = datetime.fromisoformat(noted.since)
        for channel in channels:
            if channel.name in noted.notified:
                _sent(channel, summaries.sighted(since, self._clock.now(), channel.reader()))
        for path in self._paths:
            path.unlink(missing_ok=True)

    def _read(self) -> Blindness | None:
        for path in self._paths:
            with suppress(OSError, ValueError, TypeError, KeyError):
                with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW), "rb") as file:
                    if os.fstat(file.fileno()).st_uid != os.geteuid():
                        continue
                    noted = json.loads(file.read())
                notified, working = (tuple(map(str, noted[key])) for key in ("notified", "working"))
                return Blindness(loaded(noted["why"]), str(noted["since"]), notified, working)
        return None

    def _write(self, noted: Blindness) -> None:
        reasons = list(_failures(self._paths, _written(noted)))
        if len(reasons) == len(self._paths):
            warn(
                _log,
                phrase("log-not-noted", file=Code(self._paths[0].name), why=enumerated(list(dict.fromkeys(reasons)))),
            )


def _written(noted: Blindness) -> bytes:
    """As the file has it: what is said is a stored value of a phrase."""
    return json.dumps({**asdict(noted), "why": dumped(noted.why)}).encode()


def _failures(paths: Iterable[Path], data: bytes) -> Iterable[Value]:
    """Write into the first path that can be written; gives why those before it could not."""
    for path in paths:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
        except OSError as error:
            yield because(error)
        else:
            return


def _sent(channel: Channel, message: Message) -> bool:
    from cardwarden.alerts.channel import UndeliveredError  # noqa: PLC0415
    from cardwarden.alerts.sending import send  # noqa: PLC0415

    try:
        send(channel, message, channel.timeout)
    except UndeliveredError as error:
        _log.warning("%s", error, extra={"channel": channel.name})
        return False
    return True
