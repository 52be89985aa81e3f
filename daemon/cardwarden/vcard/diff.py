"""What changed between two cards."""

from __future__ import annotations

from dataclasses import dataclass

from cardwarden.vcard.card import Property


@dataclass(frozen=True, slots=True)
class Change:
    """One difference of meaning in one property: `before` is None where it was added, `after` where it was lost."""

    name: str
    before: Property | None
    after: Property | None
