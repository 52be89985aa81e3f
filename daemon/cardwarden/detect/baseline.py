"""Open findings and new ones become opened, persisting, changed and resolved; and what each card is held to from now on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange
from cardwarden.vcard.canonical import facts_of
from cardwarden.vcard.card import Bodies, Card
from cardwarden.vcard.content import RawCard, read_card
from cardwarden.vcard.diff import diff_facts
from cardwarden.vcard.patch import put_back


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a check makes of its findings.

    opened   new findings of `hold_at` and above, waiting for their owner from now on
    passed   new findings below it: recorded, and the baseline moves on
    changed  open ones (by id) that are other than they were: the value changed again
    resolved ids of open ones that are no more
    standing open ones (by id) that are as they were
    """

    opened: tuple[Finding, ...]
    passed: tuple[Finding, ...]
    changed: Mapping[int, Finding]
    resolved: tuple[int, ...]
    standing: Mapping[int, Finding]

    @property
    def held(self) -> tuple[Finding, ...]:
        """Every deviation that keeps its card's baseline where it is."""
        return tuple(
            f for f in (*self.opened, *self.changed.values(), *self.standing.values()) if f.kind is Kind.DEVIATION
        )


def reconcile(
    open_findings: Mapping[int, Finding],
    found: Iterable[Finding],
    *,
    examined: Collection[str],
    accepted: Collection[str],
    hold_at: Severity,
) -> Reconciled:
    """Hold what a check found against what is open.

    `examined` are the keys of the cards that the check compared: an open finding about another card stands as it is.
    `accepted` are the marks of values that were declared right (`Finding.accepted_mark`).
    """
    by_print = {finding.fingerprint: number for number, finding in open_findings.items()}
    opened: dict[str, Finding] = {}
    passed: dict[str, Finding] = {}
    changed: dict[int, Finding] = {}
    standing: dict[int, Finding] = {}
    for finding in found:
        number = by_print.get(finding.fingerprint)
        if number is not None:
            same = _said(open_findings[number]) == _said(finding)
            (standing if same else changed)[number] = finding
        elif finding.accepted_mark in accepted and finding.kind is Kind.HAZARD:
            continue
        elif finding.severity >= hold_at:
            opened.setdefault(finding.fingerprint, finding)
        elif not finding.already:
            passed.setdefault(finding.fingerprint, finding)
    resolved: list[int] = []
    for number, finding in open_findings.items():
        if number in changed or number in standing:
            continue
        if finding.kind is not Kind.RECORD and (finding.card is None or finding.card.key in examined):
            resolved.append(number)
        else:
            standing[number] = finding
    return Reconciled(tuple(opened.values()), tuple(passed.values()), changed, tuple(resolved), standing)


def _said(finding: Finding) -> tuple[object, ...]:
    """What is told of a finding: the same meaning in another writing is nothing new."""
    return finding.rule, finding.severity, finding.meaning


def baseline_of(card: CardChange, held: Iterable[Finding], bodies: Bodies, region: str) -> bytes | None:
    """The bytes a card is held to from now on; None where it is to have no baseline.

    Without a held finding that is what is there. With held values it is what is there, with these values as they were;
    a card that is held as a whole (removed, doubled, unreadable) keeps the baseline it had. Where putting values back does
    not give exactly the held differences, the old baseline stays: rather an old notice again than a change unseen.
    """
    was = bodies(card.before.digest) if card.before else None
    now = bodies(card.after.digest) if card.after else None
    here = [finding for finding in held if finding.card and finding.card.key == card.ref.key]
    if not here:
        return now
    changes = tuple(change for finding in here for change in finding.changes)
    if was is None or now is None or any(finding.whole_card for finding in here):
        return was
    patched = put_back(now, was, changes)
    read = read_card(RawCard(patched))
    if not isinstance(read, Card):
        return was
    left = diff_facts(facts_of(read, region), list(card.now))
    same = {(c.name, c.before, c.after) for c in left} == {(c.name, c.before, c.after) for c in changes}
    return patched if same else was
