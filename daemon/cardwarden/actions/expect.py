"""Expect: for a while the changes of a source pass as accepted, unless no owner makes them by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cardwarden.clock import Clock
from cardwarden.detect.baseline import Reconciled
from cardwarden.detect.finding import Finding, FindingKind, Severity, State
from cardwarden.detect.judge import events_of
from cardwarden.phrases.phrase import Value, phrase
from cardwarden.store import acceptances, expectations
from cardwarden.store import accepted as accepted_store
from cardwarden.store import findings as finding_store
from cardwarden.store.acceptances import BaselineMove
from cardwarden.store.engine import Connection, Store
from cardwarden.store.expectations import Expectation


@dataclass(frozen=True, slots=True)
class Expected:
    """The findings of a check that pass because they were expected, by whom ("" if not known), and the owner's reason."""

    findings: tuple[Finding, ...] = ()
    who: Value = ""
    why: Value = ""

    @property
    def keys(self) -> frozenset[str]:
        """The cards they are about."""
        return frozenset(finding.card.key for finding in self.findings if finding.card)


def expect(
    store: Store, source: str, length: timedelta, clock: Clock, *, why: Value = "", who: Value = ""
) -> Expectation:
    """From now on, and for that long, what a check of a source sees is expected; `who` says so."""
    now = clock.now()
    expectation = Expectation(source, now, now + length, who, why)
    with store.write() as connection:
        expectations.add(connection, expectation)
    return expectation


def let_pass(connection: Connection, source: str, at: datetime, result: Reconciled) -> tuple[Reconciled, Expected]:
    """What stays of a check's result, and what passes because changes are expected at that time.

    What no owner does by hand stays if it is critical (`Finding.by_owner`), and so does what is no change: a hazard that the
    card had before, a condition of the book.
    """
    expectation = expectations.current(connection, source, at)
    if expectation is None:
        return result, Expected()
    passing: list[Finding] = []
    staying: list[Finding] = []
    for finding in result.opened:
        (passing if _may_pass(finding) else staying).append(finding)
    why = phrase("why-expected-because", why=expectation.why) if expectation.why else phrase("why-expected")
    return replace(result, opened=tuple(staying)), Expected(tuple(passing), expectation.who, why)


def _may_pass(finding: Finding) -> bool:
    of_a_card = finding.kind in {FindingKind.DEVIATION, FindingKind.HAZARD}
    plain = finding.severity < Severity.CRITICAL or finding.by_owner is not None
    return of_a_card and plain and not finding.already


def record(
    connection: Connection,
    book_id: int,
    check_id: int,
    expected: Expected,
    moves: Mapping[int, BaselineMove],
    at: datetime,
) -> None:
    """Record what passed as accepted, so that it is listed and can be taken back; nobody is told."""
    ids: list[int] = []
    for event in events_of(expected.findings):
        states = [State.ACCEPTED] * len(event.findings)
        ids += finding_store.add_event(connection, book_id, check_id, event, states, at, expected.why)[1]
    if ids:
        accepted_store.accept_values(connection, book_id, expected.findings, at)
        acceptances.record(connection, ids, moves, at, expected.why, who=expected.who)
