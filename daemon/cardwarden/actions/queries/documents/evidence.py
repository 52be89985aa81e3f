"""What `verify` found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LinkDocument:
    """A place in the history."""

    check: int
    """The check's number."""
    at: datetime
    """When it was."""


@dataclass(frozen=True, slots=True)
class VerifiedDocument:
    """A history that is as it was recorded."""

    links: int
    """How many links its chain has."""
    bodies: int
    """How many vCards were hashed."""
    head: str
    """The digest of the last link, which says all of it."""
    found: LinkDocument | None
    """Where the digits of `--head` stand; null without that option."""


@dataclass(frozen=True, slots=True)
class VerifiedEvidenceDocument:
    """A file of evidence that is as it was made."""

    evidence: str
    """The file."""
    files: int
    """How many files are in it."""
