"""What programs read: the JSON documents that `--json` prints and the page's API answers with, as types.

They are a contract. A field may be added; none goes away, is renamed or means something else before a new first number of
the version. Times are ISO 8601 with their offset. The guide's page of them and their JSON Schema are made of this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final, Literal, TypeAlias

from cardwarden.actions.queries.mirrors import MirrorState
from cardwarden.detect.finding import FindingKind, SeverityWord, State
from cardwarden.detect.outcome import Outcome


@dataclass(frozen=True, slots=True)
class CardDocument:
    """Which contact is meant."""

    uid: str
    """Its UID; empty if it has none."""
    name: str
    """What it is called; empty if nothing tells, or after `forget`."""
    href: str
    """The member of the book that holds it: a file's name, or a path at the server."""


@dataclass(frozen=True, slots=True)
class FindingDocument:
    """One finding."""

    id: int
    """Its number, as `show` and `accept` take it; `diff` numbers what it prints."""
    kind: FindingKind
    """Whether a value differs from what was accepted, a state is bad in itself, or something is told of a whole book."""
    rule: str
    """The rule that found it, as `rules` lists it; empty for what is told of a whole book."""
    severity: SeverityWord
    """What it would cost you."""
    phrase: str
    """The name of what `title` says; the same in every language."""
    title: str
    """What happened, in the reader's language."""
    explanation: str
    """Why that matters, in the reader's language; empty if nothing is to be said."""
    source: str
    """The source, as it is called in the configuration; empty from `diff` of files."""
    card: CardDocument | None
    """The contact; null if it is told of a whole book."""
    property: str
    """The vCard property, such as TEL; empty if it is about the whole card."""
    before: str | None
    """The value that was there; null if there was none."""
    after: str | None
    """The value that is there; null if there is none."""
    event: str
    """The event it belongs to."""
    state: State
    """Whether it is open, or how it ended."""


@dataclass(frozen=True, slots=True)
class EventDocument:
    """Findings of one check that have one cause."""

    id: str
    """Its number with an `e` before it, as `show` and `accept` take it."""
    title: str
    """What happened, in the reader's language."""
    severity: SeverityWord
    """That of its worst finding."""
    explanation: str
    """Why it is as urgent as it is; empty if nothing is to be said."""
    count: int
    """How many findings of it are listed."""
    findings: list[int]
    """Their ids."""


@dataclass(frozen=True, slots=True)
class FindingsDocument:
    """Findings, and the events they belong to."""

    findings: list[FindingDocument]
    """By their id."""
    events: list[EventDocument]
    """The worst first."""


@dataclass(frozen=True, slots=True)
class EventsPageDocument:
    """One page of events, the newest first."""

    findings: list[FindingDocument]
    """Those of this page's events."""
    events: list[EventDocument]
    """This page's."""
    page: int
    """Which page this is, from 1."""
    pages: int
    """How many there are."""
    total: int
    """How many events there are on all of them."""


@dataclass(frozen=True, slots=True)
class HarmlessDocument:
    """A difference that means the same."""

    card: str
    """Whose it is."""
    property: str
    """The vCard property."""
    before: str
    """How it was written."""
    after: str
    """How it is written."""
    reason: str
    """What explains it."""


@dataclass(frozen=True, slots=True)
class ExplainedDocument:
    """What `diff --explain` prints: findings, and what was called harmless."""

    findings: list[FindingDocument]
    """By their id."""
    events: list[EventDocument]
    """The worst first."""
    harmless: list[HarmlessDocument]
    """What means the same, and why."""


@dataclass(frozen=True, slots=True)
class CheckedBookDocument:
    """What the check of one book came to."""

    source: str
    """The source."""
    book: str
    """The book's title; empty if the source could not tell its books."""
    outcome: Outcome
    """`partial`: some of it could not be judged; `inconclusive`: it was not believed, and nothing was concluded."""
    reason: str
    """Why it was not believed, or what could not be judged."""
    cards: int
    """How many contacts it has, as far as is known."""


@dataclass(frozen=True, slots=True)
class CheckDocument:
    """What a check came to."""

    outcome: Outcome
    """Of all books together, as the exit code says it."""
    books: list[CheckedBookDocument]
    """Each book that was checked."""
    findings: list[FindingDocument]
    """What this check found, by id."""
    events: list[EventDocument]
    """What this check found, the worst first."""
    resolved: list[int]
    """Ids of findings that are no more."""
    open: int
    """How many findings are open now."""


@dataclass(frozen=True, slots=True)
class AcceptedDocument:
    """What was accepted."""

    accepted: list[int]
    """Ids of findings."""


@dataclass(frozen=True, slots=True)
class TakenBackDocument:
    """Whose acceptance was taken back."""

    taken_back: list[int]
    """Ids of findings."""


@dataclass(frozen=True, slots=True)
class GuardDocument:
    """What became of guarding somebody closely, or no more."""

    changed: bool
    """Whether that is new."""
    guarded: bool
    """How it is now."""


@dataclass(frozen=True, slots=True)
class GuardedDocument:
    """A contact or a category that is guarded closely."""

    uid: str | None
    """The contact's UID; null for a category."""
    name: str | None
    """The contact's name; null for a category."""
    source: str | None
    """The contact's source; null for a category."""
    category: str | None
    """The category; null for a contact."""
    at: datetime
    """Since when."""
    who: str
    """By whose wish."""


@dataclass(frozen=True, slots=True)
class GuardedListDocument:
    """Whom is guarded closely."""

    settings: list[str]
    """Whom the configuration names."""
    guarded: list[GuardedDocument]
    """Whom somebody named by the command or on the page."""
    suggested: list[str]
    """Names of contacts that it would suit."""


@dataclass(frozen=True, slots=True)
class ExpectDocument:
    """A while in which changes are meant."""

    source: str
    """The source whose changes are."""
    since: datetime
    """From when."""
    until: datetime
    """Until when."""
    unseen: list[str]
    """Why books could not be checked before it began."""


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


@dataclass(frozen=True, slots=True)
class RestoredCardDocument:
    """A contact that is to be put back."""

    uid: str
    """Its UID; empty if it has none."""
    name: str
    """What it is called; empty if nothing tells."""
    href: str
    """The member of the book that holds it."""
    before: str | None
    """The SHA-256 of what is there; null if nothing is."""
    after: str | None
    """The SHA-256 of what is to be there; null if nothing is."""
    written: bool
    """Whether that was done."""


@dataclass(frozen=True, slots=True)
class RestoredBookDocument:
    """What a restore does to one book."""

    source: str
    """The source."""
    book: str
    """The book's title."""
    restore: int | None
    """The restore's number, for `restore --undo`; null if nothing was written."""
    cards: list[RestoredCardDocument]
    """What is to be put back."""
    already: int
    """How many contacts are already as they are to be."""
    left: list[str]
    """What is left alone, and why."""


@dataclass(frozen=True, slots=True)
class RecheckDocument:
    """The check of a book that followed a restore."""

    source: str
    """The source."""
    book: str
    """The book's title."""
    outcome: Outcome
    """As of any check."""
    reason: str
    """Why it was not believed, or what could not be judged."""


@dataclass(frozen=True, slots=True)
class RestoreDocument:
    """What a restore does, or did."""

    dry_run: bool
    """Whether it was only to be shown."""
    books: list[RestoredBookDocument]
    """Each book of it."""
    checks: list[RecheckDocument]
    """What came of it."""


@dataclass(frozen=True, slots=True)
class ImportFileDocument:
    """A file to import into a copy that cannot be written."""

    file: str | None
    """Where it is; null if the copy lacks nothing."""
    contacts: int
    """How many are in it."""


@dataclass(frozen=True, slots=True)
class PastRestoreDocument:
    """A restore that was made."""

    id: int
    """Its number, for `restore --undo`."""
    at: datetime
    """When."""
    who: str
    """By whom."""
    source: str
    """Where."""
    what: str
    """What was put back."""
    undoes: int | None
    """The restore that it undid."""
    state: str
    """`done`, `stopped`, `interrupted`: whether all of it was written."""
    cards: int
    """How many contacts it was about."""
    written: int
    """How many of them were written."""


@dataclass(frozen=True, slots=True)
class RestoresDocument:
    """Every restore, the newest first."""

    restores: list[PastRestoreDocument]
    """All of them."""


@dataclass(frozen=True, slots=True)
class HouseholdDocument:
    """A household of a server."""

    household: str
    """Its name."""
    state: Literal["guarded", "stopped", "paused", "wrong", "removed"]
    """Whether its daemon runs here, or does not; it is let be for now; its settings are wrong; only its history was kept."""
    record: str
    """Where its history is: a file, or the address of a PostgreSQL."""
    problems: list[str]
    """What is wrong with its settings, in the reader's language."""


@dataclass(frozen=True, slots=True)
class HouseholdsDocument:
    """The households of a server, in order."""

    households: list[HouseholdDocument]
    """Each of them."""


@dataclass(frozen=True, slots=True)
class RenamedDocument:
    """A source that goes on under another name."""

    old: str
    """What it was called."""
    new: str
    """What it is called."""
    books: list[str]
    """The titles of its books."""


@dataclass(frozen=True, slots=True)
class RuleDocument:
    """A rule."""

    name: str
    """What it is called in the configuration."""
    page: str
    """What it finds."""
    options: Mapping[str, bool | int | float | str | list[str]]
    """Its settings, each with its default."""


@dataclass(frozen=True, slots=True)
class RulesDocument:
    """Rules."""

    rules: list[RuleDocument]
    """All, or the one that was asked for."""


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


@dataclass(frozen=True, slots=True)
class DiscoveredBookDocument:
    """An address book at a server."""

    name: str
    """Its title there."""
    url: str
    """Its address, for `url` in the configuration."""


@dataclass(frozen=True, slots=True)
class DiscoveredDocument:
    """The address books at a server."""

    books: list[DiscoveredBookDocument]
    """All that may be seen."""


@dataclass(frozen=True, slots=True)
class DiagnosisDocument:
    """One thing that the doctor looked at."""

    verdict: Literal["ok", "trouble", "unknown"]
    """How it stands."""
    name: str
    """The name of what `says` says; the same in every language."""
    subject: str | None
    """The source or channel it is about; null for the whole installation."""
    says: str
    """What was found, in the reader's language."""
    mend: str | None
    """The command that mends it; null if none does."""
    values: Mapping[str, int | float | str]
    """The values in `says`."""


@dataclass(frozen=True, slots=True)
class DoctorDocument:
    """All that the doctor looked at."""

    version: str
    """Of cardwarden."""
    results: list[DiagnosisDocument]
    """In the order of looking."""


@dataclass(frozen=True, slots=True)
class DaemonDocument:
    """The daemon."""

    running: bool
    """Whether it lives."""
    pid: int | None
    """Its process; null if it does not run."""
    started_at: datetime | None
    """Since when it runs; null if it does not."""
    trouble: str
    """Why it guards nothing; empty if all is well."""
    waits: list[str]
    """The servers that it waits for, why, and for how long yet."""


@dataclass(frozen=True, slots=True)
class BookDocument:
    """How a book stands."""

    book: str
    """Its title."""
    outcome: Outcome
    """Of the last check."""
    reason: str
    """Why it was not believed, or what could not be judged."""
    cards: int
    """How many contacts it has."""
    open: int
    """How many findings are open in it."""
    last_check: datetime
    """When it was last looked at."""
    last_conclusive: datetime | None
    """When a check could last be believed; null if never."""
    last_deep: datetime | None
    """When every contact was last read; null if never."""


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """How a source stands."""

    source: str
    """Its name in the configuration."""
    next_check: datetime | None
    """When it is looked at next; null if no daemon runs."""
    watch: str | None
    """`watched`, or why changes are not noticed at once; null if no daemon runs."""
    books: list[BookDocument]
    """Its books; none before the first check."""


@dataclass(frozen=True, slots=True)
class ChannelDocument:
    """How a channel stands."""

    channel: str
    """Its name in the configuration."""
    waiting: int
    """How many messages wait for it."""
    failing_since: datetime | None
    """Since when it fails; null if it does not."""
    error: str | None
    """Why it fails; null if it does not."""


@dataclass(frozen=True, slots=True)
class ExpectedDocument:
    """A while in which changes are meant."""

    source: str
    """The source whose changes are."""
    until: datetime
    """Until when."""
    why: str
    """The reason that was given."""


@dataclass(frozen=True, slots=True)
class MirrorDocument:
    """How a copy stands."""

    mirror: str
    """The pair's name in the configuration."""
    origin: str
    """The source, or SOURCE/BOOK, that the copy is of."""
    copy: str
    """The copy."""
    state: MirrorState
    """Whether the two are compared."""
    compared_at: datetime | None
    """When they last were; null if never."""
    open: int
    """How many differences are open."""
    waiting: int
    """How many may still end by themselves."""
    keeps: list[str]
    """Properties that the copy keeps."""
    dropped: list[str]
    """Properties that it does not."""
    fault: str
    """Where the program failed at comparing them; empty if it did not."""


@dataclass(frozen=True, slots=True)
class StatusDocument:
    """How everything stands."""

    daemon: DaemonDocument
    """Whether it runs, and since when."""
    sources: list[SourceDocument]
    """Every source of the configuration."""
    channels: list[ChannelDocument]
    """Every channel of the configuration."""
    expected: list[ExpectedDocument]
    """When changes are meant."""
    mirrors: list[MirrorDocument]
    """Every copy of the configuration."""
    open: int
    """How many findings are open."""


Document: TypeAlias = (
    AcceptedDocument
    | CheckDocument
    | ContactDocument
    | DiscoveredDocument
    | DoctorDocument
    | EventsPageDocument
    | ExpectDocument
    | ExplainedDocument
    | FindingsDocument
    | GuardDocument
    | GuardedListDocument
    | HistoryDocument
    | HouseholdsDocument
    | ImportFileDocument
    | RenamedDocument
    | RestoreDocument
    | RestoresDocument
    | RulesDocument
    | StatusDocument
    | TakenBackDocument
    | VerifiedDocument
    | VerifiedEvidenceDocument
)

DOCUMENTS: Final[Mapping[str, tuple[type[Document], ...]]] = {
    "check": (CheckDocument,),
    "status": (StatusDocument,),
    "findings": (FindingsDocument,),
    "show": (FindingsDocument, ContactDocument),
    "accept": (AcceptedDocument, TakenBackDocument),
    "guard": (GuardDocument, GuardedListDocument),
    "expect": (ExpectDocument,),
    "restore": (RestoreDocument, RestoresDocument, ImportFileDocument),
    "history": (HistoryDocument,),
    "source rename": (RenamedDocument,),
    "household list": (HouseholdsDocument,),
    "diff": (FindingsDocument, ExplainedDocument),
    "verify": (VerifiedDocument, VerifiedEvidenceDocument),
    "rules": (RulesDocument,),
    "doctor": (DoctorDocument,),
    "discover": (DiscoveredDocument,),
}
"""What each command may print with `--json`."""

API: Final[Mapping[str, tuple[type[Document], ...]]] = {
    "/api/status": (StatusDocument,),
    "/api/events": (EventsPageDocument,),
    "/api/events/{event}": (FindingsDocument,),
}
"""What each path of the page's API answers with."""


def plain(value: Any) -> Any:
    """A document as what `json` writes."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
        case Mapping():
            return {key: plain(entry) for key, entry in value.items()}
        case list() | tuple():
            return [plain(entry) for entry in value]
        case _:
            return value
