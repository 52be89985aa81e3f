"""The Writer protocol: how a card is put back where it stood, and what happens when something else stands there now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import Code, Phrase, phrase
from cardwarden.writers.member import Exchange


@dataclass(frozen=True, slots=True)
class CardLocation:
    """Where a card stands: the book as its source calls it, the member's href, and the card's place in it, from 0."""

    book: str
    href: str
    ordinal: int = 0


class ChangedError(RefusedError):
    """Something else stands there than was seen last; `now` is that, None if nothing does. Nothing was written."""

    def __init__(self, said: Phrase, now: bytes | None) -> None:
        super().__init__(said)
        self.now = now


@dataclass(frozen=True, slots=True)
class Replacement:
    """One card that is to change: `seen` is None if it is gone and comes back, `wanted` None if it is to go."""

    place: CardLocation
    seen: bytes | None
    wanted: bytes | None

    @property
    def exchange(self) -> Exchange:
        """It inside its member."""
        return Exchange(self.place.ordinal, self.seen, self.wanted)


class Writer(Protocol):
    """Writes cards into the books of one source."""

    def look(self, replacements: Sequence[Replacement]) -> Iterator[bytes | None]:
        """The card at each place: `seen` if it is still there, else `wanted` if that is, else what stands there.

        None if nothing does; each as it is asked for. Raises SourceError or RefusedError if that cannot be found out.
        """

    def write(self, replacements: Sequence[Replacement]) -> Iterator[Mapping[int, bytes | None]]:
        """Put what is wanted in the place of what was seen; a file of many cards is written once.

        Gives, each time that something is written for good, the numbers of those replacements and what is there
        afterwards, which may be what a server made of it. Raises ChangedError if something other than `seen` is there,
        RefusedError if it cannot be written, SourceError if the server cannot be asked. In all three cases what was not
        given out was not written either, unless the text of the error says so.
        """


def changed(source: str, now: bytes | None) -> ChangedError:
    """Somebody else was there since the last check."""
    command = Code(f"cardwarden check --source {source}")
    if now is None:
        return ChangedError(phrase("writer-gone", source=Code(source), command=command), now)
    return ChangedError(phrase("writer-changed", source=Code(source), command=command), now)
