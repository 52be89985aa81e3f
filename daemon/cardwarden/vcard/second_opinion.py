"""Another parser's opinion of a card that was mended, before it is written. The one module that uses vobject.

vobject reads the standards as others read them: if it finds that a line which was to stay has gone, come or changed, what was
made is not what it was meant to be. Of a card that it cannot read, as of much that phones write, it has no opinion.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Collection

from cardwarden.vcard.header import PROPERTY_NAME, head_of
from cardwarden.vcard.properties import ALIASES

_Lines = Counter[tuple[str, str, str]]
_GRAMMAR = re.compile(
    rf"""(?:{PROPERTY_NAME}\.)?{PROPERTY_NAME}(?:;{PROPERTY_NAME}(?:[=,](?:"[^"]*+"|[^";:,=]*+))*+)*+\Z"""
)
"""The headers that vobject may be given: what its own pattern takes, in linear time. It refuses others in exponential time."""
_FOLD = re.compile(r"\r?\n[ \t]")
_CARRIERS = {"LABEL": "ADR", "SORT-STRING": "N"}
"""What a property may be said by, as a parameter."""
_COMPANIONS = frozenset({"LABEL", "REV", "SORT-STRING", "X-ABDATE", "X-ABLABEL", "X-ABRELATEDNAMES"})
"""What comes and goes with lines of another name, or has its name from its label."""


def keeps_the_rest(there: bytes, was: bytes, made: bytes, names: Collection[str]) -> bool:
    """Whether `made`, of the card `there` and lines of `was`, says what `there` says, apart from the properties of these names.

    True if vobject has no opinion: it cannot read one of the two, or a card stands inside the card.
    """
    before = None if "AGENT" in names else _lines(there)
    if before is None:
        return True
    after = _lines(made)
    if after is None:
        return _lines(was) is None
    return _apart_from(before, names) == _apart_from(after, names)


def _apart_from(lines: _Lines, names: Collection[str]) -> _Lines:
    changed = {*names, *(_CARRIERS.get(name, "") for name in names), *_COMPANIONS}
    return Counter({line: count for line, count in lines.items() if line[0] not in changed})


def _lines(card: bytes) -> _Lines | None:
    """How often each line stands in a card, by name, parameters and value as vobject reads them; None if it cannot."""
    import vobject  # noqa: PLC0415 - only what was mended needs it
    from vobject.base import ContentLine  # noqa: PLC0415

    try:
        text = card.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if not all(_GRAMMAR.match(head_of(line)) for line in _FOLD.sub("", text).splitlines() if line):
        return None
    try:
        with warnings.catch_warnings(action="ignore"):
            children = list(vobject.readOne(text, transform=False, allowQP=True).getChildren())
    except Exception:  # noqa: BLE001 - whatever it fails at, it has no opinion then
        return None
    if not all(isinstance(child, ContentLine) for child in children):
        return None
    return Counter((_name(line.name), f"{line.params} {line.singletonparams}", f"{line.value}") for line in children)


def _name(name: str) -> str:
    alias = ALIASES.get(name.upper())
    return alias.to if alias else name.upper()
