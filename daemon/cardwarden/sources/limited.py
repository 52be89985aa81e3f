"""A source that may bring only so much: what a server with many households lets one of them have."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

from cardwarden.errors import LimitError, SourceError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.sources.files import shown_path
from cardwarden.sources.limits import HouseholdLimits, Room
from cardwarden.sources.source import BookRef, Fetched, Known, Missed, Observation, Source

_CARD: Final = re.compile(rb"^[ \t]*BEGIN[ \t]*:[ \t]*VCARD", re.IGNORECASE | re.MULTILINE)
_MEGA: Final = 1_000_000


def limited_source(source: Source, limits: HouseholdLimits, room: Room) -> Source:
    """The same source for one check. What is too much raises LimitError, which says so; the other books are read."""
    return cast("Source", _Limited(source, limits, room))


def confined_source(source: Source, folders: Sequence[Path]) -> Source:
    """The same source, whose books on this machine are read only if they lie in one of the folders, wherever links lead."""
    return cast("Source", _Confined(source, folders))


class _Confined:
    """Hands on whatever else a source can be asked."""

    def __init__(self, source: Source, folders: Sequence[Path]) -> None:
        self._source = source
        self._folders = [os.path.realpath(folder) for folder in folders]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def books(self) -> list[BookRef]:
        self._look()
        return self._source.books()

    def unchanged(self, tokens: Mapping[str, str]) -> frozenset[str]:
        self._look()
        return self._source.unchanged(tokens)

    def observe(self, book: BookRef, known: Known, *, deep: bool) -> Observation:
        self._look()
        return self._source.observe(book, known, deep=deep)

    def _look(self) -> None:
        """Raises SourceError if what is read lies elsewhere now: a link may have come since the settings were read."""
        path = self._source.path
        if path is None:
            return
        named: list[str] = glob.glob(str(path)) if glob.has_magic(str(path)) else []  # noqa: PTH207 - as the source looks for it
        for place in (path, *(Path(match) for match in named)):
            real = os.path.realpath(place)
            if not any(os.path.commonpath([real, folder]) == folder for folder in self._folders):
                raise SourceError(phrase("limit-path", path=Code(shown_path(place))))


class _Limited:
    """Hands on whatever else a source can be asked."""

    def __init__(self, source: Source, limits: HouseholdLimits, room: Room) -> None:
        self._source = source
        self._limits = limits
        self._room = room
        self._bytes = 0
        self._new: dict[str, int] = {}  # books that came, and their cards

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def unchanged(self, tokens: Mapping[str, str]) -> frozenset[str]:
        """Of those that have room; of any other one `observe` says that it has none."""
        return self._source.unchanged({book: token for book, token in tokens.items() if self._has_room(book)})

    def observe(self, book: BookRef, known: Known, *, deep: bool) -> Observation:
        most = self._most_cards(book)
        seen = self._source.observe(book, known, deep=deep)
        if most is not None and self._cards_listed(book, known, seen) > most:
            raise LimitError(self._limits.too_many_cards)
        count = _Count(most)
        only = seen.only
        return replace(
            seen,
            bodies=self._counted(book, seen.bodies, count),
            only=(lambda hrefs: self._counted(book, only(hrefs), count)) if only else None,
        )

    def ask_again(self, book: BookRef, hrefs: Sequence[str]) -> Iterable[Fetched | Missed]:
        return self._counted(book, self._source.ask_again(book, hrefs), _Count(None))

    def _most_cards(self, book: BookRef) -> int | None:
        """How many cards a book may have, None for any number. Raises LimitError if the book itself is one too many."""
        room = self._room
        if book.id in room.cards:
            return room.cards[book.id]
        if book.id in room.had or (room.new is not None and len(self._new.keys() | {book.id}) > room.new):
            raise LimitError(self._limits.too_many_books)
        self._new.setdefault(book.id, 0)
        others = sum(cards for came, cards in self._new.items() if came != book.id)
        return None if room.for_new is None else max(0, room.for_new - others)

    def _has_room(self, book: str) -> bool:
        if book not in self._room.cards:
            return False
        most = self._room.cards[book]
        return most is None or self._room.had.get(book, 0) <= most

    def _cards_listed(self, book: BookRef, known: Known, seen: Observation) -> int:
        """So many cards are there at least: one in each member, or what there was if none changed.

        A book that is one file is counted when that is read; it may hold no card at all.
        """
        had = self._room.had.get(book.id, 0)
        if seen.members is known.members:
            return had
        listed = len(seen.members) if len(seen.members) > 1 else 0
        return had if had > listed and dict(seen.members) == dict(known.members) else listed

    def _counted(self, book: BookRef, bodies: Iterable[Fetched | Missed], count: _Count) -> Iterator[Fetched | Missed]:
        most = self._limits.bytes
        for body in bodies:
            if isinstance(body, Fetched):
                self._bytes += len(body.data)
                if most is not None and self._bytes > most:
                    raise LimitError(phrase("limit-bytes", most=Code(f"{most / _MEGA:g} MB")))
                count.cards += len(_CARD.findall(body.data))
                if count.most is not None and count.cards > count.most:
                    raise LimitError(self._limits.too_many_cards)
                if book.id in self._new:
                    self._new[book.id] = count.cards
            yield body


@dataclass
class _Count:
    """Cards of a book that came, and how many may."""

    most: int | None
    cards: int = 0
