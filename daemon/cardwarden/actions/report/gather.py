"""Gather what the history says about findings, or about one contact over a time, as evidence for somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cardwarden.actions.report.evidence import ChainState, ContactRecord, Evidence, Exhibit, Sighting
from cardwarden.errors import UsageError
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.progress import SILENT, Progress, Work, counted
from cardwarden.store import acceptances as acceptance_store
from cardwarden.store import bodies as body_store
from cardwarden.store import books as book_store
from cardwarden.store import chain, verification
from cardwarden.store import checks as check_store
from cardwarden.store import restores as restore_store
from cardwarden.store import versions as version_store
from cardwarden.store.acceptances import Acceptance, TakenBack
from cardwarden.store.cards import FoundCard
from cardwarden.store.checks import StoredCheck
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredFinding
from cardwarden.store.restores import Restore
from cardwarden.store.versions import StoredVersion
from cardwarden.store.writings import writing_of
from cardwarden.vcard.canonical import facts_of
from cardwarden.vcard.card import Card, Property
from cardwarden.vcard.content import properties_of, read_card, split_book, whole_text
from cardwarden.vcard.encoding import charset_of, charsets_of, narrowed
from cardwarden.vcard.index import index_card

RegionOf = Callable[[str], str]
"""The region of a source's numbers."""

CHAIN = "chain.txt"
_ALWAYS = frozenset({"VERSION", "N", "FN", "PRODID", "REV"})


def findings_evidence(
    connection: Connection,
    findings: Sequence[StoredFinding],
    region_of: RegionOf,
    at: datetime,
    voice: Voice,
    *,
    redact: bool = False,
    progress: Progress = SILENT,
) -> Evidence:
    """What the history says of findings: both versions of each card, when they were seen, and what wrote them."""
    gathering = _Gathering(connection, redact)
    concerned: dict[tuple[int, str], set[str]] = {}
    for stored in findings:
        if stored.finding.card:
            concerned.setdefault((stored.book_id, stored.finding.card.key), set()).add(stored.finding.prop)
    exhibits = []
    for stored in counted(findings, progress, Work.PAGES, len(findings)):
        fields = concerned.get((stored.book_id, stored.finding.card.key), set()) if stored.finding.card else set()
        exhibits.append(gathering.exhibit(stored, fields, region_of(stored.source)))
    state = gathering.chain()
    return Evidence(at, redact, voice, state, gathering.files, exhibits=tuple(exhibits))


def card_evidence(
    connection: Connection,
    card: FoundCard,
    since: datetime,
    until: datetime,
    region_of: RegionOf,
    at: datetime,
    voice: Voice,
    *,
    redact: bool = False,
    progress: Progress = SILENT,
) -> Evidence:
    """What a contact's numbers were at every check of a time. Raises UsageError if there was no check in it."""
    gathering, region = _Gathering(connection, redact), region_of(card.source)
    book = book_store.find_book(connection, card.source, card.book)
    runs = check_store.checks_between(connection, book.id, since, until) if book else []
    read = [run for run in runs if run.outcome.is_conclusive]
    if not read:
        raise UsageError(phrase("error-no-check-in-that-time", command=Code("cardwarden history")))
    versions = [
        version
        for version in version_store.versions(connection, card.card.id)
        if version.since <= until and (version.until is None or version.until > since)
    ]
    usual = book.charset if book else ""
    sightings = tuple(
        gathering.sighting(version, card.card.id, {"TEL"}, region, usual, with_numbers=True)
        for version in counted(versions, progress, Work.PAGES, len(versions))
    )
    newest = body_store.body(connection, versions[-1].digest) if versions else b""
    record = ContactRecord(
        name=index_card(next(split_book(newest)), "", 0, region, usual).name if newest else "",
        uid=_first(properties_of(newest, charset_of(newest, region, usual)), "UID") or "",
        source=card.source,
        book=card.title,
        since=since,
        until=until,
        first_check=read[0].first_at,
        last_check=read[-1].last_at,
        checks=sum(run.times for run in read),
        inconclusive=sum(run.times for run in runs if not run.outcome.is_conclusive),
        absent=_absent(read, versions),
        sightings=sightings,
    )
    state = gathering.chain()
    return Evidence(at, redact, voice, state, gathering.files, contact=record)


def _absent(read: Sequence[StoredCheck], versions: Sequence[StoredVersion]) -> int:
    """At how many checks the card was not there."""
    there = [(version.since, version.until) for version in versions]
    return sum(
        run.times
        for run in read
        if not any(since <= run.first_at and (end is None or run.first_at < end) for since, end in there)
    )


@dataclass
class _Gathering:
    """Collects the files of the archive while it is asked what the history says."""

    connection: Connection
    redact: bool
    files: dict[str, bytes] = field(default_factory=dict)

    def chain(self) -> ChainState:
        """The chain as it is now; it becomes a file."""
        lines = chain.lines(self.connection)
        self.files[CHAIN] = "".join(f"{digest} {covers}\n" for digest, covers in lines).encode("ascii")
        fits = verification.verify(self.connection).flaw is None
        return ChainState(lines[-1][0] if lines else "", len(lines), fits)

    def exhibit(self, stored: StoredFinding, fields: set[str], region: str) -> Exhibit:
        """A finding with both versions of its card; redacted, of these only `fields` are kept."""
        before, after = self._sides(stored)
        usual = book_store.charset(self.connection, stored.book_id)
        first = self.sighting(before, stored.card_id, fields, region, usual, beside=after) if before else None
        second = self.sighting(after, stored.card_id, fields, region, usual, beside=before) if after else None
        return Exhibit(
            stored,
            self._uid(after or before),
            first,
            second,
            self._accepted(stored),
            self._taken_back(stored),
            self._restores(stored),
        )

    def sighting(
        self,
        version: StoredVersion,
        card_id: int | None,
        fields: Iterable[str],
        region: str,
        usual: str,
        *,
        beside: StoredVersion | None = None,
        with_numbers: bool = False,
    ) -> Sighting:
        """One version of a card; its bytes become a file. What it is `beside` helps to read it, as in a check.

        `region` and `usual` as for `charset_of`.
        """
        data = body_store.body(self.connection, version.digest)
        other = body_store.body(self.connection, beside.digest) if beside else data
        charset, _ = charsets_of(data, other, region, usual)
        properties = properties_of(data, charset)
        kept = _excerpt(data, properties, {*fields, *_ALWAYS}) if self.redact else data
        name = f"cards/{version.digest[:16]}.vcf"
        if self.files.get(name, kept) != kept:  # another finding of the same version keeps other fields
            name = f"cards/{version.digest[:16]}-{len(self.files)}.vcf"
        self.files[name] = kept
        return Sighting(
            file=name,
            sha256=version.digest,
            first_seen=version.since,
            last_seen=version.last,
            until=version.until,
            checks=version.times,
            software=_first(properties, "PRODID"),
            revised=_first(properties, "REV"),
            written=writing_of(self.connection, card_id, version.from_check) if card_id is not None else None,
            card=kept,
            text=whole_text(kept, charset),
            numbers=_numbers(data, charset, region) if with_numbers else None,
        )

    def _sides(self, stored: StoredFinding) -> tuple[StoredVersion | None, StoredVersion | None]:
        """The version before the one with which the finding opened, and that one; None if there is none."""
        versions = version_store.versions(self.connection, stored.card_id) if stored.card_id is not None else []
        after = next((version for version in reversed(versions) if version.since <= stored.opened_at), None)
        if after is None:
            return None, None
        if after.until is not None and after.until <= stored.opened_at:
            return after, None  # it was gone by then
        earlier = [
            version for version in versions if version.from_check < after.from_check and version.digest != after.digest
        ]
        return (earlier[-1] if earlier else None), after

    def _uid(self, version: StoredVersion | None) -> str:
        """As the card's bytes say it: the chain answers for them, not for the index."""
        if version is None:
            return ""
        return _first(properties_of(body_store.body(self.connection, version.digest)), "UID") or ""

    def _accepted(self, stored: StoredFinding) -> Acceptance | None:
        return next(iter(acceptance_store.standing(self.connection, [stored.id])), None)

    def _taken_back(self, stored: StoredFinding) -> tuple[TakenBack, ...]:
        decisions = acceptance_store.decisions(self.connection, [stored.id])
        return tuple(decision.undone for decision in decisions if decision.undone)

    def _restores(self, stored: StoredFinding) -> tuple[Restore, ...]:
        """What put the finding's card back since it opened."""
        restores = restore_store.of_cards(self.connection, [stored.card_id]) if stored.card_id is not None else []
        return tuple(restore for restore in restores if restore.at >= stored.opened_at)


def _numbers(data: bytes, charset: str, region: str) -> tuple[str, ...]:
    """A card's telephone numbers as they are written. `charset` as for `read_card`."""
    card = read_card(next(split_book(data)), charset)
    return tuple(fact.text for fact in facts_of(card, region) if fact.name == "TEL") if isinstance(card, Card) else ()


def _first(properties: Sequence[Property], name: str) -> str | None:
    return next((prop.value for prop in properties if prop.name == name), None)


def _excerpt(data: bytes, properties: Sequence[Property], fields: set[str]) -> bytes:
    """The lines of a card that are concerned, between BEGIN and END; those of UTF-16 as UTF-8."""
    data = narrowed(data)
    kept = b"".join(data[prop.start : prop.end] for prop in properties if prop.name in fields)
    return b"BEGIN:VCARD\r\n" + kept + b"END:VCARD\r\n"
