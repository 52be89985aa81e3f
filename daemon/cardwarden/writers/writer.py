"""The Writer protocol: how a card is put back where it stood, and what happens when something else stands there now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cardwarden.errors import RefusedError


@dataclass(frozen=True, slots=True)
class CardLocation:
    """Where a card stands: the book as its source calls it, the member's href, and the card's place in it, from 0."""

    book: str
    href: str
    ordinal: int = 0


class ChangedError(RefusedError):
    """Something else stands there than was seen last; `now` is that, None where nothing does. Nothing was written."""

    def __init__(self, message: str, now: bytes | None) -> None:
        super().__init__(message)
        self.now = now


class Writer(Protocol):
    """Writes single cards into the books of one source."""

    def look(self, place: CardLocation, seen: bytes | None, wanted: bytes | None) -> bytes | None:
        """The card at a place: `seen` where it is still there, else `wanted` where that is, else what stands there.

        None where nothing does. Raises SourceError or RefusedError where that cannot be found out.
        """

    def write(self, place: CardLocation, seen: bytes | None, wanted: bytes | None) -> bytes | None:
        """Put `wanted` in the place of `seen`: None for `seen` where the card is gone, for `wanted` where it is to go.

        Gives what is there afterwards, which may be what a server made of it. Raises ChangedError where something other
        than `seen` is there, RefusedError where it cannot be written, SourceError where the server cannot be asked. In
        all three cases nothing was overwritten, unless the text of the error says so.
        """


def changed(source: str, now: bytes | None) -> ChangedError:
    """Somebody else was there since the last check."""
    what = "no longer there" if now is None else "not what it was at the last check"
    return ChangedError(
        f"A contact in {source} is {what}, so nothing was written to it. "
        f"Let cardwarden see it first: cardwarden check --source {source}",
        now,
    )
