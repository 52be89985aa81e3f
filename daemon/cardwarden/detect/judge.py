"""All rules over one comparison, and the grouping of what is one event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cardwarden.detect.finding import Event, Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case, Rule
from cardwarden.text import plural
from cardwarden.vcard.diff import Change

ONE_REWRITE = 3  # so many cards with the same transformation are one event


def judge(case: Case, rules: Sequence[Rule]) -> list[Finding]:
    """Every finding of a case. What one rule explains, the rules after it do not see."""
    found: list[Finding] = []
    for card in case.cards:
        found.extend(_of_card(card, case, rules))
    many = _transformations(found)
    return [
        replace(finding, severity=max(finding.severity, finding.in_bulk))
        if finding.in_bulk is not None and finding.transformation in many
        else finding
        for finding in found
    ]


def _of_card(card: CardChange, case: Case, rules: Sequence[Rule]) -> list[Finding]:
    found: list[Finding] = []
    explained: dict[tuple[str, str], Severity] = {}  # what has been told of a value, and how bad it is
    whole = False
    for rule in rules:
        if not rule.enabled:
            continue
        told: list[Change] = []
        for finding in rule.look(card, case):
            hazard = finding.kind is Kind.HAZARD
            value = finding.after or ""
            told_as = max(explained.get((prop, value), Severity.INFO) for prop in (finding.prop, ""))
            if hazard and told_as >= finding.severity > Severity.INFO:
                continue  # the change that made the hazard has been told already
            if whole and not hazard:
                continue  # the card as a whole is what has to be told
            found.append(finding)
            explained[finding.prop, value] = max(explained.get((finding.prop, value), Severity.INFO), finding.severity)
            told.extend(finding.changes)
        card = card.without(told)
        whole = any(not finding.prop and finding.kind is Kind.DEVIATION for finding in found)
    return found


def events_of(findings: Iterable[Finding], *, first_look: bool = False) -> list[Event]:
    """Group findings by cause: one transformation over many cards, or one card; the worst event first.

    At the first look everything is one summary. Findings keep their order inside an event, the worst first.
    """
    ordered = sorted(findings, key=lambda finding: -finding.severity)
    if not ordered:
        return []
    if first_look:
        return [_summary(ordered)]
    many = _transformations(ordered)
    grouped: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in ordered:
        if finding.transformation in many:
            grouped["", finding.transformation].append(finding)
        else:
            grouped[finding.card.key if finding.card else "", finding.rule if not finding.card else ""].append(finding)
    events = [
        _rewrite(found, many[name]) if not key and name in many else _of_one(found)
        for (key, name), found in grouped.items()
    ]
    return sorted(events, key=lambda event: -event.severity)


def _transformations(findings: Iterable[Finding]) -> dict[str, int]:
    """The transformations that so many cards share that they are one rewrite, and how many cards."""
    cards: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        if finding.transformation and finding.card:
            cards[finding.transformation].add(finding.card.key)
    return {name: len(keys) for name, keys in cards.items() if len(keys) >= ONE_REWRITE}


def _rewrite(findings: list[Finding], cards: int) -> Event:
    worst = findings[0]
    count = cards if worst.transformation.startswith("contacts ") else len(findings)
    who = f"{worst.card.name}: " if worst.card else ""
    return Event(
        f"{count:,} {worst.transformation}", worst.severity, f"For example {who}{worst.explanation}", tuple(findings)
    )


def _of_one(findings: list[Finding]) -> Event:
    worst = findings[0]
    name = f"{worst.card.name}: " if worst.card else ""
    more = f", and {plural(len(findings) - 1, 'more change')}" if len(findings) > 1 else ""
    return Event(f"{name}{_lower(worst.title)}{more}", worst.severity, worst.explanation, tuple(findings))


def _summary(findings: list[Finding]) -> Event:
    if len(findings) == 1:
        return _of_one(findings)
    worst = findings[0]
    who = worst.card.name if worst.card else ""
    title = f"First look: {len(findings):,} things in this address book need a look"
    return Event(
        title, worst.severity, f"The worst is {who}: {_lower(worst.title)}. {worst.explanation}", tuple(findings)
    )


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]
