"""Two writings of a card, line by line: what goes, and what comes in its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from cardwarden.text import clip
from cardwarden.vcard.content import written


@dataclass(frozen=True, slots=True)
class LineChange:
    """Lines that stand together and go, and those that come in their place; either may be none."""

    gone: tuple[str, ...]
    come: tuple[str, ...]


def changed_lines(
    before: bytes | None, after: bytes | None, region: str, usual: str, *, width: int
) -> Iterator[LineChange]:
    """What differs, unfolded, made harmless and cut to `width` letters a line; None is a card that is not there.

    `region` and `usual` as for `charsets_of`.
    """
    old, new = ([clip(line, width) for line in lines] for lines in written(before, after, region, usual))
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield LineChange(tuple(old[i1:i2]), tuple(new[j1:j2]))


def lines_of(card: bytes, region: str, usual: str, *, width: int) -> list[str]:
    """All lines of a card, shown in the same way."""
    return [clip(line, width) for line in written(None, card, region, usual)[1]]
