"""How the pairs of copies stand: compared or not, how much differs, what the copy does not keep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from cardwarden.phrases.phrase import Code, Field, Moment, Phrase, enumerated, phrase
from cardwarden.store import books as book_store
from cardwarden.store import mirrors as mirror_store
from cardwarden.store.engine import Connection
from cardwarden.store.mirrors import StoredMirror

if TYPE_CHECKING:
    from cardwarden.actions.mirrors.pair import Mirror


class MirrorState(StrEnum):
    """Whether a pair is compared: it is, it was not yet, its books are no copies, the program failed, its books are not clear."""

    COMPARED = "compared"
    NEVER = "never"
    APART = "apart"
    FAILED = "failed"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class MirrorNow:
    """A pair as it stands.

    open     how many differences are open
    waiting  how many may still end by themselves
    keeps, dropped  properties that the copy keeps, and does not
    fault    where the program failed at comparing them, "" if it did not
    """

    name: str
    origin: str
    copy: str
    state: MirrorState
    compared_at: datetime | None
    open: int
    waiting: int
    keeps: tuple[str, ...]
    dropped: tuple[str, ...]
    fault: str


def mirrors_now(connection: Connection, mirrors: Sequence[Mirror]) -> list[MirrorNow]:
    """Every pair of the settings."""
    stored = {row.name: row for row in mirror_store.mirrors(connection)} if mirrors else {}
    return [_now(connection, mirror, stored.get(mirror.name)) for mirror in mirrors]


def said_of_mirror(mirror: MirrorNow) -> Iterator[Phrase]:
    """How a pair of copies stands, and what the copy does not keep, for a reader."""
    if mirror.state is MirrorState.COMPARED and mirror.compared_at:
        at = Moment(mirror.compared_at)
        said = phrase("mirror-standing", at=at, name=mirror.name, origin=mirror.origin, copy=mirror.copy)
        yield phrase("mirror-count", said=said, open=mirror.open, waiting=mirror.waiting)
        if mirror.dropped:
            yield phrase("mirror-drops", fields=enumerated(map(Field, mirror.dropped)))
    elif mirror.state is MirrorState.FAILED:
        place = Code(mirror.fault)
        yield phrase("mirror-standing-failed", name=mirror.name, origin=mirror.origin, copy=mirror.copy, place=place)
    else:
        yield phrase(f"mirror-standing-{mirror.state}", name=mirror.name, origin=mirror.origin, copy=mirror.copy)


def _now(connection: Connection, mirror: Mirror, stored: StoredMirror | None) -> MirrorNow:
    from cardwarden.detect.drift.kept import Kept  # noqa: PLC0415 - without a mirror, nothing of it is loaded

    kept = Kept.loaded(stored.kept) if stored and stored.kept and not stored.fault else Kept()
    if mirror.keeps is not None:
        kept = kept.only(mirror.keeps)
    return MirrorNow(
        mirror.name,
        mirror.origin,
        mirror.copy,
        _state(connection, mirror, stored),
        stored.compared_at if stored else None,
        len(mirror_store.drifts(connection, stored.id)) if stored else 0,
        len(mirror_store.waits(connection, stored.id)) if stored else 0,
        kept.names,
        kept.dropped,
        stored.fault if stored else "",
    )


def _state(connection: Connection, mirror: Mirror, stored: StoredMirror | None) -> MirrorState:
    if any(_is_unclear(connection, book) for book in (mirror.origin, mirror.copy)):
        return MirrorState.UNCLEAR
    if stored and stored.fault:
        return MirrorState.FAILED
    if stored and stored.apart:
        return MirrorState.APART
    return MirrorState.COMPARED if stored and stored.compared_at else MirrorState.NEVER


def _is_unclear(connection: Connection, name: str) -> bool:
    """Whether its source was read, and yet which of its books is meant cannot be told."""
    from cardwarden.actions.mirrors.pair import book_called  # noqa: PLC0415 - as above

    source = name.partition("/")[0]
    return book_called(connection, name) is None and any(
        book.last_conclusive_at for book in book_store.books(connection, source)
    )
