"""What is made of one card: its entry and what is kept of its body. This process and the second one do the same."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TypeAlias

from cardwarden.errors import BUGS, place_of
from cardwarden.packing import Packed, PackedPart
from cardwarden.vcard.card import Entry
from cardwarden.vcard.content import CardProblem, RawCard
from cardwarden.vcard.digest import digest_of
from cardwarden.vcard.encoding import says_what_it_is_in
from cardwarden.vcard.index import index_card

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides what a card says: region and `usual` as for `charset_of`."""

    region: str
    usual: str


@dataclass(frozen=True, slots=True)
class Indexed:
    """What was made of a card.

    body      its bytes as they are kept, None if they were not to be packed
    is_plain  whether it can be read without a guess at its character set
    """

    entry: Entry
    body: Packed | None
    is_plain: bool


Asked: TypeAlias = tuple[bytes, str, bool]
"""A card as it goes to the second process: its bytes, what is wrong with its frame, whether it is to be packed."""
Answer: TypeAlias = tuple[
    tuple[str, str, str, tuple[str, ...], str, str], tuple[int, bytes, tuple[PackedPart, ...]] | None, bool
]
"""What comes back: of its entry all but key, href and ordinal; its body; whether it is plain."""


def index(raw: RawCard, href: str, ordinal: int, terms: Terms, *, pack: bool) -> Indexed:
    """What is made of a card here."""
    entry = entry_of(raw, href, ordinal, terms)
    return Indexed(entry, Packed.of(raw.data) if pack else None, says_what_it_is_in(raw.data))


def entry_of(raw: RawCard, href: str, ordinal: int, terms: Terms) -> Entry:
    """A card's entry; one that the program fails at is a card that cannot be read, and the others are."""
    try:
        return index_card(raw, href, ordinal, terms.region, terms.usual)
    except BUGS as error:
        _log.error("a card could not be read: a bug, %s", place_of(error))
        return Entry("", href, ordinal, digest_of(raw.data), "", "", (), CardProblem.BUG)


def answer(asked: Asked, terms: Terms) -> Answer | None:
    """What the second process makes of a card; None if the program fails at it: that is met again, and told, by who asked."""
    data, problem, pack = asked
    try:
        entry = index_card(RawCard(data, problem), "", 0, terms.region, terms.usual)
        body = Packed.of(data) if pack else None
        is_plain = says_what_it_is_in(data)
    except BUGS:
        return None
    said = (entry.digest, entry.uid, entry.name, entry.contacts, entry.problem, entry.program)
    return said, (body.size, body.rest, body.parts) if body else None, is_plain
