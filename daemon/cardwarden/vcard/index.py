"""A card's entry in its book's index: what is needed to pair it, to find doubles and to name it."""

from __future__ import annotations

import re
import sys
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

from cardwarden.vcard import values
from cardwarden.vcard.addresses import mailbox
from cardwarden.vcard.canonical import Fact, facts_of
from cardwarden.vcard.card import Card, Entry
from cardwarden.vcard.content import RawCard, properties_of, read_card
from cardwarden.vcard.digest import digest_of
from cardwarden.vcard.encoding import charset_of
from cardwarden.vcard.number import is_hazard

# What contact keys begin with (`Entry.contacts`); a hazard is a number that rings if its owner does not mean it to.
_NUMBER, _MAILBOX, _HAZARD = "tel:", "mail:", "hazard:"
_VERSION = re.compile(r"[0-9]+(?:[._-][0-9a-z]+)*", re.IGNORECASE)
_LONGEST_PROGRAM = 100
_NAMING = ("FN", "N", "ORG", "NICKNAME", "EMAIL", "TEL")
_MOSTLY = ("FN", "EMAIL", "TEL")  # what names and pairs nearly every card; the rest costs a third of an entry


def index_card(raw: RawCard, href: str, ordinal: int, region: str, usual: str = "") -> Entry:
    """The entry of a card that stands in member `href` at place `ordinal`. It has no key yet. `usual` as for `charset_of`."""
    charset = charset_of(raw.data, region, usual)
    read = read_card(raw, charset)
    card = read if isinstance(read, Card) else Card("", tuple(properties_of(raw.data, charset)))
    facts = _saying(_MOSTLY, card, region)
    if not next((fact.text for fact in facts if fact.name == "FN"), ""):
        facts = _saying(_NAMING, card, region)
    uid = card.first("UID")
    return Entry(
        key="",
        href=href,
        ordinal=ordinal,
        digest=digest_of(raw.data),
        uid=values.member(uid.value) if uid else "",
        name=name_of(facts),
        contacts=tuple(sorted({key for fact in facts for key in _contact_keys(fact)})),
        problem="" if isinstance(read, Card) else read.reason,
        program=program_of(card),
    )


def _saying(names: Container[str], card: Card, region: str) -> list[Fact]:
    return facts_of(Card(card.version, tuple(p for p in card.properties if p.name in names)), region)


def program_of(card: Card) -> str:
    """The program that a card says it was written by (RFC 6350, 6.7.3), the same for all of its versions; "" for none."""
    said = card.first("PRODID")
    if said is None:
        return ""
    # A book's cards were written by few programs: their names are kept once.
    return sys.intern(" ".join(_VERSION.sub("", said.value).lower().split())[:_LONGEST_PROGRAM])


def name_of(facts: Iterable[Fact]) -> str:
    """What a person would call the card: FN, else the first of N, ORG, NICKNAME, EMAIL, TEL; "" if it has none."""
    by_name: dict[str, str] = {}
    for fact in facts:
        by_name.setdefault(fact.name, fact.text)
    return next((by_name[name] for name in _NAMING if by_name.get(name)), "")


def _contact_keys(fact: Fact) -> Iterator[str]:
    key = contact_key(fact)
    if key:
        yield key
    if fact.number and is_hazard(fact.number):
        yield f"{_HAZARD}{fact.number.digits}"


def contact_key(fact: Fact) -> str:
    """The key under which two cards meet that hold the same line or mailbox, "" for other facts.

    A number meets its own damaged copies: what counts is the line that is meant, so prefixes and a "+" are left out.
    """
    if fact.name == "EMAIL" and fact.meaning:
        return f"{_MAILBOX}{mailbox(fact.meaning)}"
    if fact.number is None:
        return ""
    number = fact.number.meant or fact.number
    if number.e164:
        return f"{_NUMBER}{number.e164}"
    return f"{_NUMBER}{number.digits.lstrip('+')}" if len(number.digits) >= 3 else ""


def has_hazard(entry: Entry) -> bool:
    """Whether the card has a number that rings if its owner does not mean it to (see `Number.meant`)."""
    return any(contact.startswith(_HAZARD) for contact in entry.contacts)


def numbers_with_country(entry: Entry) -> list[str]:
    """The card's numbers that say their country themselves ("+819012345678")."""
    return [contact.removeprefix(_NUMBER) for contact in entry.contacts if contact.startswith(f"{_NUMBER}+")]


def with_keys(entries: Iterable[Entry], taken: Container[str] = ()) -> list[Entry]:
    """Give each entry without a key a stable one: its UID, else its bytes' digest; a second card with it gets a number.

    Keys that are `taken` already are given to none.
    """
    used: set[str] = set()
    keyed: list[Entry] = []
    counts: dict[str, int] = {}
    for entry in entries:
        if entry.key:
            used.add(entry.key)
            keyed.append(entry)
            continue
        stem = entry.uid or entry.digest[:16]
        key, count = stem, counts.get(stem, 1)
        while key in used or key in taken:
            count += 1
            key = f"{stem}~{count}"
        if count > 1:
            counts[stem] = count
        used.add(key)
        keyed.append(replace(entry, key=key))
    return keyed
