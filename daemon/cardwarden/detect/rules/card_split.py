"""A card whose numbers and addresses stand in new cards now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case, looks_of
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.names import is_nameless
from cardwarden.detect.rule import contacts_of, deviation, of_card
from cardwarden.detect.said import said_of_fact
from cardwarden.detect.steps.card import value_text
from cardwarden.detect.steps.pieces import text_words
from cardwarden.phrases.phrase import Field, Phrase, Value, phrase
from cardwarden.vcard.diff import Change
from cardwarden.vcard.index import contact_key

_AND = frozenset({"and", "und", "et", "en", "e", "y", "i", "och", "og", "ja", "и", "と"})


@dataclass(frozen=True, slots=True)
class CardSplit:
    """A contact was split: numbers or mail addresses that it had stand in new contacts now.

    Programs that lose track of which values belong together make contacts of their own of them, without a name, called
    "Unknown" or like the old one. That is a warning: who calls is shown as nobody. So are several new contacts with names
    of their own, but that is asked about (a notice) if it most likely was you. A number or address that one new contact
    with a name of its own has now is a notice: somebody got a card.
    """

    name: ClassVar[str] = "card-split"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    own_severity: Severity = Severity.NOTICE

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        """A card that lost what new cards have; it may be gone itself."""
        if card.before is None or case.first_look:
            return
        taken = _taken(card, case)
        takers = {taker.ref.key: taker for cards in taken.values() for taker in cards}
        unnamed = [taker for taker in takers.values() if is_nameless(taker)]
        unowned = [taker for taker in takers.values() if _is_called_like(taker, card)]
        of_own = not unnamed and not unowned
        given = of_own and len(takers) == 1
        if not takers or (card.after is None and given):
            return  # the one new contact in place of one that went is the same, under another name, or somebody else
        severity = self.own_severity if given else self.severity
        whose = next(iter((*unnamed, *unowned, *takers.values())))
        if card.after is None:
            said = contacts_of(card.was) or ""
            why = _why(said, whose, len(takers), nameless=bool(unnamed))
            yield of_card(
                self, card, phrase("split"), severity=severity, reason=why, before=said, identity=card.ref.key
            )
            return
        gone = [c for c in card.changes if c.before and c.of_value and contact_key(c.before) in taken]
        if not gone or gone[0].before is None:
            return  # another value of the card meets the same line still
        title = phrase("value-went", field=Field(gone[0].name)) if given else phrase("split")
        why = _why(said_of_fact(gone[0].before), whose, len(takers), nameless=bool(unnamed))
        finding = deviation(
            self,
            card,
            gone[0],
            title,
            severity=severity,
            by_owner=self.own_severity if of_own else None,
            reason=why,
            per_card=True,
        )
        yield replace(finding, changes=(*gone, *_names_given(card, takers.values())))


def _taken(card: CardChange, case: Case) -> dict[str, list[CardChange]]:
    """What a card lost that new cards have, by its contact key, and these cards."""
    lost = set(card.before.contacts if card.before else ()) - set(card.after.contacts if card.after else ())
    takers = {key: [t for t in case.moves.come.get(key, ()) if t.before is None] for key in sorted(lost)}
    return {key: cards for key, cards in takers.items() if cards}


def _names_given(card: CardChange, takers: Iterable[CardChange]) -> Iterator[Change]:
    """Changes of a name that lost what new cards are called: "Anna & Piet" is Anna, and Piet has a card."""
    given = {word for taker in takers for word in text_words(taker.entry.name)} | _AND
    for change in card.changes:
        if change.name in {"FN", "N"} and change.before and change.after:
            was, now = text_words(value_text(change.before)), text_words(value_text(change.after))
            if now <= was and (was - now).keys() <= given:
                yield change


def _is_called_like(taker: CardChange, card: CardChange) -> bool:
    """Whether a new contact carries the name of the one that it was split from."""
    return card.before is not None and not looks_of(taker.entry.name).isdisjoint(looks_of(card.before.name))


def _why(value: Value, whose: CardChange, count: int, *, nameless: bool) -> Phrase:
    said = phrase("value-went-why", value=value, who=whose.person)
    if count > 1:
        said = phrase("split-why", value=value, who=whose.person, count=count)
    return phrase("then", first=said, second=phrase("split-nameless-why")) if nameless else said
