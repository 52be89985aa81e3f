"""Two states of a book become a case: which cards changed, and in what."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cardwarden.detect.rule import NOTHING, Book, CardChange, Case, Memory
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
    memory: Memory = NOTHING,
) -> Case:
    """The case of a book: `pairs` of all its cards, before and now.

    Bodies are read only for cards whose bytes differ, and for those whose key stands in `examine`.
    """
    changed: list[CardChange] = []
    for before, after in pairs:
        if before and after and before.digest == after.digest and after.key not in examine:
            continue
        was, old_revision = _said(before, bodies, region, ignore)
        now, new_revision = _said(after, bodies, region, ignore)
        changes = diff_facts(was, now, region) if before and after else []
        changed.append(CardChange(before, after, tuple(was), tuple(now), tuple(changes), (old_revision, new_revision)))
    past = Book(tuple(before for before, _ in pairs if before))
    book = Book(tuple(after for _, after in pairs if after))
    return Case(region, tuple(changed), past, book, first_look, memory)


def _said(entry: Entry | None, bodies: Bodies, region: str, ignore: frozenset[str]) -> tuple[list[Fact], str]:
    """All that a card says, and its REV."""
    if entry is None:
        return [], ""
    data = bodies(entry.digest)
    read = read_card(RawCard(data, entry.problem))
    card = read if isinstance(read, Card) else Card("", tuple(lines_of(data)))
    revision = card.first("REV")
    return facts_of(card, region, ignore), revision.value.strip() if revision else ""
