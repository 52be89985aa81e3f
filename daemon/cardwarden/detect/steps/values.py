"""What led from one value of a card to another one: its text as a whole, or part by part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain as joined

from cardwarden.detect.steps.card import value_text
from cardwarden.detect.steps.explain import explain
from cardwarden.detect.steps.looks import folded
from cardwarden.detect.steps.pieces import written_words
from cardwarden.detect.steps.vocabulary import ITEMS_GLUED, LETTERS_APART, PARTS_GLUED, Chain, Cost, Step, mended
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.properties import ValueKind

_LETTERS = 5  # items of one letter that are no list of short words
_SEPARATOR = re.compile(r"[,;|/\n]")
_PARTED = frozenset({ValueKind.NAME, ValueKind.ADDRESS})  # programs look for their parts
_ADDRESSES = frozenset({ValueKind.URI, ValueKind.CHAT, ValueKind.MAIL})


def chain_between(before: Fact, after: Fact) -> Chain | None:
    """The cheapest chain of steps from one value to another; None if somebody replaced it by hand.

    Of a structured value some parts can be replaced and others damaged: then the chain is that of the damage. If its
    words only stand in other parts there is no chain: what that means is the property's own matter.
    """
    structured = bool(before.parts or after.parts)
    if before.row.kind in _PARTED and (glued := _glued(before.parts, after.parts)) is not None:
        return Chain((glued,))
    if (
        structured
        and written_words(value_text(before)) == written_words(value_text(after))
        and before.parts != after.parts
    ):
        same = _part_by_part(before.parts, after.parts) if len(before.parts) == len(after.parts) else None
        return same if same is not None and same.cost < Cost.DAMAGING else None
    whole = explain(value_text(before), value_text(after), in_address=before.row.kind in _ADDRESSES)
    if not structured:
        return whole
    if len(before.parts) == len(after.parts) and (parts := _part_by_part(before.parts, after.parts)) is not None:
        return parts
    return whole if whole is not None and whole.cost is Cost.DAMAGING and not whole.vague else None


def chain_of_items(before: Sequence[Fact], after: Sequence[Fact]) -> Chain | None:
    """What made other items of a list than there were: all stand in one now, or each letter by itself; None if nothing did."""
    step = _taken_for_one(before, after)
    if step is not None:
        return Chain((step,))
    back = _taken_for_one(after, before)
    return Chain((mended(back),)) if back is not None else None


def _taken_for_one(before: Sequence[Fact], after: Sequence[Fact]) -> Step | None:
    was, now = ([_letters(fact.text) for fact in facts] for facts in (before, after))
    single = all(len(fact.text.strip()) == 1 for fact in after)
    if len(now) >= _LETTERS and single and set("".join(was)) == set("".join(now)):
        return LETTERS_APART  # an item that stands twice is one
    separated = len(before) > 1 and len(after) == 1 and len(_SEPARATOR.findall(after[0].text)) >= len(before) - 1
    return ITEMS_GLUED if separated and sorted("".join(was)) == sorted(now[0]) else None


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, folded(text)))


def _glued(before: Sequence[str], after: Sequence[str]) -> Step | None:
    """All parts stand in the first one, the semicolons between them escaped; or they were taken apart again."""
    if len(before) > 1 and len(after) == 1 and _joined(before) == _joined(after[0].split(";")):
        return PARTS_GLUED
    if len(after) > 1 and len(before) == 1 and _joined(after) == _joined(before[0].split(";")):
        return mended(PARTS_GLUED)
    return None


def _joined(parts: Sequence[str]) -> str:
    return ";".join(part.strip() for part in parts).rstrip(";")


def _part_by_part(before: Sequence[str], after: Sequence[str]) -> Chain | None:
    chains = [explain(was, now) for was, now in zip(before, after, strict=True) if was != now]
    known = [chain for chain in chains if chain is not None and not chain.vague]
    if known and len(known) == len(chains):
        return Chain(tuple(joined.from_iterable(chain.steps for chain in known)))
    damaged = [chain for chain in known if chain.cost is Cost.DAMAGING]
    return damaged[0] if damaged else None
