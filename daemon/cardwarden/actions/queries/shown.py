"""What `show` shows: an event with what was done about it, and a contact as it is or as it was at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cardwarden.actions.queries.listing import ListedEvent
from cardwarden.actions.queries.naming import card_named
from cardwarden.actions.queries.writer import writer_of
from cardwarden.actions.restore.left import why_not
from cardwarden.detect.finding import Finding, State
from cardwarden.errors import UsageError
from cardwarden.phrases.phrase import Code, Moment, Person, Phrase, phrase
from cardwarden.store import acceptances as acceptance_store
from cardwarden.store import bodies as body_store
from cardwarden.store import restores as restore_store
from cardwarden.store import versions as version_store
from cardwarden.store.books import charset_of_card
from cardwarden.store.cards import StoredCard
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredEvent, StoredFinding
from cardwarden.store.versions import StoredVersion


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding of an event. `left` says why it cannot be put back, None if it can, or if nothing is left of it."""

    id: int
    finding: Finding
    state: State
    opened_at: datetime
    closed_at: datetime | None
    left: Phrase | None


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did about an event, and when."""

    at: datetime
    what: Phrase


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """An event with those of its findings that are asked for; what wrote its contact, if they are about a single one."""

    listed: ListedEvent
    source: str
    findings: tuple[ShownFinding, ...]
    written: Phrase | None
    deeds: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class ShownContact:
    """A contact, its versions (the oldest first), and its text: as it was at a time in `then`, or as it is if that is None."""

    source: str
    card: StoredCard
    who: Person
    versions: tuple[StoredVersion, ...]
    then: StoredVersion | None
    text: str


def shown_event(connection: Connection, event: StoredEvent) -> ShownEvent:
    """An event with these of its findings, and with what is known of them."""
    findings = event.findings
    is_of_one = len({stored.card_id for stored in findings}) == 1 and findings[0].card_id is not None
    return ShownEvent(
        ListedEvent.stored(event),
        event.source,
        tuple(
            ShownFinding(stored.id, stored.finding, stored.state, stored.opened_at, stored.closed_at, why_not(stored))
            for stored in findings
        ),
        writer_of(connection, findings).said if is_of_one else None,
        tuple(sorted(_deeds(connection, findings), key=lambda deed: deed.at)),
    )


def _deeds(connection: Connection, findings: Sequence[StoredFinding]) -> Iterable[Deed]:
    """Who accepted findings, who took that back, and who put their contacts back since they were found."""
    for decision in acceptance_store.decisions(connection, [stored.id for stored in findings]):
        if decision.who:
            yield Deed(decision.at, phrase("evidence-accepted-by", who=decision.who))
        if undone := decision.undone:
            yield Deed(undone.at, undone.said)
    opened = min(stored.opened_at for stored in findings)
    cards = {stored.card_id for stored in findings if stored.card_id is not None}
    for restore in restore_store.of_cards(connection, cards):
        if restore.at >= opened:
            yield Deed(restore.at, restore.said)


def shown_contact(
    connection: Connection,
    named: str,
    source: str | None,
    region_of: Callable[[str], str],
    now: datetime,
    *,
    at: datetime | None = None,
) -> ShownContact:
    """A contact that a person names, as it is, or as it was `at` a time; `region_of` gives the country of a source's numbers.

    Raises AmbiguousError, UsageError if there is nobody of that name, or was not there then.
    """
    found_card = card_named(connection, named, source, gone_too=True)
    card = found_card.card
    who = Person(card.entry.name, card.entry.key)
    versions = version_store.versions(connection, card.id)
    then = None
    if at is not None:
        from cardwarden.actions.history import version_at  # noqa: PLC0415 - all else is shown without the detector

        then = version_at(connection, found_card, versions, at, now)
        if then is None:
            command = Code("cardwarden history --card NAME")
            raise UsageError(
                phrase("show-not-there", who=who, source=found_card.source, at=Moment(at), command=command)
            )
    from cardwarden.vcard.content import whole_text  # noqa: PLC0415 - an event is shown without it
    from cardwarden.vcard.encoding import charset_of  # noqa: PLC0415

    body = body_store.body(connection, then.digest if then else card.entry.digest)
    charset = charset_of(body, region_of(found_card.source), charset_of_card(connection, card.id))
    return ShownContact(found_card.source, card, who, tuple(versions), then, whole_text(body, charset))
