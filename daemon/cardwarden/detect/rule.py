"""The Rule protocol, and the findings that a rule makes of a card or a change of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import ClassVar, Protocol

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, FindingKind, Severity
from cardwarden.detect.said import said_of_fact
from cardwarden.phrases.phrase import Phrase, Value, phrase
from cardwarden.text import shared_beginning
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.diff import Change

_LONGEST = 4_000  # characters of a value that a finding keeps: the card has the rest
_LEAD = 200  # of these, how many stand before the place where two long values begin to differ
_IDENTITY = 200  # characters of a meaning that tells findings apart; of a longer one it is a digest


class Rule(Protocol):
    """One kind of damage. A frozen dataclass: its fields are its settings, its docstring its page."""

    name: ClassVar[str]

    @property
    def enabled(self) -> bool:
        """Whether it speaks at all."""

    @property
    def severity(self) -> Severity:
        """How bad its ordinary finding is."""

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        """What it finds in one card. A finding's `changes` are thereby explained: later rules do not see them.

        A finding about an added, removed or unreadable card as a whole explains the card.
        """


def deviation(
    rule: Rule,
    card: CardChange,
    change: Change,
    title: Phrase,
    *,
    severity: Severity | None = None,
    reason: Phrase | None = None,
    alike: Phrase | None = None,
    per_card: bool = False,
    in_bulk: Severity | None = None,
    by_owner: Severity | None = None,
    before: Value | None = None,
    after: Value | None = None,
) -> Finding:
    """A finding that explains one change of a card, with the values that the change has if none are given.

    It is told apart from others by the meaning of the value that was there, or of the one that was added: how they are
    written or labelled is no part of it, unless the label is all that changed. The other arguments are fields of `Finding`.
    """
    was, now = change.before, change.after
    shown = _shown(was, now)
    meant = (_meaning(was, change), _meaning(now, change))
    return Finding(
        kind=FindingKind.DEVIATION,
        rule=rule.name,
        severity=rule.severity if severity is None else severity,
        title=title,
        reason=reason,
        card=card.ref,
        prop=change.name,
        before=shown[0] if before is None else before,
        after=shown[1] if after is None else after,
        changes=(change,),
        alike=alike,
        per_card=per_card,
        in_bulk=in_bulk,
        by_owner=by_owner,
        identity=meant[0] if was else f"+{meant[1]}",
        meaning=meant[1],
    )


def of_card(
    rule: Rule,
    card: CardChange,
    title: Phrase,
    *,
    identity: str,
    kind: FindingKind = FindingKind.DEVIATION,
    severity: Severity | None = None,
    reason: Phrase | None = None,
    alike: Phrase | None = None,
    by_owner: Severity | None = None,
    before: Value | None = None,
    after: Value | None = None,
    meaning: str = "",
    prop: str = "",
    whole_card: bool = True,
    already: bool = False,
    of_two: bool = False,
) -> Finding:
    """A finding about a card, not about one of its values; of many alike the contacts are counted."""
    return Finding(
        kind=kind,
        rule=rule.name,
        severity=rule.severity if severity is None else severity,
        title=title,
        reason=reason,
        card=card.ref,
        prop=prop,
        before=before,
        after=after,
        alike=alike,
        by_owner=by_owner,
        per_card=True,
        whole_card=whole_card and kind is FindingKind.DEVIATION,
        already=already,
        of_two=of_two,
        identity=identity,
        meaning=meaning,
    )


def became(change: Change, why: Phrase | None = None) -> Phrase:
    """ "A became B.", and what that means."""
    sentence = phrase(
        "became",
        before=said_of_fact(change.before) if change.before else "",
        after=said_of_fact(change.after) if change.after else "",
    )
    return phrase("then", first=sentence, second=why) if why else sentence


def contacts_of(facts: Iterable[Fact]) -> str | None:
    """The numbers and mail addresses of a card, as they are written; None if it has none."""
    return ", ".join(fact.text for fact in facts if fact.name in {"TEL", "EMAIL"})[:_LONGEST] or None


def _meaning(fact: Fact | None, change: Change) -> str:
    """What tells a value of a change apart: its meaning, with labels and preference if only these changed; if long, a digest."""
    if fact is None:
        return ""
    meant = fact.meaning if change.of_value else "\x1f".join((fact.meaning, *sorted(fact.labels), str(fact.pref)))
    return meant if len(meant) <= _IDENTITY else hashlib.sha256(meant.encode("utf-8", "surrogatepass")).hexdigest()


def _shown(was: Fact | None, now: Fact | None) -> tuple[Value | None, Value | None]:
    """What a finding keeps of two values."""
    said = (said_of_fact(was) if was else None, said_of_fact(now) if now else None)
    if any(isinstance(part, Phrase) for part in said):
        return said
    return _excerpts(was.text if was else None, now.text if now else None)


def _excerpts(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """Two values as a finding keeps them: of very long ones the piece where they begin to differ."""
    if max(len(before or ""), len(after or "")) <= _LONGEST:
        return before, after
    start = max(0, shared_beginning(before or "", after or "") - _LEAD)

    def piece(value: str | None) -> str | None:
        if value is None:
            return None
        end = start + _LONGEST
        return ("…" if start else "") + value[start:end] + ("…" if len(value) > end else "")

    return piece(before), piece(after)
