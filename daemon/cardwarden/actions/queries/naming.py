"""What a person types to name a finding (12), an event (e12) or a contact (--card), and what is meant by it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from cardwarden.errors import UsageError
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store import findings as finding_store
from cardwarden.store.cards import FoundCard
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredFinding
from cardwarden.text import clip, did_you_mean

_CANDIDATES = 10


class AmbiguousError(UsageError):
    """Several contacts were meant; `candidates` are a line for each."""

    def __init__(self, message: str, candidates: Iterable[str]) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)


def findings_named(connection: Connection, ids: Iterable[str]) -> list[StoredFinding]:
    """The findings of ids such as 12 and e3, in order, each once. Raises UsageError for one that does not exist."""
    findings: dict[int, StoredFinding] = {}
    for text in map(str.lower, ids):  # a phone's keyboard writes E3
        if not re.fullmatch(r"e?[0-9]{1,15}", text):
            raise UsageError(f'"{clip(text, 40)}" is no id. Write the number of a finding (12) or of an event (e12).')
        if text.startswith("e"):
            event = finding_store.find_event(connection, int(text[1:]))
            if event is None:
                raise UsageError(f"There is no event {text}. See: cardwarden findings --all")
            findings.update((finding.id, finding) for finding in event.findings)
            continue
        finding = finding_store.find_finding(connection, int(text))
        if finding is None:
            raise UsageError(f"There is no finding {text}. See: cardwarden findings --all")
        findings[finding.id] = finding
    return list(findings.values())


def card_named(connection: Connection, text: str, source: str | None = None, *, gone_too: bool = False) -> FoundCard:
    """The one contact meant by a name, a UID or a number. Raises UsageError, AmbiguousError if there are many.

    With `gone_too` also one whose removal was accepted, where no other is meant.
    """
    cards = card_store.find_cards(connection, text, source)
    if not cards and gone_too:
        cards = card_store.find_cards(connection, text, source, gone=True)
    if not cards:
        raise UsageError(f'No contact is called "{clip(text, 60)}" or has that number.')
    if len(cards) > 1:
        lines = [_candidate(card) for card in cards[:_CANDIDATES]]
        if len(cards) > _CANDIDATES:
            lines.append(f"and {len(cards) - _CANDIDATES:,} more")
        raise AmbiguousError(
            f'{len(cards):,} contacts fit "{clip(text, 60)}". Write the UID or a number of the one you mean, '
            "or name its source with --source:",
            lines,
        )
    return cards[0]


def _candidate(card: FoundCard) -> str:
    entry = card.card.entry
    return f"{clip(entry.name, 36) or 'without a name'} (in {card.source}, UID {clip(entry.uid, 40) or 'none'})"


def is_about(stored: StoredFinding, card: FoundCard) -> bool:
    """Whether a finding is about that card; keys mean something inside their book only."""
    where = (stored.source, stored.book, stored.finding.card.key if stored.finding.card else None)
    return where == (card.source, card.book, card.card.entry.key)


def known_source(connection: Connection, sources: Collection[str], name: str | None) -> None:
    """Raises UsageError for a source that is neither in the settings nor was ever checked."""
    if name is None or name in sources or book_store.books(connection, name):
        return
    there = f"; there are: {', '.join(sources)}."
    raise UsageError(f'There is no source "{clip(name, 40)}" in the settings{did_you_mean(name, sources, but=there)}')
