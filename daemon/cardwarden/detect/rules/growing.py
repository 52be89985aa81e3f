"""A card that grows a little with every rewrite."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import CardChange, Case, of_card
from cardwarden.phrases.phrase import phrase


@dataclass(frozen=True, slots=True)
class Growing:
    """A card grew with each of its last rewrites, and the newest only added to what was there.

    Two programs that escape each other's text, or append their copy of a field at every synchronisation, go on until a
    server refuses the card. It is a notice, told when it has grown so many times in a row.
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
        if not card.changes or not added or not all(one < other for one, other in pairwise(sizes)):
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
