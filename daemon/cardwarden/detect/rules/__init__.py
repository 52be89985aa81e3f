"""One file per rule; RULES lists them in the order in which they speak: the first that explains a change has it."""

from __future__ import annotations

from cardwarden.detect.rule import Rule
from cardwarden.detect.rules.address_changed import AddressChanged
from cardwarden.detect.rules.came_back import CameBack
from cardwarden.detect.rules.card_added import CardAdded
from cardwarden.detect.rules.card_doubled import CardDoubled
from cardwarden.detect.rules.card_removed import CardRemoved
from cardwarden.detect.rules.card_replaced import CardReplaced
from cardwarden.detect.rules.card_split import CardSplit
from cardwarden.detect.rules.date_changed import DateChanged
from cardwarden.detect.rules.group_changed import GroupChanged
from cardwarden.detect.rules.growing import Growing
from cardwarden.detect.rules.label_changed import LabelChanged
from cardwarden.detect.rules.link_changed import LinkChanged
from cardwarden.detect.rules.mail_changed import MailChanged
from cardwarden.detect.rules.name_changed import NameChanged
from cardwarden.detect.rules.number_changed import NumberChanged
from cardwarden.detect.rules.number_hazard import NumberHazard
from cardwarden.detect.rules.number_moved import NumberMoved
from cardwarden.detect.rules.number_plus import NumberPlus
from cardwarden.detect.rules.number_twice import NumberTwice
from cardwarden.detect.rules.picture_changed import PictureChanged
from cardwarden.detect.rules.silent_change import SilentChange
from cardwarden.detect.rules.text_damaged import TextDamaged
from cardwarden.detect.rules.uid_changed import UidChanged
from cardwarden.detect.rules.unreadable_card import UnreadableCard
from cardwarden.detect.rules.value_added import ValueAdded
from cardwarden.detect.rules.value_changed import ValueChanged
from cardwarden.detect.rules.value_crossed import ValueCrossed
from cardwarden.detect.rules.value_lost import ValueLost
from cardwarden.detect.rules.value_moved import ValueMoved

RULES: tuple[type[Rule], ...] = (
    UnreadableCard,
    CardSplit,
    CardRemoved,
    CardDoubled,
    CameBack,
    CardAdded,
    Growing,
    SilentChange,
    NumberPlus,
    CardReplaced,
    NumberMoved,
    NumberTwice,
    ValueCrossed,
    ValueMoved,
    NumberChanged,
    MailChanged,
    TextDamaged,
    NameChanged,
    AddressChanged,
    DateChanged,
    PictureChanged,
    LinkChanged,
    LabelChanged,
    UidChanged,
    GroupChanged,
    ValueLost,
    ValueAdded,
    NumberHazard,
    ValueChanged,
)

USUAL: tuple[Rule, ...] = tuple(rule() for rule in RULES)
"""Each as it is if the settings write nothing else."""
