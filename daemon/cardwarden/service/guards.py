"""The workers that share a server's database, and what is said of them to whoever asks how one of its households stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cardwarden.phrases.phrase import Phrase, phrase

GuardState = Literal["guarded", "paused", "wrong", "elsewhere", "new"]


@dataclass(frozen=True, slots=True)
class Guards:
    """The workers, and what one household is to them.

    living   how many live
    state    what they do with it when they run; "new": none has taken it on yet
    next     when each source is looked at next; none of those that are being looked at, or that no worker is there for
    """

    living: int
    state: GuardState
    next: Mapping[str, datetime]

    @property
    def is_guarding(self) -> bool:
        """Whether a worker guards the household at this moment."""
        return self.living > 0 and self.state == "guarded"


def said_of_guards(guards: Guards) -> Phrase:
    """Who guards the household, or why nobody does."""
    if guards.state == "paused":
        return phrase("workers-paused")
    if not guards.living:
        return phrase("workers-none")
    return phrase("workers-guard", count=guards.living) if guards.is_guarding else phrase(f"workers-{guards.state}")
