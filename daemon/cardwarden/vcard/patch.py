"""A card with some of its lines put back as they were: how a baseline keeps what is held, and how a restore writes."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from cardwarden.vcard.canonical import Fact, facts_of, labels_of, other_name
from cardwarden.vcard.card import Card, Property
from cardwarden.vcard.content import properties_of
from cardwarden.vcard.diff import Change
from cardwarden.vcard.encoding import (
    BOM,
    Decode,
    charset_of,
    charsets_of,
    decoder,
    narrowed,
    says_charset,
    utf16_of,
    widen,
    without_charset,
)
from cardwarden.vcard.folds import unfold
from cardwarden.vcard.properties import ValueKind, row

_Swap = tuple[list[Property], list[Property]]
"""Lines of the old card that come back, and the lines of the new one that go for them."""


def put_back(now: bytes, was: bytes, changes: Sequence[Change], region: str = "", usual: str = "") -> bytes:
    """The card `now` with `changes` undone by the bytes of `was`; every other line keeps its bytes.

    `changes` are those from `was` to `now`. List properties (CATEGORIES) share their lines, so that all lines of one go
    back together; so do an address and its LABEL, a name and its SORT-AS. What comes back joins the group of what it
    replaces and brings its label; a group name that is taken meanwhile is replaced by a free one. If the cards are in
    different encodings and ASCII is not enough, the result is UTF-8, or UTF-16 if `now` is. `region` is the owner's
    country, by which old character sets are guessed, and `usual` what the book's other cards are in.
    """
    wide, other = utf16_of(now[:64]), utf16_of(was[:64])
    old, new = properties_of(was), properties_of(now)
    now, was = narrowed(now), narrowed(was)
    before, came, behind = _parts(now, was, changes, old, new)
    if wide:
        return widen(
            before + (came if other else _unlabelled(came, decoder(was, charset_of(was, region, usual)))) + behind,
            wide,
        )
    if other:
        came = _unlabelled(came, decoder(b""))
    old_charset, new_charset = charsets_of(was, now, region, usual)
    if came.isascii() or old_charset == new_charset:
        return before + came + behind
    read_now, read_was = decoder(now, new_charset), decoder(b"" if other else was, "" if other else old_charset)
    return _in_utf8(before, read_now) + _in_utf8(came, read_was) + _in_utf8(behind, read_now)


def _parts(
    now: bytes, was: bytes, changes: Sequence[Change], old: list[Property], new: list[Property]
) -> tuple[bytes, bytes, bytes]:
    """What of `now` stays before the lines that come back, these lines of `was`, and what of `now` stays behind them."""
    swaps = list(_swaps(changes, old, new))
    out = {line.start: line for _, come in swaps for line in come}
    back = _regroup(swaps, old, new, out)
    place = min(out) if out else _end_line(now, new)
    before, behind = _without(now[:place], out, 0), _without(now[place:], out, place)
    if before and not before.endswith((b"\n", b"\r")):
        before += _line_end(now)
    return before, b"".join(_bytes_of(was, line, group) for line, group in back), behind


def _swaps(changes: Sequence[Change], old: list[Property], new: list[Property]) -> Iterator[_Swap]:
    pairs = _Carriers(changes, old, new)
    for name in dict.fromkeys(change.name for change in changes if row(change.name).kind is ValueKind.LIST):
        yield _named(old, name), _named(new, name)
    for change in changes:
        if row(change.name).kind is ValueKind.LIST:
            continue
        gone, come = _values(change.before), _values(change.after)
        carried = [line for line in gone + come if _name(line) != change.name]
        yield (gone, come) if not carried else pairs.of(gone, come)


def _name(line: Property) -> str:
    alias, _ = other_name(line)
    return alias.to if alias else line.name


def _named(lines: list[Property], name: str) -> list[Property]:
    return [line for line in lines if _name(line) == name]


def _values(fact: Fact | None) -> list[Property]:
    return [line for line in fact.lines if line.name != "X-ABLABEL"] if fact else []


class _Carriers:
    """Lines that say something in a parameter (ADR's LABEL, N's SORT-AS), old and new ones paired by their value."""

    def __init__(self, changes: Sequence[Change], old: list[Property], new: list[Property]) -> None:
        self._pairs: list[tuple[Property, Property]] = []
        names = {"ADR", "N"}
        mine, theirs = (
            [f for f in facts_of(Card("", tuple(lines)), "") if f.name in names] if _carries(changes) else []
            for lines in (old, new)
        )
        self._pairs += [(one.lines[0], other.lines[0]) for one, other in _same(mine, theirs)]
        self._pairs += [
            (c.before.lines[0], c.after.lines[0]) for c in changes if c.name in names and c.before and c.after
        ]

    def of(self, gone: list[Property], come: list[Property]) -> _Swap:
        """Both sides of a swap, each with the counterparts of what the other one names."""
        starts_gone, starts_come = {line.start for line in gone}, {line.start for line in come}
        also_come = [new for old, new in self._pairs if old.start in starts_gone and new.start not in starts_come]
        also_gone = [old for old, new in self._pairs if new.start in starts_come and old.start not in starts_gone]
        return gone + also_gone, come + also_come


def _same(mine: Iterable[Fact], theirs: Iterable[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """Facts that say the same, each once: those with the same labels first, for a home and an office may be one address."""
    for with_labels in (True, False):
        waiting: dict[object, deque[Fact]] = defaultdict(deque)
        for fact in theirs:
            waiting[fact.name, fact.meaning, with_labels and fact.labels].append(fact)
        left: list[Fact] = []
        for fact in mine:
            alike = waiting[fact.name, fact.meaning, with_labels and fact.labels]
            if alike:
                yield fact, alike.popleft()
            else:
                left.append(fact)
        mine, theirs = left, [fact for alike in waiting.values() for fact in alike]


def _carries(changes: Sequence[Change]) -> bool:
    return any(c.name in {"LABEL", "SORT-STRING"} for c in changes)


def _regroup(
    swaps: Sequence[_Swap], old: list[Property], new: list[Property], out: dict[int, Property]
) -> list[tuple[Property, str]]:
    """The lines that come back, labels included, in their old order, each with its group.

    A group belongs to the lines of `new` that stay; a label that none of them needs is put into `out`.
    """
    was, now = labels_of(old), labels_of(new)
    used = {line.group for line in new if line.start not in out and line.name != "X-ABLABEL"}
    for group in {line.group for line in out.values()} & now.keys() - used:
        out[now[group].start] = now[group]
    said = {line.group: "" for line in new if line.group and line.start not in out}
    said |= {group: label.value for group, label in now.items() if label.start not in out}
    back: dict[tuple[int, str], Property] = {}
    done: set[int] = set()
    for gone, come in swaps:
        wished = next((line.group for line in come if line.group), "")
        for line in (line for line in gone if line.start not in done):
            done.add(line.start)
            label = None if row(_name(line)).derived else was.get(line.group)
            group = _free(wished or line.group, label.value if label else "", said) if line.group else ""
            back[line.start, group] = line
            if label and group not in said:
                back[label.start, group] = label
            said.setdefault(group, label.value if label else "")
    return sorted(((line, group) for (_, group), line in back.items()), key=lambda item: item[0].start)


def _free(wished: str, label: str, said: dict[str, str]) -> str:
    """The group wished for, if nobody has it or its label is the one wanted; else one that nobody has."""
    if said.get(wished, label) == label:
        return wished
    return next(name for name in map("item{}".format, count(1)) if name not in said) if label else ""


def _end_line(card: bytes, lines: list[Property]) -> int:
    """Where a line that only comes back is put: before END, behind the last line."""
    return lines[-1].end if lines else max(card.upper().rfind(b"END"), 0)


def _without(part: bytes, out: dict[int, Property], offset: int) -> bytes:
    pieces: list[bytes] = []
    position = 0
    for start in sorted(out):
        if offset <= start < offset + len(part):
            pieces.append(part[position : start - offset])
            position = out[start].end - offset
    pieces.append(part[position:])
    return b"".join(pieces)


def _bytes_of(card: bytes, line: Property, group: str) -> bytes:
    """A line as it stands in its card, with a line end, and in another group if need be."""
    data = _ended(card[line.start : line.end], card)
    if group == line.group:
        return data
    bare = re.sub(rb"\A\s*[\w-]+\.", b"", data, count=1)
    if line.group and bare == data:  # a fold inside the group's name
        bare = b"".join(text for _, _, text in unfold(data)).partition(b".")[2] + _line_end(card)
    return group.encode("utf-8") + b"." + bare if group else bare


def _line_end(card: bytes) -> bytes:
    return b"\r\n" if b"\r\n" in card or not card else b"\n" if b"\n" in card else b"\r"


def _ended(line: bytes, card: bytes) -> bytes:
    return line if line.endswith((b"\n", b"\r")) else line + _line_end(card)


def _in_utf8(part: bytes, decode: Decode) -> bytes:
    """Lines in UTF-8; those that name their own CHARSET keep their bytes."""
    mark = BOM if part.startswith(BOM) else b""
    return mark + b"".join(
        _ended(part[start:end], part)
        if says_charset(text)
        else decode(text).encode("utf-8", "surrogateescape") + _line_end(part)
        for start, end, text in unfold(part)
    )


def _unlabelled(part: bytes, decode: Decode) -> bytes:
    """Lines in UTF-8 that name no CHARSET, which says nothing in a card of UTF-16 (see `properties_of`)."""
    return b"".join(
        text + _line_end(part)
        if text.isascii()
        else without_charset(decode(text).encode("utf-8", "surrogateescape")) + _line_end(part)
        for _, _, text in unfold(part)
    )
