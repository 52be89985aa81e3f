"""Two writings of a card, line by line, with the changed characters marked."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import zip_longest

from rich.text import Text

from cardwarden.cli.marks import marked
from cardwarden.cli.speech import sentence
from cardwarden.phrases.phrase import phrase
from cardwarden.text import clip
from cardwarden.vcard.content import written

_WIDTH = 100


def difference(before: bytes | None, after: bytes | None, region: str, usual: str) -> list[Text]:
    """The lines of a card that go ("- ") and come ("+ "), unfolded, made harmless and cut; None is a card that is not there.

    Of lines that take each other's place the characters that changed are marked. `region` and `usual` as for `charsets_of`.
    """
    old, new = map(_cut, written(before, after, region, usual))
    lines: list[Text] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            pairs = [marked(was or "", now or "") for was, now in zip_longest(old[i1:i2], new[j1:j2])]
            lines += [Text("- ").append_text(was) for was, _ in pairs[: i2 - i1]]
            lines += [Text("+ ").append_text(now) for _, now in pairs[: j2 - j1]]
    if not lines and before != after:
        lines.append(Text(sentence(phrase("difference-only-folds"))))
    return lines


def shown_lines(card: bytes, region: str, usual: str) -> list[str]:
    """The lines of a card as they are shown: unfolded, made harmless and cut."""
    return _cut(written(None, card, region, usual)[1])


def _cut(lines: list[str]) -> list[str]:
    return [clip(line, _WIDTH) for line in lines]
