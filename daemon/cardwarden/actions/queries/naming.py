"""What a person types to name a finding (12), an event (e12) or a contact (--card), and what is meant by it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator

from cardwarden.errors import UsageError
from cardwarden.phrases.nearest import no_source
from cardwarden.phrases.phrase import Code, Person, Phrase, phrase
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store import findings as finding_store
from cardwarden.store.cards import FoundCard
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredEvent, StoredFinding
from cardwarden.text import clip

_CANDIDATES = 10
_ALL = Code("cardwarden findings --all")
_OPEN = Code("cardwarden findings")


class AmbiguousError(UsageError):
    """Several contacts were meant; `candidates` are a line for each."""

    def __init__(self, said: Phrase, candidates: Iterable[Phrase]) -> None:
        super().__init__(said)
        self.candidates = tuple(candidates)


def findings_named(connection: Connection, ids: Iterable[str]) -> list[StoredFinding]:
    """The findings of ids such as 12 and e3, in order, each once. Raises UsageError for one that names nothing."""
    groups = [item.findings if isinstance(item, StoredEvent) else (item,) for item in _named(connection, ids)]
    return list({finding.id: finding for group in groups for finding in group}.values())


def events_named(connection: Connection, ids: Iterable[str]) -> list[StoredEvent]:
    """The events of ids such as 12 and e3, oldest first, each with those of its findings that are named.

    One whose findings all went on in later events is left out. Raises UsageError for an id that does not exist, and if
    nothing else is named.
    """
    events: dict[int, StoredEvent] = {}
    alone: list[StoredFinding] = []
    for item in _named(connection, ids):
        if isinstance(item, StoredEvent):
            events[item.id] = item
        else:
            alone.append(item)
    numbers = {finding.id for finding in alone}
    for event in finding_store.find_events(connection, {finding.event_id for finding in alone} - events.keys()):
        events[event.id] = event.only(lambda finding: finding.id in numbers)
    return [event for _, event in sorted(events.items())]


def _named(connection: Connection, ids: Iterable[str]) -> list[StoredEvent | StoredFinding]:
    """What ids such as 12 and e3 name, but for events that nothing is left of. Raises UsageError if that is all of them."""
    items = list(_found(connection, ids))
    named = [item for item in items if isinstance(item, StoredFinding) or item.findings]
    if items and not named:
        raise UsageError(phrase("naming-event-went-on", text=f"e{items[0].id}", command=_OPEN))
    return named


def _found(connection: Connection, ids: Iterable[str]) -> Iterator[StoredEvent | StoredFinding]:
    """What each id such as 12 or e3 names. Raises UsageError for one that does not exist."""
    for text in map(str.lower, ids):  # a phone's keyboard writes E3
        if not re.fullmatch(r"e?[0-9]{1,15}", text):
            raise UsageError(phrase("naming-no-id", text=clip(text, 40)))
        if text.startswith("e"):
            event = finding_store.find_event(connection, int(text[1:]))
            if event is None:
                raise UsageError(phrase("naming-no-event", text=text, command=_ALL))
            yield event
            continue
        finding = finding_store.find_finding(connection, int(text))
        if finding is None:
            raise UsageError(phrase("naming-no-finding", text=text, command=_ALL))
        yield finding


def findings_meant(
    connection: Connection, ids: Iterable[str], card: str | None, source: str | None, *, closed_too: bool = False
) -> list[StoredFinding]:
    """The findings of ids, and what is open on a contact or in a source that are named; with `closed_too` what was, too.

    Raises UsageError for what does not exist, AmbiguousError if several contacts are meant.
    """
    findings = findings_named(connection, ids)
    if card or source:
        of_source = finding_store.list_findings(connection, include_closed=closed_too, source=source)
        about = card_named(connection, card, source, gone_too=closed_too) if card else None
        findings += [stored for stored in of_source if about is None or _is_about(stored, about)]
    return findings


def card_named(connection: Connection, text: str, source: str | None = None, *, gone_too: bool = False) -> FoundCard:
    """The one contact meant by a name, a UID or a number. Raises UsageError, AmbiguousError if there are many.

    With `gone_too` also one whose removal was accepted, if no other is meant: one that has exactly that name or UID comes
    before those that are there and have it as a part.
    """
    cards = card_store.find_cards(connection, text, source)
    if gone_too and not any(card_store.is_named_exactly(card, text) for card in cards):
        gone = card_store.find_cards(connection, text, source, gone=True)
        cards = [card for card in gone if card_store.is_named_exactly(card, text)] or cards or gone
    if not cards:
        raise UsageError(_nobody(connection, text, source))
    if len(cards) > 1:
        lines = [_candidate(card) for card in cards[:_CANDIDATES]]
        if len(cards) > _CANDIDATES:
            lines.append(phrase("naming-more", count=len(cards) - _CANDIDATES))
        raise AmbiguousError(phrase("naming-several", count=len(cards), text=clip(text, 60)), lines)
    return cards[0]


def _nobody(connection: Connection, text: str, source: str | None) -> Phrase:
    """Nobody is called so; the name that is nearest, if one is near."""
    called = {name.casefold(): name for name in card_store.names(connection, source)}
    close = difflib.get_close_matches(text.casefold(), called, n=1)
    if close:
        return phrase("naming-no-contact-but", text=clip(text, 60), name=called[close[0]])
    return phrase("naming-no-contact", text=clip(text, 60))


def _candidate(card: FoundCard) -> Phrase:
    entry = card.card.entry
    who = Person(entry.name, entry.key)
    if entry.uid:
        return phrase("naming-candidate", who=who, source=card.source, uid=clip(entry.uid, 40))
    return phrase("naming-candidate-no-uid", who=who, source=card.source)


def _is_about(stored: StoredFinding, card: FoundCard) -> bool:
    """Whether a finding is about that card; keys mean something inside their book only."""
    where = (stored.source, stored.book, stored.finding.card.key if stored.finding.card else None)
    return where == (card.source, card.book, card.card.entry.key)


def known_source(connection: Connection, sources: Collection[str], name: str | None) -> None:
    """Raises UsageError for a source that is neither in the settings nor was ever checked."""
    if name is None or name in sources or book_store.books(connection, name):
        return
    raise UsageError(no_source(name, sources))
