"""All rules over one comparison, and the grouping of what is one event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Cause, Event, Finding, FindingKind, Severity
from cardwarden.detect.rule import Rule
from cardwarden.detect.weigh import weigh
from cardwarden.errors import BUGS
from cardwarden.phrases.phrase import Phrase, Value
from cardwarden.progress import SILENT, Progress, Work, counted
from cardwarden.vcard.diff import Change

ONE_REWRITE = 3  # so many cards with the same transformation are one event


@dataclass(frozen=True, slots=True)
class Judgement:
    """The findings of a case, and the cards that the program failed at, by key: what is said of these may lack something."""

    findings: tuple[Finding, ...]
    faults: Mapping[str, Exception]


def judge(case: Case, rules: Sequence[Rule], progress: Progress = SILENT) -> list[Finding]:
    """Every finding of a case. Raises what the program fails with at any of its cards."""
    judgement = judge_apart(case, rules, progress=progress)
    for fault in judgement.faults.values():
        raise fault
    return list(judgement.findings)


def judge_apart(case: Case, rules: Sequence[Rule], *, weighed: bool = True, progress: Progress = SILENT) -> Judgement:
    """Every finding of a case, card by card: a fault at one of them changes nothing for the others.

    What one rule explains, the rules after it do not see. Unless it is `weighed`, it does not count how many cards were
    changed alike, and by whom.
    """
    judged: list[Finding] = []
    faults = dict(case.faults)
    enabled = [rule for rule in rules if rule.enabled]
    for card in counted(case.cards, progress, Work.JUDGING, len(case.cards)):
        findings, fault = _of_card(card, case, enabled)
        judged.extend(findings)
        if fault:
            faults[card.ref.key] = fault
    if not weighed:
        return Judgement(tuple(judged), faults)
    many = _shared(judged)
    judged = [
        replace(finding, severity=max(finding.severity, finding.in_bulk))
        if finding.in_bulk is not None and _alike(finding) in many
        else finding
        for finding in judged
    ]
    return Judgement(tuple(weigh(judged, case, several=many)), faults)


def _of_card(card: CardChange, case: Case, rules: Sequence[Rule]) -> tuple[list[Finding], Exception | None]:
    """What the rules find in a card, and what one of them failed with; the others speak all the same."""
    findings: list[Finding] = []
    fault: Exception | None = None
    explained: dict[tuple[str, Value], Severity] = {}  # what has been told of a property's value, and how bad it is
    explained_with_card: dict[Value, Severity] = {}  # the same of a value that came with the card as a whole
    whole = False
    for rule in rules:
        try:
            looked = list(rule.look(card, case))
        except BUGS as error:
            fault = error
            continue
        if not looked:
            continue
        explained_changes: list[Change] = []
        for finding in looked:
            hazard = finding.kind is FindingKind.HAZARD
            value = finding.after or ""
            of_value = explained.get((finding.prop, value), Severity.INFO)
            told_as = max(of_value, explained_with_card.get(value, Severity.INFO))
            if hazard and told_as >= finding.severity > Severity.INFO:
                continue  # the change that made the hazard has been told already
            if whole and not hazard:
                continue  # the card as a whole is what has to be told
            findings.append(finding)
            explained[finding.prop, value] = max(of_value, finding.severity)
            if finding.whole_card:
                explained_with_card[value] = max(told_as, finding.severity)
            explained_changes.extend(finding.changes)
        card = card.without(explained_changes)
        whole = any(finding.whole_card for finding in findings)
    return _named_once(findings), fault


def _named_once(findings: list[Finding]) -> list[Finding]:
    """FN and N say one name in two ways: if the same happened to both, it is one finding, of the name as it is shown."""
    shown = next((finding for finding in findings if finding.prop == "FN" and finding.changes), None)
    parts = next((finding for finding in findings if finding.prop == "N" and finding.changes), None)
    if shown is None or parts is None or _kind(shown) != _kind(parts):
        return findings
    both = replace(shown, changes=(*shown.changes, *parts.changes), meaning="\x1f".join((shown.meaning, parts.meaning)))
    return [both if finding is shown else finding for finding in findings if finding is not parts]


def _kind(finding: Finding) -> tuple[object, ...]:
    """What happened, whatever it happened to."""
    return finding.rule, finding.title.name, finding.severity, finding.in_bulk, finding.by_owner


def events_of(findings: Iterable[Finding], *, first_look: bool = False) -> list[Event]:
    """Group findings by cause: one change that many cards share, or one card; the worst event first.

    At the first look everything is one summary. Findings keep their order inside an event, the worst first.
    """
    ordered = sorted(findings, key=lambda finding: -finding.severity)
    if not ordered:
        return []
    if first_look and len(ordered) > 1:
        return [_event(Cause.FIRST_LOOK, ordered)]
    many = _shared(ordered)
    grouped: dict[tuple[str, str | Phrase], list[Finding]] = defaultdict(list)
    for finding in ordered:
        if _alike(finding) in many:
            grouped["", _alike(finding)].append(finding)
        else:
            grouped[_whom(finding), finding.rule if not finding.card else ""].append(finding)
    events = [
        _event(Cause.ALIKE if isinstance(what, Phrase) else Cause.CARD, findings)
        for (_, what), findings in grouped.items()
    ]
    return sorted(events, key=lambda event: -event.severity)


def _event(cause: Cause, findings: Sequence[Finding]) -> Event:
    worst = findings[0]
    counted = {_whom(finding) for finding in findings} if worst.per_card else findings
    count = len(counted) if cause is Cause.ALIKE else len(findings)
    return Event(cause, worst.severity, count, tuple(findings))


def _whom(finding: Finding) -> str:
    """Which contact a finding is about: a card of the book by its key, or one that a copy lacks; "" for a condition."""
    if finding.card:
        return finding.card.key
    return finding.identity if finding.kind is FindingKind.DRIFT else ""


def _alike(finding: Finding) -> Phrase:
    """What the findings of one rewrite have in common."""
    return finding.alike or finding.title


def _shared(findings: Iterable[Finding]) -> set[Phrase]:
    """What so many cards have in common that it is one rewrite."""
    cards: dict[Phrase, set[str]] = defaultdict(set)
    enough: dict[Phrase, int] = {}
    for finding in findings:
        if _whom(finding):
            cards[_alike(finding)].add(_whom(finding))
            enough[_alike(finding)] = 2 if finding.of_two else ONE_REWRITE
    return {alike for alike, keys in cards.items() if len(keys) >= enough[alike]}
