"""A copy that follows its origin: what it says now the origin says, too, so nobody is asked about it twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cardwarden.actions.terms import Judging
from cardwarden.detect.baseline import Reconciled
from cardwarden.detect.finding import Finding, FindingKind, Severity
from cardwarden.store import accepted as accepted_store
from cardwarden.store import bodies as body_store
from cardwarden.store import findings as finding_store
from cardwarden.store import mirrors as mirror_store
from cardwarden.store.engine import Connection
from cardwarden.vcard.canonical import facts_of
from cardwarden.vcard.card import Card
from cardwarden.vcard.content import RawCard, read_card
from cardwarden.vcard.encoding import charset_of


def let_follow(
    connection: Connection, book_id: int | None, rows: dict[str, int], result: Reconciled, judging: Judging
) -> Reconciled:
    """The result of a check of a copy, in which what makes it say what its origin says is recorded only.

    A hazard that the origin has, too, is not in it: it is the origin's check that tells it, and there it is put right.
    `rows` are the rows of the book's cards by their keys. Of a book that is nobody's copy the result stays as it is.
    """
    wanted = {rows[f.card.key] for f in result.opened if f.card and f.card.key in rows}
    if book_id is None or not wanted:
        return result
    origins = mirror_store.origins_of(connection, book_id, wanted)
    if not origins:
        return result
    said: dict[int, frozenset[tuple[str, str]]] = {}
    staying: list[Finding] = []
    following: list[Finding] = []
    for finding in result.opened:
        row = rows.get(finding.card.key) if finding.card else None
        if row is not None and row in origins and row not in said:
            digest, usual = origins[row]
            said[row] = said_by(connection, digest, judging.region, usual, judging.ignore)
        if row not in said or not _follows(finding, said[row], is_gone=origins[row][0] is None):
            staying.append(finding)
        elif finding.kind is FindingKind.DEVIATION:
            following.append(replace(finding, severity=Severity.INFO))
    return replace(result, opened=tuple(staying), passed=(*result.passed, *following))


def let_drift_tell(connection: Connection, book_id: int | None, result: Reconciled) -> Reconciled:
    """The result of a check of a copy without hazards that an open or accepted drift speaks of: it says more."""
    if book_id is None or not any(finding.kind is FindingKind.HAZARD for finding in result.opened):
        return result
    drifting = {
        replace(stored.finding, kind=FindingKind.HAZARD).accepted_key
        for stored in finding_store.open_findings(connection, book_id)
        if stored.finding.kind is FindingKind.DRIFT
    }
    right = accepted_store.accepted_keys(connection, book_id)
    opened = tuple(
        finding
        for finding in result.opened
        if finding.kind is not FindingKind.HAZARD
        or (finding.accepted_key not in drifting and replace(finding, kind=FindingKind.DRIFT).accepted_key not in right)
    )
    return replace(result, opened=opened)


def said_by(
    connection: Connection, digest: str | None, region: str, usual: str, ignore: frozenset[str] = frozenset()
) -> frozenset[tuple[str, str]]:
    """What a card says, by its digest (None: there is none): properties and meanings. `usual` as for `charset_of`."""
    if digest is None:
        return frozenset()
    data = body_store.body(connection, digest)
    card = read_card(RawCard(data), charset_of(data, region, usual))
    if not isinstance(card, Card):
        return frozenset()
    return frozenset((fact.name, fact.meaning) for fact in facts_of(card, region, ignore))


def _follows(finding: Finding, said: Iterable[tuple[str, str]], *, is_gone: bool) -> bool:
    """Whether all that a finding tells is what the origin says."""
    if finding.kind is FindingKind.HAZARD:
        return bool(finding.meaning) and (finding.prop, finding.meaning) in said
    if finding.kind is not FindingKind.DEVIATION:
        return False
    if finding.whole_card or not finding.changes:
        return is_gone and finding.after is None
    return all(
        (change.name, change.after.meaning) in said
        if change.after is not None
        else change.before is not None and not is_gone and (change.name, change.before.meaning) not in said
        for change in finding.changes
    )
