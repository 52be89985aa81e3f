"""What was put back: every restore there was, and what is open although it was put back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cardwarden.detect.finding import State
from cardwarden.phrases.phrase import Phrase, Value
from cardwarden.store import findings as finding_store
from cardwarden.store import restores as restore_store
from cardwarden.store.engine import Connection
from cardwarden.store.restores import Stage


class RestoreState(StrEnum):
    """Whether all of it was written, something hindered it, or it was cut off."""

    DONE = "done"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


_STATES = {
    Stage.DONE: RestoreState.DONE,
    Stage.STOPPED: RestoreState.STOPPED,
    Stage.STARTED: RestoreState.INTERRUPTED,
}


@dataclass(frozen=True, slots=True)
class PastRestore:
    """One restore of one book: how many contacts it was about, and how many of them were written; which one it undid."""

    id: int
    at: datetime
    who: Value
    source: str
    what: Phrase
    undoes: int | None
    state: RestoreState
    cards: int
    written: int


def past_restores(connection: Connection) -> list[PastRestore]:
    """Every restore that was ever made, the oldest first."""
    return [
        PastRestore(
            restore.id,
            restore.at,
            restore.who,
            restore.source,
            restore.what,
            restore.undoes,
            _STATES[restore.stage],
            len(cards),
            sum(card.done for card in cards),
        )
        for restore in restore_store.find(connection)
        for cards in [restore_store.cards_of(connection, restore.id)]
    ]


def still_open(connection: Connection, ids: Iterable[int]) -> list[int]:
    """Which of these findings wait."""
    return [stored.id for stored in finding_store.find_findings(connection, ids) if stored.state is State.OPEN]
