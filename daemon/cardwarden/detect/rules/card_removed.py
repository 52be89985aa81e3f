"""A card that is not there any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CROWD, CardChange, Case
from cardwarden.text import clip, plural
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.card import Entry
from cardwarden.vcard.index import contact_key

_KEPT_BY_A_MERGE = frozenset({"BDAY", "NOTE", "ADR", "ANNIVERSARY", "TITLE", "URL", "IMPP"})


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """A contact was removed.

    One removed card is what owners do every week and is a notice. Several at once, or a good part of the book, are
    critical: that is how a failed synchronisation looks. Where another card of the same name stays, the two were merged:
    what stood in the removed one alone and is nowhere now makes it a warning.
    """

    name: ClassVar[str] = "card-removed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    many: int = 10  # so many at once are critical
    share: float = 0.25  # as is this part of the book, from three cards on
    many_severity: Severity = Severity.CRITICAL
    merge_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        if card.before is None or card.after is not None:
            return
        total = len(case.past.entries)
        mass = case.removed >= self.many or (case.removed >= 3 and case.removed >= self.share * total)
        everything = total > 1 and not case.book.entries
        other = _namesake(card.before, case)
        lost = _lost(card, other, case) if other else None
        told = "The contact is no longer in the address book."
        severity = self.severity
        if mass or everything:
            severity = self.many_severity
            told = (
                f"{plural(case.removed, 'contact')} of {total:,} disappeared at once, as in a failed synchronisation."
            )
        elif lost:
            severity = self.merge_severity
            told = f"There were two cards of this name; one is gone, and with it {clip(lost.text, 60)}."
        elif other:
            told = "There were two cards of this name; one is gone. What it said stands in the other."
        yield Finding(
            kind=Kind.DEVIATION,
            rule=self.name,
            severity=severity,
            title="Two cards merged into one" if other and not mass else "Contact removed",
            explanation=told,
            card=card.ref,
            before=", ".join(clip(f.text, 40) for f in card.was if f.name in {"TEL", "EMAIL"}) or card.ref.name,
            identity=card.before.key,
            transformation="contacts were removed",
        )


def _namesake(gone: Entry, case: Case) -> Entry | None:
    """Another card of that name, which was there before and still is."""
    named = case.book.by_name.get(gone.name.lower(), ())[:CROWD]
    return next((entry for entry in named if entry.key in case.past_keys), None)


def _lost(card: CardChange, other: Entry, case: Case) -> Fact | None:
    """The first value of a removed card that its namesake does not have: a number or mail address, or what else it said."""
    changed = case.by_key.get(other.key)
    said = {(fact.name, fact.meaning) for fact in changed.now} if changed else set()
    for fact in card.was:
        key = contact_key(fact)
        if key and key not in other.contacts:
            return fact
        if changed and fact.name in _KEPT_BY_A_MERGE and (fact.name, fact.meaning) not in said:
            return fact
    return None
