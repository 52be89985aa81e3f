"""Gather what the history says about findings, or about one contact over a time, as evidence for somebody else."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cardwarden import __version__
from cardwarden.actions.new_files import new_files
from cardwarden.actions.report_page import page
from cardwarden.actions.verify import MANIFEST
from cardwarden.errors import RefusedError, UsageError
from cardwarden.phrases.language import Voice
from cardwarden.progress import SILENT, Progress, Work, counted
from cardwarden.store import acceptances as acceptance_store
from cardwarden.store import bodies as body_store
from cardwarden.store import books as book_store
from cardwarden.store import chain, verification
from cardwarden.store import checks as check_store
from cardwarden.store import restores as restore_store
from cardwarden.store import versions as version_store
from cardwarden.store.cards import FoundCard
from cardwarden.store.checks import StoredCheck
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredFinding
from cardwarden.store.versions import StoredVersion
from cardwarden.text import plural
from cardwarden.vcard.canonical import facts_of
from cardwarden.vcard.card import Card, Property
from cardwarden.vcard.content import lines_of, read_card, split_book
from cardwarden.vcard.index import index_card

RegionOf = Callable[[str], str]
"""The region of a source's numbers."""

_LONGEST = 4_000  # columns of a value: as much as a finding keeps
_ALWAYS = frozenset({"VERSION", "N", "FN", "PRODID", "REV"})
_STILL = (1980, 1, 1, 0, 0, 0)  # every file of an archive has this time: the same evidence is the same bytes


@dataclass
class Evidence:
    """What goes into the archive: what is said of findings and contacts (JSON values), and the raw vCards by file name."""

    made_at: datetime
    redacted: bool
    voice: Voice
    findings: list[dict[str, Any]] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    chain: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def as_json(self) -> dict[str, Any]:
        return {
            "made_at": self.made_at.isoformat(),
            "made_with": f"cardwarden {__version__}",
            "redacted": self.redacted,
            "chain": self.chain,
            "findings": self.findings,
            "contacts": self.contacts,
        }


def of_findings(
    connection: Connection,
    found: Sequence[StoredFinding],
    at: datetime,
    voice: Voice,
    *,
    redact: bool = False,
    progress: Progress = SILENT,
) -> Evidence:
    """What the history says of findings: both versions of each card, when they were seen, and what wrote them."""
    evidence = _begun(connection, at, voice, redact=redact)
    concerned: dict[tuple[int, str], set[str]] = {}
    for one in found:
        if one.finding.card:
            concerned.setdefault((one.book_id, one.finding.card.key), set()).add(one.finding.prop)
    for one in counted(found, progress, Work.PAGES, len(found)):
        fields = concerned.get((one.book_id, one.finding.card.key), set()) if one.finding.card else set()
        evidence.findings.append(_finding(connection, evidence, one, fields))
    return evidence


def of_card(
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
    """What a contact's numbers were at every check of a time. Raises UsageError where there was no check in it."""
    evidence = _begun(connection, at, voice, redact=redact)
    book = book_store.find_book(connection, card.source, card.book)
    runs = check_store.checks_between(connection, book.id, since, until) if book else []
    read = [run for run in runs if run.outcome.is_conclusive]
    if not read:
        raise UsageError("There was no check in that time that could read the book. See: cardwarden history")
    versions = [
        version
        for version in version_store.versions(connection, card.card.id)
        if version.since <= until and (version.until is None or version.until > since)
    ]
    said = [
        _said(connection, evidence, version, region_of(card.source))
        for version in counted(versions, progress, Work.PAGES, len(versions))
    ]
    absent = _absent(read, versions)
    numbers = [tuple(number["value"] for number in one["numbers"]) for one in said]
    newest = body_store.body(connection, versions[-1].digest) if versions else b""
    evidence.contacts.append(
        {
            "name": _name(newest, region_of(card.source)),
            "uid": _first(lines_of(newest), "UID") or "",
            "source": card.source,
            "book": card.title,
            "from": since.isoformat(),
            "to": until.isoformat(),
            "first_check": read[0].first_at.isoformat(),
            "last_check": read[-1].last_at.isoformat(),
            "checks": sum(run.times for run in read),
            "inconclusive": sum(run.times for run in runs if not run.outcome.is_conclusive),
            "absent_at": absent,
            "constant": bool(said) and not absent and len(set(numbers)) == 1,
            "versions": said,
        }
    )
    return evidence


def _begun(connection: Connection, at: datetime, voice: Voice, *, redact: bool) -> Evidence:
    evidence = Evidence(at, redact, voice)
    lines = chain.lines(connection)
    evidence.files["chain.txt"] = "".join(f"{digest} {covers}\n" for digest, covers in lines).encode("ascii")
    evidence.chain = {
        "head": lines[-1][0] if lines else "",
        "links": len(lines),
        "fits": verification.verify(connection).flaw is None,
    }
    return evidence


def _absent(read: Sequence[StoredCheck], versions: Sequence[StoredVersion]) -> int:
    """At how many checks the card was not there."""
    there = [(version.since, version.until) for version in versions]
    return sum(
        run.times
        for run in read
        if not any(since <= run.first_at and (end is None or run.first_at < end) for since, end in there)
    )


def _said(connection: Connection, evidence: Evidence, version: StoredVersion, region: str) -> dict[str, Any]:
    data = body_store.body(connection, version.digest)
    read = read_card(next(split_book(data)))
    numbers = [fact.text for fact in facts_of(read, region) if fact.name == "TEL"] if isinstance(read, Card) else []
    return {
        **_version(evidence, version, data, {"TEL"}),
        "numbers": [{"value": number, "plus": number.strip().startswith(("+", "＋"))} for number in numbers],
    }


def _finding(connection: Connection, evidence: Evidence, found: StoredFinding, fields: set[str]) -> dict[str, Any]:
    finding, card = found.finding, found.finding.card
    before, after = _sides(connection, found)
    voice = evidence.voice
    return {
        "id": found.id,
        "event": f"e{found.event_id}",
        "rule": finding.rule,
        "kind": finding.kind.value,
        "severity": finding.severity.word,
        "title": voice.title(finding.title),
        "explanation": voice.title(finding.explanation) if finding.explanation else "",
        "source": found.source,
        "book": found.title,
        "contact": {"name": card.name, "uid": _uid(connection, after or before)} if card else None,
        "field": finding.prop,
        "field_label": voice.field(finding.prop) if finding.prop else "",
        "before": None if finding.before is None else voice.value(finding.before, width=_LONGEST),
        "after": None if finding.after is None else voice.value(finding.after, width=_LONGEST),
        "state": found.state.value,
        "opened_at": found.opened_at.isoformat(),
        "closed_at": found.closed_at.isoformat() if found.closed_at else None,
        "accepted": _accepted(connection, found),
        "restores": _restores(connection, found),
        "versions": {
            side: _version(evidence, one, body_store.body(connection, one.digest), fields) if one else None
            for side, one in (("before", before), ("after", after))
        },
    }


def _accepted(connection: Connection, found: StoredFinding) -> dict[str, str] | None:
    standing = acceptance_store.standing(connection, [found.id])
    return {"at": standing[0].at.isoformat(), "who": standing[0].who, "why": standing[0].why} if standing else None


def _restores(connection: Connection, found: StoredFinding) -> list[dict[str, str]]:
    """When the finding's card was put back since it opened, and by whom."""
    if found.card_id is None:
        return []
    restores = restore_store.of_cards(connection, [found.card_id])
    return [{"at": one.at.isoformat(), "who": one.who} for one in restores if one.at >= found.opened_at]


def _sides(connection: Connection, found: StoredFinding) -> tuple[StoredVersion | None, StoredVersion | None]:
    """What the card said when the finding opened, and the version before that; None where there is none."""
    versions = version_store.versions(connection, found.card_id) if found.card_id is not None else []
    after = next((one for one in reversed(versions) if one.since <= found.opened_at), None)
    if after is None:
        return None, None
    if after.until is not None and after.until <= found.opened_at:
        return after, None  # it was gone by then
    earlier = [one for one in versions if one.from_check < after.from_check and one.digest != after.digest]
    return (earlier[-1] if earlier else None), after


def _version(evidence: Evidence, version: StoredVersion, data: bytes, fields: Iterable[str]) -> dict[str, Any]:
    """What is said of one version of a card; its bytes become a file of the evidence."""
    lines = lines_of(data)
    name = f"cards/{version.digest[:16]}.vcf"
    kept = _excerpt(data, lines, {*fields, *_ALWAYS}) if evidence.redacted else data
    if name in evidence.files and evidence.files[name] != kept:
        name = f"cards/{version.digest[:16]}-{len(evidence.files)}.vcf"
    evidence.files[name] = kept
    return {
        "file": name,
        "sha256": version.digest,
        "first_seen": version.since.isoformat(),
        "last_seen": version.last.isoformat(),
        "until": version.until.isoformat() if version.until else None,
        "checks": version.times,
        "software": _first(lines, "PRODID"),
        "revised": _first(lines, "REV"),
        "vcard": kept.decode("utf-8", "replace"),
    }


def _uid(connection: Connection, version: StoredVersion | None) -> str:
    """As the card's bytes say it: the chain answers for them, not for the index."""
    return (_first(lines_of(body_store.body(connection, version.digest)), "UID") or "") if version else ""


def _name(data: bytes, region: str) -> str:
    return index_card(next(split_book(data)), "", 0, region).name if data else ""


def _first(lines: Sequence[Property], name: str) -> str | None:
    return next((line.value for line in lines if line.name == name), None)


def _excerpt(data: bytes, lines: Sequence[Property], fields: set[str]) -> bytes:
    """The lines of a card that are concerned, between BEGIN and END."""
    kept = b"".join(data[line.start : line.end] for line in lines if line.name in fields)
    return b"BEGIN:VCARD\r\n" + kept + b"END:VCARD\r\n"


def write(evidence: Evidence, out: Path, progress: Progress = SILENT) -> None:
    """Write the archive, readable by its owner alone; it has the sums of its files in SHA256SUMS.

    Raises RefusedError where the file is there already, UsageError where it cannot be written.
    """
    files = {
        "report.html": page(evidence.as_json, evidence.voice).encode("utf-8"),
        "report.json": json.dumps(evidence.as_json, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace"),
        **evidence.files,
    }
    files[MANIFEST] = "".join(_sums(files)).encode("ascii")
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in counted(files.items(), progress, Work.WRITING, len(files)):
            one = zipfile.ZipInfo(name, _STILL)
            one.compress_type = zipfile.ZIP_DEFLATED
            one.external_attr = 0o600 << 16
            archive.writestr(one, data)
    try:
        with new_files() as made:
            made.file(out, whole.getvalue())
    except FileExistsError as error:
        raise RefusedError(f"{out} is there already and was left as it is. Name a new file.") from error
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.") from error


def _sums(files: dict[str, bytes]) -> Iterator[str]:
    for name, data in sorted(files.items()):
        yield f"{hashlib.sha256(data).hexdigest()}  {name}\n"


def summary(evidence: Evidence) -> str:
    """What is in it, in a few words."""
    if evidence.contacts:
        return f"1 contact at {plural(evidence.contacts[0]['checks'], 'check')}"
    return plural(len(evidence.findings), "finding")
