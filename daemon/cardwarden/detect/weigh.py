"""Who most likely made a change decides how urgently it is told: the owner's own edit is asked about.

What no owner does by hand (a "+", a damaged code or digit, a look-alike) keeps the severity that its rule gave it. What an
owner does, too (a number, an address or a name replaced by another one), is only asked about if it is one edit on its
card, the card says that it was written anew (REV), its server or file system does so, too, and the program that it names
(PRODID), or that its server names, is one that wrote cards of this book which nobody doubts. If neither it nor the
book's other cards name any, nothing is said of one. Any change of a guarded contact is critical.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.dates import stamped_at
from cardwarden.detect.finding import Finding, FindingKind, Severity, Urgency
from cardwarden.phrases.phrase import Phrase

_NAMES = frozenset({"FN", "N", "NICKNAME", "SORT-STRING"})
_STAMP = 14  # digits of a REV: year to second


def weigh(findings: Sequence[Finding], case: Case, *, several: Collection[Phrase]) -> list[Finding]:
    """The findings with the severity that is due. `several` is what so many cards have in common that it is one rewrite."""
    worst: dict[str, set[str]] = {}
    for finding in findings:
        if finding.card and finding.severity >= Severity.WARNING:
            worst.setdefault(finding.card.key, set()).add("name" if finding.prop in _NAMES else finding.fingerprint)
    known = _programs(case)
    return [_weighed(finding, case, several, worst, known) for finding in findings]


def _weighed(
    finding: Finding, case: Case, several: Collection[Phrase], worst: dict[str, set[str]], known: frozenset[str]
) -> Finding:
    """One finding with the severity that is due."""
    card = case.by_key.get(finding.card.key) if finding.card else None
    if card is None or case.first_look or finding.kind is not FindingKind.DEVIATION:
        return finding
    if finding.severity >= Severity.NOTICE and _is_guarded(card, case):
        return replace(finding, severity=Severity.CRITICAL, urgency=Urgency.GUARDED, by_owner=None)
    if finding.by_owner is None or finding.severity < Severity.WARNING:
        return finding
    why = _why_not_the_owner(finding, card, several, worst, known)
    if why is None and _is_strange(case.writers.get(card.ref.key, ""), case):
        why = Urgency.UNKNOWN_PROGRAM
    if card.ref.key in case.unstamped:
        why = Urgency.UNSTAMPED
    if why is None and finding.by_owner < Severity.CRITICAL:
        asked = Urgency.ASKED if _is_signed(card, case) else Urgency.ASKED_UNSIGNED
        return replace(finding, severity=min(finding.severity, finding.by_owner), urgency=asked)
    return replace(finding, urgency=why) if why and finding.severity > finding.by_owner else finding


def _why_not_the_owner(
    finding: Finding, card: CardChange, several: Collection[Phrase], worst: dict[str, set[str]], known: frozenset[str]
) -> Urgency | None:
    """What speaks against an edit of the owner's; None if nothing does."""
    before, after = card.before, card.after
    writer = after.program if after else ""
    strange = Urgency.UNKNOWN_PROGRAM if writer else Urgency.UNSIGNED
    if before is None:  # many at once are an import; a new card has no time before
        return None if writer in known else strange
    if (finding.alike or finding.title) in several or len(worst.get(card.ref.key, ())) > 1:
        return Urgency.SEVERAL
    if not _is_newer(*card.revisions):
        return Urgency.UNDATED
    return None if writer in known or writer == before.program else strange


def _is_signed(card: CardChange, case: Case) -> bool:
    """Whether it is known which program wrote the card: it says so, or its server, of one that is known from before."""
    return bool(card.after and card.after.program) or case.writers.get(card.ref.key, "") in case.memory.writers - {""}


def _is_strange(writer: str, case: Case) -> bool:
    """Whether the server names a program that has not written this book; of the first that it ever names nobody can say."""
    return bool(writer) and bool(case.memory.writers) and writer not in case.memory.writers


def _is_newer(was: str, now: str) -> bool:
    """Whether a card says that it was written later than it said before (REV: RFC 6350, 6.7.4)."""
    if (before := stamped_at(was)) and (after := stamped_at(now)):
        return after > before
    old, new = (re.sub(r"[^0-9]", "", stamp)[:_STAMP].ljust(_STAMP, "0") for stamp in (was, now))
    return bool(was and now) and new > old


def _programs(case: Case) -> frozenset[str]:
    """The programs that wrote what was accepted: once, or the cards of the baseline which are as they were.

    Those of a book's rest are known: it is as it was accepted, and that is remembered of each acceptance.
    """
    return case.memory.programs.union(entry.program for entry in case.past.entries if entry.key not in case.by_key)


def _is_guarded(card: CardChange, case: Case) -> bool:
    """Whether it is a guarded contact's card; what a new one may borrow from such a contact, the rules say."""
    return card.before is not None and case.guarded.has(card.before, card.was)
