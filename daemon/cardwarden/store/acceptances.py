"""What was accepted when and why, what that did to each card's baseline, and what was taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from cardwarden.phrases.phrase import Phrase, Value, phrase
from cardwarden.store import covered
from cardwarden.store import tables as t
from cardwarden.store.batches import batches


@dataclass(frozen=True, slots=True)
class BaselineMove:
    """A card's accepted body (SHA-256, None for none) before and after an acceptance."""

    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One acceptance as far as it still stands: ids of its findings, and what it did to which card (by its id).

    `who` accepted, or had said that changes were to come; "" if that is not known.
    """

    id: int
    at: datetime
    who: Value
    why: Value
    findings: tuple[int, ...]
    moves: Mapping[int, BaselineMove]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """When, by whom and why an acceptance was taken back; `who` is "" if that is not known."""

    at: datetime
    who: Value
    why: Value

    @property
    def said(self) -> Phrase:
        """That it was taken back, and by whom."""
        return phrase("undone-by", who=self.who) if self.who else phrase("why-undone")


@dataclass(frozen=True, slots=True)
class Decision:
    """When and by whom findings were accepted (`who` as for `Acceptance`), and what became of it: None if that stands."""

    at: datetime
    who: Value
    undone: TakenBack | None


def record(
    connection: Connection,
    findings: Iterable[int],
    moves: Mapping[int, BaselineMove],
    at: datetime,
    why: Value,
    *,
    who: Value = "",
) -> int:
    """Record that findings were accepted; gives the acceptance's id."""
    made = insert(t.acceptances).values(at=at, who=who, why=why).returning(t.acceptances.c.id)
    acceptance = int(connection.scalars(made).one())
    accepted = list(findings)
    rows = [
        {"acceptance_id": acceptance, "finding_id": finding, "undone_who": "", "undone_why": ""} for finding in accepted
    ]
    if rows:
        connection.execute(insert(t.acceptance_findings), rows)
    cards = [
        {"acceptance_id": acceptance, "card_id": card, "before": move.before, "after": move.after}
        for card, move in moves.items()
    ]
    if cards:
        connection.execute(insert(t.acceptance_cards), cards)
    covered.cover(
        connection,
        {
            t.acceptances: [acceptance],
            t.acceptance_findings: [(acceptance, finding) for finding in accepted],
            t.acceptance_cards: [(acceptance, card) for card in moves],
        },
    )
    return acceptance


def standing(connection: Connection, findings: Iterable[int] | None = None) -> list[Acceptance]:
    """The acceptances of these findings that were not taken back, the latest first; without `findings` the last one."""
    a, f, c = t.acceptances.c, t.acceptance_findings.c, t.acceptance_cards.c
    stands = select(f.acceptance_id).where(f.undone_at.is_(None))
    ids: set[int] = set()
    if findings is None:
        ids.update(connection.scalars(stands.order_by(f.acceptance_id.desc()).limit(1)))
    else:
        for batch in batches(findings):
            ids.update(connection.scalars(stands.where(f.finding_id.in_(batch))))
    acceptances: list[Acceptance] = []
    for row in sorted(ids, reverse=True):
        at, who, why = connection.execute(select(a.at, a.who, a.why).where(a.id == row)).one()
        accepted = connection.scalars(
            select(f.finding_id).where(f.acceptance_id == row, f.undone_at.is_(None)).order_by(f.finding_id)
        ).all()
        moves = connection.execute(select(c.card_id, c.before, c.after).where(c.acceptance_id == row))
        acceptances.append(
            Acceptance(row, at, who, why, tuple(accepted), {card: BaselineMove(*move) for card, *move in moves})
        )
    return acceptances


def decisions(connection: Connection, findings: Iterable[int]) -> list[Decision]:
    """Every time that some of these findings were accepted, also what was taken back since, the oldest first."""
    a, f = t.acceptances.c, t.acceptance_findings.c
    query = (
        select(a.id, a.at, a.who, f.undone_at, f.undone_who, f.undone_why)
        .join(t.acceptance_findings, f.acceptance_id == a.id)
        .distinct()
    )
    known: dict[tuple[int, datetime | None], Decision] = {}
    for batch in batches(findings):
        for number, at, who, undone_at, undone_who, undone_why in connection.execute(
            query.where(f.finding_id.in_(batch))
        ):
            undone = TakenBack(undone_at, undone_who, undone_why) if undone_at else None
            known[number, undone_at] = Decision(at, who, undone)
    return sorted(known.values(), key=lambda decision: decision.at)


def who_decided(connection: Connection, findings: Iterable[int]) -> dict[tuple[int, datetime, bool], Value]:
    """Who accepted findings and who took that back, by finding, time, and whether it was taken back then."""
    a, f = t.acceptances.c, t.acceptance_findings.c
    query = select(f.finding_id, a.at, a.who, f.undone_at, f.undone_who).join(t.acceptances, a.id == f.acceptance_id)
    by: dict[tuple[int, datetime, bool], Value] = {}
    for batch in batches(findings):
        for finding, at, who, undone_at, undone_who in connection.execute(query.where(f.finding_id.in_(batch))):
            by[finding, at, False] = who
            if undone_at:
                by[finding, undone_at, True] = undone_who
    return by


def undo(
    connection: Connection, acceptance: int, findings: Iterable[int], at: datetime, why: Value, *, who: Value = ""
) -> None:
    """Record that findings of an acceptance were taken back."""
    f = t.acceptance_findings.c
    undone = list(findings)
    for batch in batches(undone):
        connection.execute(
            update(t.acceptance_findings)
            .where(f.acceptance_id == acceptance, f.finding_id.in_(batch), f.undone_at.is_(None))
            .values(undone_at=at, undone_who=who, undone_why=why)
        )
    there = select(f.finding_id).where(f.acceptance_id == acceptance, f.undone_at == at)
    covered.cover(connection, {t.acceptance_findings: [(acceptance, key) for key in connection.scalars(there)]})
