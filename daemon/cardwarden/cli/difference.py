"""Two writings of a card, line by line, with the changed characters marked."""

from __future__ import annotations

from itertools import zip_longest

from rich.text import Text

from cardwarden.actions.queries.lines import changed_lines, lines_of
from cardwarden.cli.marks import marked
from cardwarden.cli.speech import sentence
from cardwarden.phrases.phrase import phrase

_WIDTH = 100


def difference(before: bytes | None, after: bytes | None, region: str, usual: str) -> list[Text]:
    """The lines of a card that go ("- ") and come ("+ "); None is a card that is not there.

    Of lines that take each other's place the characters that changed are marked. `region` and `usual` as for `charsets_of`.
    """
    lines: list[Text] = []
    for change in changed_lines(before, after, region, usual, width=_WIDTH):
        pairs = [marked(was or "", now or "") for was, now in zip_longest(change.gone, change.come)]
        lines += [Text("- ").append_text(was) for was, _ in pairs[: len(change.gone)]]
        lines += [Text("+ ").append_text(now) for _, now in pairs[: len(change.come)]]
    if not lines and before != after:
        lines.append(Text(sentence(phrase("difference-only-folds"))))
    return lines


def shown_lines(card: bytes, region: str, usual: str) -> list[str]:
    """The lines of a card as they are shown: unfolded, made harmless and cut."""
    return lines_of(card, region, usual, width=_WIDTH)
