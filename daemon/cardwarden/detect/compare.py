"""Two states of a book become a case: which cards changed, and in what."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cardwarden.detect.rule import Book, CardChange, Case
from cardwarden.vcard.canonical import Fact, facts_of
from cardwarden.vcard.card import Bodies, Card, Entry
from cardwarden.vcard.content import RawCard, lines_of, read_card
from cardwarden.vcard.diff import diff_facts
from cardwarden.vcard.pairing import Pair


def compare(
    pairs: Sequence[Pair],
    bodies: Bodies,
    region: str,
    *,
    first_look: bool = False,
    ignore: frozenset[str] = frozenset(),
    examine: Collection[str] = (),
) -> Case:
    """The case of a book: `pairs` of all its cards, before and now.

    Bodies are read only for cards whose bytes differ, and for those whose key stands in `examine`.
    """
    changed: list[CardChange] = []
    for before, after in pairs:
        if before and after and before.digest == after.digest and after.key not in examine:
            continue
        was = _facts(before, bodies, region, ignore)
        now = _facts(after, bodies, region, ignore)
        changes = diff_facts(was, now, region) if before and after else []
        changed.append(CardChange(before, after, tuple(was), tuple(now), tuple(changes)))
    past = Book(tuple(before for before, _ in pairs if before))
    book = Book(tuple(after for _, after in pairs if after))
    return Case(region, tuple(changed), past, book, first_look)


def _facts(entry: Entry | None, bodies: Bodies, region: str, ignore: frozenset[str]) -> list[Fact]:
    if entry is None:
        return []
    data = bodies(entry.digest)
    read = read_card(RawCard(data, entry.problem))
    card = read if isinstance(read, Card) else Card("", tuple(lines_of(data)))
    return facts_of(card, region, ignore)
