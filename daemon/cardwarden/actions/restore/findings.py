"""Findings are put back: their own lines of a card, or all of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from cardwarden.actions.judging import guarded_in, judged_as_stored
from cardwarden.actions.restore.drift import of_drifts
from cardwarden.actions.restore.left import whole_card, why_not
from cardwarden.actions.restore.plan import Plan, RestoreStep, repaired, restored_findings
from cardwarden.actions.terms import Judging, JudgingOf
from cardwarden.detect.finding import Finding, FindingKind, State
from cardwarden.detect.guarded import Guarded
from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.store import books as book_store
from cardwarden.store import chain
from cardwarden.store import findings as finding_store
from cardwarden.store.books import StoredBook
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredFinding
from cardwarden.writers.writer import CardLocation


def plans_of_findings(
    connection: Connection, ids: Iterable[int], judging_of: JudgingOf, made: Iterable[Plan] = ()
) -> Iterator[Plan]:
    """What would put back findings, by their ids, book by book; `made` are plans from before, of which one is given back that
    would be made of the same. Raises RefusedError if that cannot be said.
    """
    made_before = {plan.made_of: plan for plan in made if plan.made_of}
    order = {number: place for place, number in enumerate(ids)}
    findings = sorted(finding_store.find_findings(connection, order), key=lambda stored: order[stored.id])
    by_book: dict[int, list[StoredFinding]] = {}
    for stored in findings:
        by_book.setdefault(stored.book_id, []).append(stored)
    for of_book in by_book.values():
        book = book_store.find_book(connection, of_book[0].source, of_book[0].book)
        if not book:
            continue
        drifted = [stored for stored in of_book if stored.finding.kind is FindingKind.DRIFT]
        if drifted and len(drifted) < len(of_book):
            of_copy = " ".join(str(stored.id) for stored in drifted)
            raise RefusedError(phrase("error-restore-mixed", command=Code(f"cardwarden restore {of_copy}")))
        if drifted:
            yield of_drifts(connection, book, drifted, judging_of)
        else:
            yield _of_findings_in(connection, book, of_book, judging_of(book.source).of_book(book), made_before)


def _of_findings_in(
    connection: Connection,
    book: StoredBook,
    findings: Sequence[StoredFinding],
    judging: Judging,
    made: Mapping[str, Plan],
) -> Plan:
    """What would put back findings of one book. Raises RefusedError if it has to be checked first."""
    what = restored_findings(findings)
    left = [reason for stored in findings if (reason := why_not(stored))]
    waiting = [stored for stored in findings if stored.state is State.OPEN and not why_not(stored)]
    already = sum(stored.state is State.RESOLVED for stored in findings)
    keys = {stored.finding.card.key for stored in waiting if stored.finding.card}
    if not keys:
        return Plan(book, what, (), already, tuple(left))
    if book.judged_with != judging.settings_digest:
        raise RefusedError(
            phrase(
                "error-judged-otherwise",
                source=book.source,
                command=Code(f"cardwarden check --source {book.source}"),
            )
        )

    guarded = guarded_in(connection, book.id, judging)
    made_of = _digest_of(book, judging, findings, guarded, chain.head(connection))
    if made_of in made:
        return made[made_of]
    stored = judged_as_stored(connection, book.id, judging, keys)
    live = {finding.fingerprint: finding for finding in stored.findings}
    chosen: dict[str, list[Finding]] = {}
    repairs: list[int] = []
    for stored_finding in waiting:
        finding = live.get(stored_finding.finding.fingerprint)
        if finding is None or finding.card is None:
            already += 1
        elif not finding.whole_card and not finding.changes:
            left.append(phrase("left-no-line", id=str(stored_finding.id), command=whole_card(stored_finding)))
        else:
            chosen.setdefault(finding.card.key, []).append(finding)
            repairs.append(stored_finding.id)
    steps: list[RestoreStep] = []
    for row in stored.rows:
        if row.entry.key in chosen:
            there = stored.bodies(row.entry.digest) if row.present else None
            was = stored.bodies(row.base) if row.base else None
            wanted = repaired(there, was, chosen[row.entry.key], judging)
            if wanted != there:
                place = CardLocation(book.book, row.entry.href, row.entry.ordinal)
                steps.append(RestoreStep(row, place, there, wanted, row.base))
    return Plan(book, what, tuple(steps), already, tuple(left), tuple(repairs), made_of)


def _digest_of(
    book: StoredBook, judging: Judging, findings: Iterable[StoredFinding], guarded: Guarded, head: str
) -> str:
    """A digest of what a plan is made of; what cards say and are held to stands in it by the chain's `head`."""
    content = hashlib.sha256()
    for part in (book, judging.settings_digest, judging.usual, guarded, head, *findings):
        content.update(repr(part).encode("utf-8") + b"\n")
    return content.hexdigest()
