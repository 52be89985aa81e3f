"""Which program wrote a contact, as the contact says itself."""

from __future__ import annotations

import re

from cardwarden.actions.queries.fields import card_of
from cardwarden.store import bodies as body_store
from cardwarden.store import cards as card_store
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredEvent


def writer_of(connection: Connection, event: StoredEvent) -> str:
    """What wrote the contact of an event, as its card says (PRODID: RFC 6350, 6.7.3).

    "" where an event is about several contacts or none, and where the card does not say it or is gone.
    """
    cards = {stored.card_id for stored in event.findings}
    if len(cards) != 1 or (card_id := cards.pop()) is None:
        return ""
    _, card = card_store.card_by_id(connection, card_id)
    if not card.present:
        return ""
    try:
        said = card_of(body_store.body(connection, card.entry.digest)).first("PRODID")
    except KeyError:
        return ""  # it was taken out of the history
    return named(said.value) if said else ""


def named(program: str) -> str:
    """A program as people call it: `-//Apple Inc.//iPhone OS 17.0//EN` is "Apple Inc. iPhone OS 17.0" (ISO 9070)."""
    registered, *parts = program.strip().split("//")
    if registered not in {"-", "+"} or not parts:
        return program.strip()
    if len(parts) > 1 and re.fullmatch("[A-Za-z]{2}", parts[-1].strip()):
        parts.pop()  # its language
    owner, *text = (part.strip() for part in parts)
    if text and (owner.upper() == "NONSGML" or text[0].startswith(owner)):
        return " ".join(text)
    return " ".join([owner, *text]).strip()
