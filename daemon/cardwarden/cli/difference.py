"""Two writings of a card, line by line, with the changed characters marked."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from rich.text import Text

from cardwarden.actions.queries.lines import LineChange, changed_lines, lines_of
from cardwarden.cli.marks import marked_texts
from cardwarden.cli.speech import sentence
from cardwarden.phrases.phrase import phrase

WIDTH = 100
"""Letters of a line."""


def difference(before: bytes | None, after: bytes | None, region: str, usual: str) -> list[Text]:
    """What differs between two states of a card; None is a card that is not there, `region` and `usual` as for `charsets_of`."""
    return [] if before == after else difference_lines(changed_lines(before, after, region, usual, width=WIDTH))


def difference_lines(changes: Iterable[LineChange]) -> list[Text]:
    """The lines that go ("- ") and come ("+ ") between two states of a card that are not the same bytes.

    Of lines that take each other's place the characters that changed are marked.
    """
    lines: list[Text] = []
    for change in changes:
        pairs = [marked_texts(was or "", now or "") for was, now in zip_longest(change.gone, change.come)]
        lines += [Text("- ").append_text(was) for was, _ in pairs[: len(change.gone)]]
        lines += [Text("+ ").append_text(now) for _, now in pairs[: len(change.come)]]
    if not lines:
        lines.append(Text(sentence(phrase("difference-only-folds"))))
    return lines


def shown_lines(card: bytes, region: str, usual: str) -> list[str]:
    """The lines of a card as they are shown: unfolded, made harmless and cut."""
    return lines_of(card, region, usual, width=WIDTH)
