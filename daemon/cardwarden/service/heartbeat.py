"""The daemon's sign of life: a small file beside the database that `status` and `healthcheck` read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from cardwarden.database_file import lost
from cardwarden.own_file import replace_file
from cardwarden.phrases.phrase import Phrase, Sentence, Value, loaded, phrase
from cardwarden.service.life import is_timely, life_beside

__all__ = ["WATCHED", "Heartbeat", "life_beside", "read", "write"]

WATCHED = "watched"
"""How the changes of a source are noticed that is watched."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What the daemon says of itself.

    pid         its process
    started_at  ISO 8601, UTC
    beat        seconds of the machine's clock since it was booted (CLOCK_MONOTONIC), at this beat
    every       seconds between two beats
    next        when each source is checked next, ISO 8601, UTC
    watch       how changes of each source are noticed: "watched", or a stored phrase that says why not
    trouble     why the guard is blind, as a stored value of a phrase; "" if it is not
    file        device and inode of the database that it opened
    waits       what servers are waited for: until when, ISO 8601, UTC, and why, as a stored phrase
    """

    pid: int
    started_at: str
    beat: float
    every: float
    next: dict[str, str] = field(default_factory=dict)
    watch: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    file: tuple[int, int] = (0, 0)
    waits: list[list[str]] = field(default_factory=list)

    @property
    def blind_because(self) -> Value | None:
        """Why the guard is blind, None if it is not."""
        return _stored(self.trouble)

    def trouble_now(self, database: Path) -> Value | None:
        """The same, or that the database is not the file any more that the daemon opened, which it may not know yet."""
        return self.blind_because or lost(database, self.file)

    def waits_at(self, now: datetime) -> list[Phrase]:
        """What servers are waited for, and how long yet."""
        left = ((round((datetime.fromisoformat(until) - now).total_seconds()), why) for until, why in self.waits)
        return [phrase("waiting-for", count=count, why=_stored(why) or "") for count, why in left if count > 0]

    def noticed(self, source: str) -> Value | None:
        """Why changes of a source are noticed by its schedule only, None if they are seen at once."""
        return None if self.watch.get(source) == WATCHED else _stored(self.watch.get(source, ""))

    def is_alive(self, now: float) -> bool:
        """Whether the next beat is not overdue; `now` is on the same clock."""
        return is_timely(self.beat, self.every, now)


def _stored(text: str) -> Value | None:
    try:
        value: Value | None = loaded(text) if text else None
    except ValueError:  # a daemon of another version wrote it
        return Sentence(text)
    return value


def write(path: Path, beat: Heartbeat) -> None:
    """Replace the file; a reader sees the old or the new one. Raises OSError."""
    replace_file(path, json.dumps(asdict(beat)).encode(), synced=False)


def read(path: Path) -> Heartbeat | None:
    """The last beat; None if there is none that can be read."""
    try:
        beat = json.loads(path.read_bytes())
        return Heartbeat(**{**beat, "file": tuple(beat["file"])})
    except (OSError, ValueError, TypeError, LookupError):
        return None
