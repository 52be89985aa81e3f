"""What a restore leaves as it is, and why; apart from what plans one, so that who only asks loads no detector."""

from __future__ import annotations

import shlex
from datetime import timedelta

from cardwarden.detect.finding import FindingKind, State
from cardwarden.phrases.phrase import Code, Phrase, phrase
from cardwarden.store.findings import StoredFinding
from cardwarden.text import clip


def why_not(stored: StoredFinding) -> Phrase | None:
    """Why a finding cannot be put back; None if it can, or if nothing is left of it."""
    if stored.state is State.RESOLVED:
        return None
    if stored.finding.kind is not FindingKind.DEVIATION:
        return phrase("left-was-so-at-first", id=str(stored.id))
    if stored.state is State.OPEN:
        return None
    if stored.state is State.ACCEPTED:
        return phrase("left-accepted", id=str(stored.id), command=Code(f"cardwarden accept --undo {stored.id}"))
    return phrase("left-passed", id=str(stored.id), command=whole_card(stored))


def whole_card(stored: StoredFinding) -> Code:
    """The command that puts back what the contact said before the finding."""
    card = stored.finding.card
    named = shlex.quote(clip(card.uid or card.name, 200)) if card else "NAME"
    before = (stored.opened_at - timedelta(milliseconds=1)).astimezone().isoformat(timespec="milliseconds")
    return Code(f"cardwarden restore --card {named} --at {before}")
