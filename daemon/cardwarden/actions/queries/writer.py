"""What wrote a contact, and when: as its server says it, else as the contact says itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cardwarden.phrases.phrase import Moment, Phrase, phrase
from cardwarden.store import bodies as body_store
from cardwarden.store import cards as card_store
from cardwarden.store.engine import Connection
from cardwarden.store.findings import StoredFinding
from cardwarden.store.writings import latest_writing


@dataclass(frozen=True, slots=True)
class Authorship:
    """What wrote a version of a contact.

    program  as people call it, "" if nobody says it
    at       when, by the server's account; None if it does not say
    user     who was signed in there, "" if it does not say
    """

    program: str = ""
    at: datetime | None = None
    user: str = ""

    def __bool__(self) -> bool:
        return bool(self.program or self.at)

    @property
    def said(self) -> Phrase:
        """In words: who wrote it when, as far as anybody says."""
        if self.at and self.user:
            at, user = Moment(self.at), self.user
            if self.program:
                return phrase("message-written-for", program=self.program, user=user, at=at)
            return phrase("message-written-by-user", user=user, at=at)
        if self.at and self.program:
            return phrase("message-written", program=self.program, at=Moment(self.at))
        if self.at:
            return phrase("message-written-at", at=Moment(self.at))
        return phrase("message-writer", program=self.program) if self.program else phrase("message-writer-unknown")


def writer_of(connection: Connection, findings: Sequence[StoredFinding]) -> Authorship:
    """What wrote the contact that findings are about: as its server says, else as its card does (PRODID: RFC 6350, 6.7.3).

    Nothing if they are about several contacts or none, and if nobody says it or the card is gone.
    """
    cards = {stored.card_id for stored in findings}
    if len(cards) != 1 or (card_id := cards.pop()) is None:
        return Authorship()
    _, card = card_store.card_by_id(connection, card_id)
    if not card.present:
        return Authorship()
    written = latest_writing(connection, card_id)
    if written and written.program:
        return Authorship(written.program, written.at, written.user)
    at, user = (written.at, written.user) if written else (None, "")
    from cardwarden.vcard.content import RawCard, visible_card  # noqa: PLC0415 - most cards need not be read for it

    try:
        said = visible_card(RawCard(body_store.body(connection, card.entry.digest))).first("PRODID")
    except KeyError:
        said = None  # it was taken out of the history
    return Authorship(named(said.value) if said else "", at, user)


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
