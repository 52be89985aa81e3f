"""What a restore is asked for, and the plan that comes of it: card by card what is there and what is to be there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cardwarden.actions.terms import Judging
from cardwarden.detect.finding import Finding
from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import Code, Person, Phrase, phrase
from cardwarden.store import bodies as body_store
from cardwarden.store.books import StoredBook
from cardwarden.store.cards import StoredCard
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredFinding
from cardwarden.vcard.card import Card
from cardwarden.vcard.content import RawCard, read_card
from cardwarden.vcard.diff import Change
from cardwarden.vcard.encoding import charsets_of
from cardwarden.vcard.patch import put_back
from cardwarden.vcard.second_opinion import keeps_the_rest
from cardwarden.writers.writer import CardLocation, Replacement


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """What is to be put back: findings by id, a card by its row, all books of a source, or what a restore did.

    Of a `mirror` (its name) all that its copy says otherwise than its origin.

    `at` is the time whose state is wanted, for a card or a source, and `asked` when that was asked; None means the
    baseline. `check` is the check that saw the state, if that is known. `field` is one field of a card (`field_key`).
    """

    findings: tuple[int, ...] = ()
    card: int | None = None
    source: str | None = None
    at: datetime | None = None
    undo: int | None = None
    asked: datetime | None = None
    check: int | None = None
    field: str = ""
    mirror: str | None = None


@dataclass(frozen=True, slots=True)
class RestoreStep:
    """One card that changes. `seen` are its bytes as last seen, None if it is gone; `wanted` None if it is to go.

    `base` is the digest of what the card is held to from then on.
    """

    card: StoredCard
    place: CardLocation
    seen: bytes | None
    wanted: bytes | None
    base: str | None

    @property
    def replacement(self) -> Replacement:
        """What its writer is asked to do."""
        return Replacement(self.place, self.seen, self.wanted)

    @property
    def who(self) -> Person:
        """Whose card it is."""
        return Person(self.card.entry.name, self.card.entry.key)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a restore does to one book. `already` counts what is so already; `left` says what is left out and why.

    `repairs` are the ids of the findings that are over when it is done. `made_of` is a digest of all that it was made of:
    of the same comes the same plan. "" if that is not kept, as of a contact's, or if a step was left out.
    """

    book: StoredBook
    what: Phrase
    steps: tuple[RestoreStep, ...] = ()
    already: int = 0
    left: tuple[Phrase, ...] = ()
    repairs: tuple[int, ...] = ()
    made_of: str = ""


_NAMED = 3  # findings that a list of restores names one by one


def restored_findings(findings: Sequence[StoredFinding]) -> Phrase:
    """What a restore of these findings is called in the list of restores."""
    ids = [str(stored.id) for stored in findings]
    if len(ids) > _NAMED:
        return phrase("restored-many-findings", count=len(ids), first=ids[0], last=ids[-1])
    return phrase("restored-findings", ids=", ".join(ids), count=len(ids))


def step_for(
    connection: Connection, book: StoredBook, row: StoredCard, wanted: bytes | None, base: str | None
) -> RestoreStep:
    """The step that makes `wanted` of a card as it was last seen."""
    return RestoreStep(
        row, CardLocation(book.book, row.entry.href, row.entry.ordinal), seen(connection, row), wanted, base
    )


def seen(connection: Connection, row: StoredCard) -> bytes | None:
    """A card's bytes as last seen; None if it is gone."""
    return body_store.body(connection, row.entry.digest) if row.present else None


def repaired(there: bytes | None, was: bytes | None, findings: Sequence[Finding], judging: Judging) -> bytes | None:
    """A card with what these findings tell undone: the whole card if one is about the whole card."""
    if there is None or was is None or any(finding.whole_card for finding in findings):
        return was
    changes = [change for finding in findings for change in finding.changes]
    patched = put_back(there, was, changes, judging.region, judging.usual)
    if not is_sound(patched, there, was, changes, judging):
        raise RefusedError(phrase("error-lines-make-no-card", command=Code("cardwarden restore --card NAME")))
    return patched


def is_sound(made: bytes, there: bytes, was: bytes, changes: Iterable[Change], judging: Judging) -> bool:
    """Whether what was made of a card that is there can be read, and nothing but these changes was undone in it."""
    card = read_card(RawCard(made), charsets_of(there, made, judging.region, judging.usual)[1])
    return isinstance(card, Card) and keeps_the_rest(there, was, made, {change.name for change in changes})
