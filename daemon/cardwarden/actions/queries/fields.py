"""Two states of a card side by side, field by field: what changed, what was only written otherwise, what stayed."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from cardwarden.detect.said import said_of_fact
from cardwarden.detect.words import why_harmless
from cardwarden.phrases.phrase import Phrase, Value
from cardwarden.vcard.canonical import facts_of, shown_labels
from cardwarden.vcard.content import RawCard, visible_card
from cardwarden.vcard.diff import Change, diff_facts, rewrites
from cardwarden.vcard.encoding import charset_of, charsets_of


class FieldSign(StrEnum):
    """What became of a field."""

    CHANGED = "changed"
    CAME = "came"
    WENT = "went"
    SAME = "same"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One value of a card in two states, as people read it; None if it is not there.

    `reason` says why a value that was REWRITTEN says the same; its values are then as they were written. `key` names what
    CHANGED, CAME or WENT, "" for the rest.
    """

    prop: str
    labels: tuple[str, ...]
    before: Value | None
    after: Value | None
    sign: FieldSign
    reason: Phrase | None = None
    key: str = ""


def compare_fields(
    before: bytes | None, after: bytes | None, region: str, ignore: frozenset[str] = frozenset(), usual: str = ""
) -> list[FieldRow]:
    """The rows of two states of a card: changes first, then what stayed, then what was only rewritten.

    `usual` is what the book's other cards are in (`charset_of`).
    """
    charsets = charsets_of(before or after or b"", after or before or b"", region, usual)
    old_card, new_card = (
        visible_card(RawCard(body), charset) if body is not None else None
        for body, charset in zip((before, after), charsets, strict=True)
    )
    old = facts_of(old_card, region, ignore) if old_card else []
    new = facts_of(new_card, region, ignore) if new_card else []
    changes = diff_facts(old, new)
    rows = [_row(change) for change in changes]
    if old_card is None or new_card is None:
        return rows
    rewritten = rewrites(old_card, new_card, region, ignore) if before != after else []
    elsewhere = Counter((rewrite.fact, rewrite.fact.lines) for rewrite in rewritten if rewrite.fact)
    moved = {id(change.after) for change in changes}
    for fact in new:
        if id(fact) in moved:
            continue
        if elsewhere[fact, fact.lines] > 0:
            elsewhere[fact, fact.lines] -= 1
        else:
            rows.append(FieldRow(fact.name, shown_labels(fact), said_of_fact(fact), said_of_fact(fact), FieldSign.SAME))
    rows += [
        FieldRow(
            rewrite.name,
            (),
            rewrite.before or None,
            rewrite.after or None,
            FieldSign.REWRITTEN,
            why_harmless(rewrite.reason),
        )
        for rewrite in rewritten
    ]
    return rows


def fields(body: bytes, region: str, usual: str = "") -> list[FieldRow]:
    """All that a card says, in its order."""
    return [
        FieldRow(fact.name, shown_labels(fact), said_of_fact(fact), said_of_fact(fact), FieldSign.SAME)
        for fact in facts_of(visible_card(RawCard(body), charset_of(body, region, usual)), region)
    ]


def field_key(change: Change) -> str:
    """What names a change between two states of a card, also when the newer one says something else by then: 24 hex digits."""
    fact, side = (change.before, "was") if change.before else (change.after, "came")
    said = "\0".join((change.name, side, fact.meaning if fact else ""))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _row(change: Change) -> FieldRow:
    before, after = change.before, change.after
    sign = FieldSign.CAME if before is None else FieldSign.WENT if after is None else FieldSign.CHANGED
    shown = after or before
    labels = shown_labels(shown) if shown else ()
    said = (said_of_fact(before) if before else None, said_of_fact(after) if after else None)
    return FieldRow(change.name, labels, *said, sign, key=field_key(change))
