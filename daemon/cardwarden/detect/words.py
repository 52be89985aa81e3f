"""Phrases that several rules say."""

from __future__ import annotations

from enum import Enum

from cardwarden.phrases.phrase import Country, Phrase, phrase
from cardwarden.vcard.dialling import HIDE, SHOW
from cardwarden.vcard.diff import RewriteReason
from cardwarden.vcard.number import Number, rings_abroad
from cardwarden.vcard.number_change import SAME


def danger(number: Number) -> Phrase:
    """What a call to a number that gained a "+" would do.

    "Your phone would call +1 860 (USA) instead of showing your number and calling 080-1234-5678."
    """
    abroad, meant = rings_abroad(number), number.meant
    rest = meant.written.lstrip().removeprefix(meant.prefix).lstrip(" -.") if meant else ""
    if abroad is None:
        return phrase("call-not", meant=rest) if rest else phrase("call-nowhere")
    where = phrase("place", code=abroad.code, country=Country(abroad.region))
    if meant is None:
        return phrase("call-abroad", where=where)
    if meant.caller_id == SHOW:
        return phrase("call-abroad-not-showing", where=where, meant=rest)
    if meant.caller_id == HIDE:
        return phrase("call-abroad-not-hiding", where=where, meant=rest)
    return phrase("call-abroad-not", where=where, meant=rest)


def slug(member: Enum) -> str:
    """A member as it stands in a phrase's name: `plus-added` for PLUS_ADDED."""
    return member.name.lower().replace("_", "-")


_HARMLESS = {member.value: slug(member) for member in (*RewriteReason, *SAME)}


def why_harmless(reason: str) -> Phrase:
    """Why a rewrite says the same: one of `vcard.diff.REASONS` as people read it."""
    return phrase(f"harmless-{_HARMLESS[reason]}")
