"""What happened to the contacts, and of a single one which lines changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cardwarden.actions.queries.lines import LineChange, changed_lines
from cardwarden.phrases.phrase import Person
from cardwarden.store import bodies as body_store
from cardwarden.store.books import charset_of_card
from cardwarden.store.card_events import CardEvent, card_events
from cardwarden.store.cards import FoundCard
from cardwarden.store.engine import Connection
from cardwarden.vcard.card import Entry

AT_MOST = 1000
"""Entries of a history that are given at once."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A contact came, changed or went at a check.

    before, after  digests of what it said, None if it was not there, "" if that was taken out of the history
    changed        the lines that changed, if they were asked for; None if there is nothing to compare
    """

    at: datetime
    check_id: int
    source: str
    card: Entry
    who: Person
    what: Literal["came", "changed", "went"]
    before: str | None
    after: str | None
    changed: tuple[LineChange, ...] | None


@dataclass(frozen=True, slots=True)
class History:
    """What happened, the newest first; whether more did than is given."""

    entries: tuple[HistoryEntry, ...]
    is_cut: bool


def history(
    connection: Connection,
    *,
    since: datetime | None = None,
    source: str | None = None,
    card: FoundCard | None = None,
    region_of: Callable[[str], str] | None = None,
    width: int = 0,
) -> History:
    """What happened to the contacts, or to one; of one also the lines that changed, cut to `width`, if `region_of` is there.

    `region_of` gives the country of a source's numbers. What a book held at its first check belongs to the history of a
    single contact only.
    """
    card_id = card.card.id if card else None
    events = card_events(connection, since=since, source=source, card_id=card_id, at_most=AT_MOST + 1)
    shown = events[:AT_MOST]
    if card is None or region_of is None:
        entries = [_entry(event, None) for event in shown]
    else:
        region, usual = region_of(card.source), charset_of_card(connection, card.card.id)
        entries = [_entry(event, _changed(connection, event, region, usual, width)) for event in shown]
    return History(tuple(entries), len(events) > len(shown))


def _changed(
    connection: Connection, event: CardEvent, region: str, usual: str, width: int
) -> tuple[LineChange, ...] | None:
    if not (event.before and event.after):
        return None
    before, after = body_store.body(connection, event.before), body_store.body(connection, event.after)
    return tuple(changed_lines(before, after, region, usual, width=width))


def _entry(event: CardEvent, changed: tuple[LineChange, ...] | None) -> HistoryEntry:
    entry = event.card.entry
    who = Person(None if event.card.is_forgotten else entry.name, entry.key)
    what: Literal["came", "changed", "went"] = "changed"
    if event.before is None:
        what = "came"
    elif event.after is None:
        what = "went"
    return HistoryEntry(event.at, event.check_id, event.source, entry, who, what, event.before, event.after, changed)
