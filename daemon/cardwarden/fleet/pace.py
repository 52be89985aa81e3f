"""How often workers look at what, and after how long one is dead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Pace:
    """All in seconds.

    tick   between two looks at what is due
    busy   the same while something waits for room
    whole  between two looks for what dead workers had
    sync   between two looks at the settings of all households
    look   between two looks at which folders are to be watched
    beat   between two signs of life of a worker
    dead   without a sign of life: a worker is dead, and its jobs are anybody's
    missed after which a household is forgotten of which no worker has the settings any more
    lost   after which work is due again that was queued, and of which the queue knows nothing
    """

    tick: float = 1.0
    busy: float = 0.2
    whole: float = 5.0
    sync: float = 15.0
    look: float = 10.0
    beat: float = 10.0
    dead: float = 45.0
    missed: float = 60.0
    lost: float = 60.0


USUAL: Final = Pace()
