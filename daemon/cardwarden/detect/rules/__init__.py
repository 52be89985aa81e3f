"""One file per rule; RULES lists them in the order in which they speak: the first that explains a change has it."""

from __future__ import annotations

from cardwarden.detect.rule import Rule
from cardwarden.detect.rules.card_added import CardAdded
from cardwarden.detect.rules.card_doubled import CardDoubled
from cardwarden.detect.rules.card_removed import CardRemoved
from cardwarden.detect.rules.number_hazard import NumberHazard
from cardwarden.detect.rules.number_plus import NumberPlus
from cardwarden.detect.rules.number_twice import NumberTwice
from cardwarden.detect.rules.unreadable_card import UnreadableCard
from cardwarden.detect.rules.value_changed import ValueChanged
from cardwarden.detect.rules.value_lost import ValueLost

RULES: tuple[type[Rule], ...] = (
    UnreadableCard,
    CardRemoved,
    CardDoubled,
    CardAdded,
    NumberPlus,
    NumberTwice,
    ValueLost,
    NumberHazard,
    ValueChanged,
)
