"""Open findings and new ones become opened, persisting, changed and resolved; and what each card is held to from now on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from cardwarden.detect.case import CardChange
from cardwarden.detect.finding import Finding, FindingKind, Severity
from cardwarden.vcard.canonical import facts_of
from cardwarden.vcard.card import Bodies, Card
from cardwarden.vcard.content import RawCard, read_card
from cardwarden.vcard.diff import diff_facts
from cardwarden.vcard.encoding import charsets_of
from cardwarden.vcard.patch import put_back


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a check makes of its findings.

    opened      new findings of `hold_at` and above, waiting for their owner from now on
    passed      new findings below it: recorded, and the baseline moves on
    changed     open ones (by id) that are other or worse than they were: the value changed again
    resolved    ids of open ones that are no more
    persisting  open ones (by id) that are as they were
    """

    opened: tuple[Finding, ...]
    passed: tuple[Finding, ...]
    changed: Mapping[int, Finding]
    resolved: tuple[int, ...]
    persisting: Mapping[int, Finding]

    @property
    def held(self) -> tuple[Finding, ...]:
        """Every deviation that keeps its card's baseline where it is."""
        return tuple(
            f
            for f in (*self.opened, *self.changed.values(), *self.persisting.values())
            if f.kind is FindingKind.DEVIATION
        )


def reconcile(
    open_findings: Mapping[int, Finding],
    findings: Iterable[Finding],
    *,
    examined: Collection[str],
    accepted: Collection[str],
    hold_at: Severity,
    unmoved: Collection[str] = frozenset(),
    unreadable: Collection[str] = frozenset(),
) -> Reconciled:
    """Hold what a check found against what is open.

    `examined` are the keys of the cards that the check compared: an open finding about another card stands as it is, and
    so does a condition, which no comparison finds. `accepted` are the keys of values that were declared right
    (`Finding.accepted_key`). `unmoved` are the keys of cards that say what they said at the last look, in whatever
    spelling: what was found in their values then stands as it was told, and nothing is told of them again. `unreadable` are
    the keys of cards that are there and cannot be read: nobody knows what became of their values, so nothing ends.
    """
    by_print = {finding.fingerprint: number for number, finding in open_findings.items()}
    opened: dict[str, Finding] = {}
    passed: dict[str, Finding] = {}
    changed: dict[int, Finding] = {}
    persisting: dict[int, Finding] = {}
    for finding in findings:
        is_unmoved = finding.card is not None and finding.card.key in unmoved
        number = by_print.get(finding.fingerprint)
        if number is not None and number in changed:
            continue
        if number is not None:
            known = _as_urgent(open_findings[number], finding)
            same = is_unmoved or _said(open_findings[number]) == _said(known)
            is_worse = known.severity > open_findings[number].severity
            if is_worse or not same:
                persisting.pop(number, None)
            (changed if is_worse or not same else persisting)[number] = known
        elif (finding.accepted_key in accepted and finding.kind is FindingKind.HAZARD) or (
            is_unmoved and _is_of_value(finding)
        ):
            continue
        elif finding.severity >= hold_at:
            opened.setdefault(finding.fingerprint, finding)
        elif not finding.already and not is_unmoved:
            passed.setdefault(finding.fingerprint, finding)
    resolved: list[int] = []
    for number, finding in open_findings.items():
        if number in changed or number in persisting:
            continue
        stands = (
            finding.card is None
            or finding.kind is FindingKind.DRIFT  # only a comparison with the origin can end it
            or finding.card.key not in examined
            or (finding.card.key in unmoved and _is_of_value(finding))
            or (finding.card.key in unreadable and (_is_of_value(finding) or finding.prop != ""))
        )
        if stands:
            persisting[number] = finding
        else:
            resolved.append(number)
    return Reconciled(tuple(opened.values()), tuple(passed.values()), changed, tuple(resolved), persisting)


def _as_urgent(was: Finding, now: Finding) -> Finding:
    """An open finding, found again, with the urgency it had: who made a change is seen when it is made, not later.

    Its card's baseline has moved since in all but the finding's own value, its REV and program among the rest. What was
    told as urgent does not become a mere question when the value changes again.
    """
    if now.by_owner is None:
        return now
    if (was.rule, was.meaning) == (now.rule, now.meaning) or was.severity > now.severity:
        return replace(now, severity=was.severity, urgency=was.urgency)
    return now


def _said(finding: Finding) -> tuple[str, str]:
    """What is told of a finding: the same meaning in another writing is nothing new."""
    return finding.rule, finding.meaning


def _is_of_value(finding: Finding) -> bool:
    """A deviation of values, which a card that did not change shows as before, whatever happens to others."""
    return finding.kind is FindingKind.DEVIATION and not finding.whole_card


def baseline_of(
    card: CardChange, held: Iterable[Finding], bodies: Bodies, region: str, usual: str = ""
) -> bytes | None:
    """The bytes a card is held to from now on; None if it is to have no baseline.

    Without a held finding that is what is there. With held values it is what is there, with these values as they were;
    a card that is held as a whole (removed, doubled, unreadable) keeps the baseline it had. If putting values back does
    not give exactly the held differences, the old baseline stays: rather an old notice again than a change unseen.
    `usual` is what the book's other cards are in (`charset_of`).
    """
    was = bodies(card.before.digest) if card.before else None
    now = bodies(card.after.digest) if card.after else None
    here = [finding for finding in held if finding.card and finding.card.key == card.ref.key]
    if not here:
        return now
    changes = tuple(change for finding in here for change in finding.changes)
    if was is None or now is None or any(finding.whole_card for finding in here):
        return was
    patched = put_back(now, was, changes, region, usual)
    if patched == was:
        return was
    read = read_card(RawCard(patched), charsets_of(now, patched, region, usual)[1])
    if not isinstance(read, Card):
        return was
    left = diff_facts(facts_of(read, region), list(card.now))
    same = {(c.name, c.before, c.after) for c in left} == {(c.name, c.before, c.after) for c in changes}
    return patched if same else was
