"""A card that grows a little with every rewrite."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import of_card
from cardwarden.detect.steps.card import value_text
from cardwarden.detect.steps.pieces import text_words
from cardwarden.phrases.phrase import phrase

_LONGEST = 50_000  # characters of a value that are looked through


@dataclass(frozen=True, slots=True)
class Growing:
    """A card grew with each of its last rewrites, and the newest only added to what was there.

    Two programs that escape each other's text, or append their copy of a field at every synchronisation, go on until a
    server refuses the card. It is a notice, told when it has grown so many times in a row. What brings words that the card
    did not say is an edit.
    """

    name: ClassVar[str] = "growing"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    times: int = 4

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        older = case.memory.older.get(card.ref.key, ())
        if card.after is None or len(older) < self.times:
            return
        sizes = [state.size for state in older[-self.times :]]
        added = all(c.before is None or (c.after and len(c.after.text) > len(c.before.text)) for c in card.changes)
        if not card.changes or not added or not all(one < other for one, other in pairwise(sizes)) or _says_more(card):
            return
        yield of_card(
            self,
            card,
            phrase("growing"),
            reason=phrase("growing-why", count=self.times, size=sizes[0]),
            prop="REV",
            identity=f"growing {card.after.digest}",
            whole_card=False,
        )


def _says_more(card: CardChange) -> bool:
    """Whether it says words that it did not say before: who only copies and escapes has none of their own."""
    known = {word for fact in card.was for word in text_words(value_text(fact)[:_LONGEST])}
    came = (change.after for change in card.changes if change.after)
    return any(not known.issuperset(text_words(value_text(fact)[:_LONGEST])) for fact in came)
