"""What a household has of the server that it is on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cardwarden.sources.limits import HouseholdLimits


@dataclass(frozen=True, slots=True)
class Share:
    """What a household has of the server that it is on; nobody writes it into a configuration.

    name         what it is called there
    notes        the file in which commands note what they decided of it
    limits       how much it may have
    books        the folders of this machine in which its books may lie; anywhere if there are none
    has_workers  whether its record is in the database that the server's workers share, so that they may guard it
    """

    name: str
    notes: Path
    limits: HouseholdLimits = field(default_factory=HouseholdLimits)
    books: tuple[Path, ...] = ()
    has_workers: bool = False
