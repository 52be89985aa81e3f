"""For whom a message is written: in which language, how much of it, and whether its reader keeps the program."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cardwarden.phrases.language import Voice


class Privacy(StrEnum):
    """What whoever sees a message may learn: a push service keeps it, and a lock screen shows it to the room."""

    FULL = "full"
    MASKED = "masked"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Reader:
    """`is_keeper`: the reader can type a command where the program runs; others are told whom to ask."""

    voice: Voice
    privacy: Privacy = Privacy.FULL
    is_keeper: bool = True
