"""What one contact said, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cardwarden.actions.queries.documents.findings import CardDocument


@dataclass(frozen=True, slots=True)
class HistoryEventDocument:
    """What happened to one contact at one check."""

    at: datetime
    """When it was seen."""
    check: int
    """The check's number."""
    source: str
    """The source."""
    card: CardDocument
    """The contact."""
    what: Literal["came", "changed", "went"]
    """What happened."""
    before: str | None
    """The SHA-256 of its vCard before; null if it came."""
    after: str | None
    """The SHA-256 of its vCard then; null if it went."""


@dataclass(frozen=True, slots=True)
class HistoryDocument:
    """What happened, the newest first."""

    steps: list[HistoryEventDocument]
    """At most 1000."""
    more: bool
    """Whether there is more than that."""


@dataclass(frozen=True, slots=True)
class VersionDocument:
    """What a contact said for a while."""

    sha256: str
    """Of its vCard."""
    since: datetime
    """When it was first seen."""
    until: datetime | None
    """When it was seen no more; null while it is current."""
    last_seen: datetime
    """When it was last seen."""
    checks: int
    """How many checks saw it."""


@dataclass(frozen=True, slots=True)
class ContactDocument:
    """A contact in full."""

    card: CardDocument
    """Which one."""
    source: str
    """Where it stands."""
    present: bool
    """Whether it is there at all now."""
    versions: list[VersionDocument]
    """All that it ever said, the first first."""
    vcard: str
    """What it says, or said at the time that was asked for."""
