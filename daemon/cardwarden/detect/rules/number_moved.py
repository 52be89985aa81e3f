"""A number or mail address that went from one person's card to another's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.rule import CardChange, Case
from cardwarden.text import clip, plural
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.index import contact_key
from cardwarden.vcard.pairing import same_person


@dataclass(frozen=True, slots=True)
class NumberMoved:
    """A number or mail address that belonged to one contact now stands in another one's card.

    Two people who exchanged their numbers, one person's number in several other cards at once, and two people's cards
    merged into one are critical: whoever is called is somebody else. A value that moved from one card to a different
    person's is a warning.
    """

    name: ClassVar[str] = "number-moved"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    mixed_severity: Severity = Severity.CRITICAL

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        if card.before is None or card.after is None:
            return
        for change in card.changes:
            new = change.after
            key = contact_key(new) if new and change.of_value else ""
            if not new or not key or key in card.before.contacts:
                continue
            told = self._told(card, key, new, case)
            if told is None:
                continue
            severity, title, why = told
            yield Finding(
                kind=Kind.DEVIATION,
                rule=self.name,
                severity=severity,
                title=title,
                explanation=why,
                card=card.ref,
                prop=change.name,
                before=clip(change.before.text, 80) if change.before else None,
                after=clip(new.text, 80),
                changes=(change,),
                transformation=f"contacts got somebody else's {_what(new)}",
            )

    def _told(self, card: CardChange, key: str, new: Fact, case: Case) -> tuple[Severity, str, str] | None:
        owners = [e for e in case.past.by_contact.get(key, ()) if e.key != card.ref.key]
        strangers = [owner for owner in owners if not same_person(owner.name, card.entry.name)]
        if not strangers:
            return None
        name, value, what = clip(strangers[0].name, 40), clip(new.text, 40), _what(new)
        gained = [other for other in case.moves.come.get(key, ()) if other.before is not None]
        if len(gained) > 1:
            why = f"{value} belongs to {name} and now stands in {plural(len(gained), 'other card')} too."
            return self.mixed_severity, f"One {what} in several contacts", why
        givers = {other.ref.key: other for other in case.moves.gone.get(key, ())}
        giver = next((givers[owner.key] for owner in strangers if owner.key in givers), None)
        if giver is None:
            return None  # a number that two people share: a household, an office
        if giver.after is None:
            why = f"{value} was {name}'s. That card is gone, and its {what} stands in {card.ref.name}'s card now."
            return self.mixed_severity, "Two people merged into one contact", why
        mine = set(card.before.contacts if card.before else ()) - set(card.after.contacts if card.after else ())
        if mine & (set(giver.after.contacts) - set(giver.before.contacts if giver.before else ())):
            why = f"{card.ref.name} and {name} exchanged their {what}s: a call to one reaches the other."
            return self.mixed_severity, f"Two contacts exchanged their {what}s", why
        return (
            self.severity,
            f"Another contact's {what}",
            f"{value} was {name}'s and stands in {card.ref.name}'s card now.",
        )


def _what(fact: Fact) -> str:
    return "number" if fact.number else "mail address"
