"""Evidence, as it is gathered and before it is written: what was found, what a contact said when, how it can be checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cardwarden import __version__
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Value
from cardwarden.store.acceptances import Acceptance, TakenBack
from cardwarden.store.findings import StoredFinding
from cardwarden.store.restores import Restore
from cardwarden.store.writings import Writing
from cardwarden.vcard.number import read_number

MADE_WITH = f"cardwarden {__version__}"
_LONGEST = 4_000  # columns of a value: as much as a finding keeps


@dataclass(frozen=True, slots=True)
class Sighting:
    """One version of a card: what it said, when it was seen, and what wrote it as it says itself.

    `file` is its name in the archive, `sha256` the digest of the card as it was stored (64 hex digits), `checks` how many
    saw it, `until` when it was seen no more (None while it is current), `software` and `revised` its PRODID and REV.
    `written` is what its server said of who wrote it and when, None if it did not.
    `card` is what the file holds: redacted, only the lines that are concerned; `text` is that as it was read. `numbers` are
    its telephone numbers as they are written, None if nobody asked for them.
    """

    file: str
    sha256: str
    first_seen: datetime
    last_seen: datetime
    until: datetime | None
    checks: int
    software: str | None
    revised: str | None
    written: Writing | None
    card: bytes
    text: str
    numbers: tuple[str, ...] | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self.text.replace("\r\n", "\n").rstrip("\n").split("\n"))


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A finding, with its card as it was before and as it was found; a side is None if the card was not there.

    `uid` is the card's own ("" if it has none), `accepted` the acceptance that holds, `taken_back` those that do not,
    `restores` what was put back since.
    """

    finding: StoredFinding
    uid: str
    before: Sighting | None
    after: Sighting | None
    accepted: Acceptance | None
    taken_back: tuple[TakenBack, ...]
    restores: tuple[Restore, ...]


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """What a contact was at every check of a time. `absent` counts the checks at which it was not there, `inconclusive`
    those that could not read the book, `checks` those that could; `since` and `until` bound what was asked for."""

    name: str
    uid: str
    source: str
    book: str
    since: datetime
    until: datetime
    first_check: datetime
    last_check: datetime
    checks: int
    inconclusive: int
    absent: int
    sightings: tuple[Sighting, ...]

    @property
    def is_constant(self) -> bool:
        """It was there at every check, and its numbers were always the same."""
        return not self.absent and len({sighting.numbers for sighting in self.sightings}) == 1


@dataclass(frozen=True, slots=True)
class ChainState:
    """The chain when the evidence was made: its newest digest, how many links it has, and whether all of it fitted."""

    head: str
    links: int
    fits: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What goes into the archive. `files` are the raw cards and the chain, by file name."""

    made_at: datetime
    is_redacted: bool
    voice: Voice
    chain: ChainState
    files: Mapping[str, bytes]
    exhibits: tuple[Exhibit, ...] = ()
    contact: ContactRecord | None = None
    made_with: str = field(default=MADE_WITH)


def has_plus(number: str) -> bool:
    """Whether a number is written with a + in front, however that is spelled."""
    return read_number(number, "", uri=True).digits.startswith("+")


def as_json(evidence: Evidence) -> dict[str, Any]:
    """The evidence for programs, `report.json` in the archive; sentences are in the language of its page."""
    contact = evidence.contact
    return {
        "made_at": evidence.made_at.isoformat(),
        "made_with": evidence.made_with,
        "redacted": evidence.is_redacted,
        "chain": {"head": evidence.chain.head, "links": evidence.chain.links, "fits": evidence.chain.fits},
        "findings": [_exhibit(exhibit, evidence.voice) for exhibit in evidence.exhibits],
        "contacts": [_contact(contact)] if contact else [],
    }


def _exhibit(exhibit: Exhibit, voice: Voice) -> dict[str, Any]:
    """A finding as a JSON object, with what is known of its contact and of who decided what."""
    stored, finding = exhibit.finding, exhibit.finding.finding
    accepted = exhibit.accepted
    return {
        "id": stored.id,
        "event": f"e{stored.event_id}",
        "rule": finding.rule,
        "kind": finding.kind.value,
        "severity": finding.severity.word,
        "title": voice.title(finding.title),
        "explanation": voice.title(finding.explanation) if finding.explanation else "",
        "source": stored.source,
        "book": stored.title,
        "contact": {"name": finding.card.name, "uid": exhibit.uid} if finding.card else None,
        "field": finding.prop,
        "field_label": voice.field(finding.prop) if finding.prop else "",
        "before": shown_to_reader(finding.before, voice),
        "after": shown_to_reader(finding.after, voice),
        "state": stored.state.value,
        "opened_at": stored.opened_at.isoformat(),
        "closed_at": stored.closed_at.isoformat() if stored.closed_at else None,
        "accepted": _decided(accepted, voice) if accepted else None,
        "taken_back": [_decided(undone, voice) for undone in exhibit.taken_back],
        "restores": [{"at": restore.at.isoformat(), "who": voice.value(restore.who)} for restore in exhibit.restores],
        "versions": {
            "before": _sighting(exhibit.before) if exhibit.before else None,
            "after": _sighting(exhibit.after) if exhibit.after else None,
        },
    }


def _decided(decided: Acceptance | TakenBack, voice: Voice) -> dict[str, Any]:
    said = {"who": decided.who, "why": decided.why}
    return {"at": decided.at.isoformat(), **{key: voice.value(value, width=_LONGEST) for key, value in said.items()}}


def shown_to_reader(value: Value | None, voice: Voice) -> str | None:
    """A finding's value as a person reads it; None for what was not there."""
    return None if value is None else voice.value(value, width=_LONGEST)


def _contact(contact: ContactRecord) -> dict[str, Any]:
    return {
        "name": contact.name,
        "uid": contact.uid,
        "source": contact.source,
        "book": contact.book,
        "from": contact.since.isoformat(),
        "to": contact.until.isoformat(),
        "first_check": contact.first_check.isoformat(),
        "last_check": contact.last_check.isoformat(),
        "checks": contact.checks,
        "inconclusive": contact.inconclusive,
        "absent_at": contact.absent,
        "constant": contact.is_constant,
        "versions": [_sighting(sighting) for sighting in contact.sightings],
    }


def _sighting(sighting: Sighting) -> dict[str, Any]:
    said = {
        "file": sighting.file,
        "sha256": sighting.sha256,
        "first_seen": sighting.first_seen.isoformat(),
        "last_seen": sighting.last_seen.isoformat(),
        "until": sighting.until.isoformat() if sighting.until else None,
        "checks": sighting.checks,
        "software": sighting.software,
        "revised": sighting.revised,
        "written_by": sighting.written.program if sighting.written else None,
        "written_for": sighting.written.user if sighting.written else None,
        "written_at": sighting.written.at.isoformat() if sighting.written else None,
        "vcard": sighting.text,
    }
    if sighting.numbers is None:
        return said
    return {**said, "numbers": [{"value": number, "plus": has_plus(number)} for number in sighting.numbers]}
