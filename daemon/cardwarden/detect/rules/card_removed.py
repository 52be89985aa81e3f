"""A card that is not there any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CROWD, CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import contacts_of, of_card
from cardwarden.detect.said import said_of_fact
from cardwarden.detect.steps.card import holds
from cardwarden.phrases.phrase import Person, phrase
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.card import Entry
from cardwarden.vcard.index import contact_key

_KEPT_BY_A_MERGE = frozenset({"BDAY", "NOTE", "ADR", "ANNIVERSARY", "TITLE", "ORG", "URL", "IMPP"})
_MOST = 60  # values of a card that are looked through


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """A contact was removed.

    One removed card is what owners do every week and is a notice. Several at once, or a good part of the book, are
    critical: that is how a failed synchronisation looks. If another card of the same name stays, the two were merged:
    what stood in the removed one alone and is nowhere now makes it a warning, and a copy that said nothing of its own is
    a notice, also if many such copies are tidied away at once. If the one other card stays that has a number in common
    with it, that is a warning, too: clean-ups by equal numbers take a household for one person.
    """

    name: ClassVar[str] = "card-removed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    many: int = 10  # so many at once are critical
    share: float = 0.25  # as is this part of the book, from three cards on
    many_severity: Severity = Severity.CRITICAL
    merge_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        """A card that is gone: alone, merged into one that stays, or with many others."""
        if card.before is None or card.after is not None:
            return
        total = case.past.size
        mass = case.removed_count >= self.many or (case.removed_count >= 3 and case.removed_count >= self.share * total)
        everything = total > 1 and not case.book.size
        other = _namesake(card.before, case)
        sharing = _sharing(card.before, case) if other is None else None
        kept = other or sharing
        lost = _lost(card, kept, case) if kept else None
        is_copy = other is not None and lost is None
        reason = phrase("removed-why")
        severity = self.severity
        if (mass or everything) and not is_copy:
            severity = self.many_severity
            reason = phrase("removed-at-once-why", count=case.removed_count, total=total)
        elif lost:
            severity = self.merge_severity
            reason = phrase("merged-lost-why", value=said_of_fact(lost))
            if sharing:
                stays = Person(sharing.name, sharing.key)
                reason = phrase("removed-sharing-why", value=said_of_fact(lost), other=stays)
        elif other:
            reason = phrase("merged-why")
        removed = phrase("removed")
        yield of_card(
            self,
            card,
            phrase("merged") if other and (is_copy or not mass) else removed,
            severity=severity,
            reason=reason,
            before=contacts_of(card.was),
            identity=card.before.key,
            alike=removed,
        )


def _namesake(gone: Entry, case: Case) -> Entry | None:
    """Another card of that name, which was there before and still is."""
    named = case.book.by_name.get(gone.name.lower(), ())[:CROWD]
    return next((entry for entry in named if entry.key in case.past_keys), None)


def _sharing(gone: Entry, case: Case) -> Entry | None:
    """The one other card that has a number or address in common with it: a clean-up may have taken two people for one."""
    near = {entry.key: entry for entry in case.book.near(gone) if entry.key in case.past_keys}
    return next(iter(near.values())) if len(near) == 1 else None


def _lost(card: CardChange, other: Entry, case: Case) -> Fact | None:
    """The first value of a removed card that its namesake does not have: a number or mail address, or what else it said."""
    kept = case.read(other)[:_MOST]
    for fact in card.was:
        key = contact_key(fact)
        if key and key not in other.contacts:
            return fact
        if fact.name in _KEPT_BY_A_MERGE and not any(holds(said, fact) for said in kept):
            return fact
    return None
