"""Bytes of a book -> raw cards -> properties: boundaries and encodings, in linear time, never an exception."""

from __future__ import annotations

import mmap
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from cardwarden.vcard.card import Card, Property, Unreadable
from cardwarden.vcard.encoding import BOM, SURROGATE, Decode, charsets_of, decoder, narrow, utf16_of, widen
from cardwarden.vcard.folds import BEGIN_OR_END, unfold
from cardwarden.vcard.header import split_line

_VCARD = re.compile(
    rb":[ \t]*(?:[Vv][Cc][Aa][Rr][Dd]|[Vv][Ll][Ii][Ss][Tt])"
)  # a colon is found fast, and pictures have none
_BLANKS = 64  # bytes that are looked at first for what stands before them
_AGENT = re.compile(rb"(?:\A|[\r\n])(?:[\w-]{1,60}\.)?AGENT[^\r\n:]{0,200}:[ \t]*[\r\n]{0,6}\Z", re.IGNORECASE)
_OWN_START = re.compile(rb"[\r\n][ \t]*(?:VERSION|UID)[ \t]*[;:]", re.IGNORECASE)
_LOOKS_LIKE_A_LINE = re.compile(
    rb"(?:\A|[\r\n])(?:[\w-]{1,60}\.)?(?:FN|N|TEL|EMAIL|UID|ADR|VERSION)[;:]", re.IGNORECASE
)
_VERSION = re.compile(r"[0-9]\.[0-9]")
_LINE_END = re.compile(rb"[ \t]*+(?:\r{0,2}\n(?:\r(?!\n))?|\r)?")
_INSIDE_AT_MOST = 40  # begins and ends of cards inside a card that are looked at; more would cost more than linear time


class CardProblem(StrEnum):
    """What is wrong with the frame of a card, so that it cannot be read; each is the phrase `card-NAME`."""

    NO_BEGIN = "no-begin"
    NO_END = "no-end"
    NO_CARD = "no-card"
    NO_LINES = "no-lines"
    BUG = "bug"
    """The program itself fails at it."""


@dataclass(frozen=True, slots=True)
class RawCard:
    """The bytes of one card, from BEGIN to the line end after END, and what is wrong with its frame ("" if nothing)."""

    data: bytes
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Mark:
    begins: bool
    start: int
    end: int  # after the line end, so that cards cut at their marks give the book's bytes back
    of_agent: bool  # it begins the value of AGENT


def split_book(book: bytes | mmap.mmap) -> Iterator[RawCard]:
    """The cards of a book, in order. Junk between cards is passed over; a lost BEGIN or END becomes a problem.

    Nested cards (AGENT, vCard 2.1 section 2.4.2, and those without it) stay inside their parent. A book with bytes but
    without any card is one RawCard with a problem; an empty one, or one that is all white space, has none.
    """
    wide = utf16_of(book[:64])
    if wide:
        for raw in split_book(narrow(bytes(book), wide)):
            yield RawCard(widen(raw.data, wide), raw.problem)
        return
    open_at: int | None = None
    depth = 0
    passed = 0  # everything before this offset has been given out or passed over
    any_card = False
    marks = _Ahead(_marks(book))
    for mark in marks:
        if mark.begins:
            if open_at is not None and (mark.of_agent or _is_nested(book, marks)):
                depth += 1
                continue
            if open_at is not None:
                yield RawCard(book[open_at : mark.start], CardProblem.NO_END)
            elif _LOOKS_LIKE_A_LINE.search(book, max(passed - 1, 0), mark.start):
                yield RawCard(book[passed : mark.start], CardProblem.NO_BEGIN)
            open_at, depth, passed = mark.start, 0, mark.start
        elif depth:
            depth -= 1
        elif open_at is None:
            any_card = True
            yield RawCard(book[passed : mark.end], CardProblem.NO_BEGIN)
            passed = mark.end
        else:
            any_card = True
            yield RawCard(book[open_at : mark.end])
            open_at, passed = None, mark.end
    if open_at is not None:
        yield RawCard(book[open_at:], CardProblem.NO_END)
    elif _LOOKS_LIKE_A_LINE.search(book, max(passed - 1, 0)) or (
        not any_card and re.search(rb"[^\s\x00\xef\xbb\xbf]", book)
    ):
        yield RawCard(book[passed:], CardProblem.NO_BEGIN if any_card else CardProblem.NO_CARD)


class _Ahead(Iterator[_Mark]):
    """Marks of which the next ones can be looked at."""

    def __init__(self, marks: Iterator[_Mark]) -> None:
        self._marks = marks
        self._waiting: deque[_Mark] = deque()

    def __next__(self) -> _Mark:
        return self._waiting.popleft() if self._waiting else next(self._marks)

    def coming(self, most: int) -> Iterator[_Mark]:
        """The next marks, `most` of them at most; they stay to come."""
        yield from list(self._waiting)[:most]
        while len(self._waiting) < most and (mark := next(self._marks, None)):
            self._waiting.append(mark)
            yield mark


def _is_of_agent(before: bytes) -> bool:
    """Whether what stands before a BEGIN is AGENT's name; it ends in a colon then, which is cheap to see."""
    return before.rstrip(b" \t\r\n").endswith(b":") and bool(_AGENT.search(before))


def _is_nested(book: bytes | mmap.mmap, marks: _Ahead) -> bool:
    """Whether a BEGIN inside an open card begins a card inside it, not the next one: it ends, and the outer one after it.

    Others may stand beside it and inside it. What stands between their ends and the outer one's belongs to the outer card;
    if another card begins there, an END was lost before and a BEGIN here.
    """
    depth = 2
    inner_end = 0
    for mark in marks.coming(_INSIDE_AT_MOST):
        if depth == 1 and _OWN_START.search(book, inner_end - 1, mark.start):
            return False
        depth += 1 if mark.begins else -1
        if depth == 0:
            return True
        inner_end = mark.end
    return False


def _marks(book: bytes | mmap.mmap) -> Iterator[_Mark]:
    """The lines that are BEGIN:VCARD or END:VCARD, also if a lost line end glued an END to the next BEGIN.

    `AGENT:BEGIN:VCARD` on one line counts, too.
    """
    glued_at = -1
    for match in _VCARD.finditer(book):
        name_end, word = _word_before(book, match.start())
        if not word.endswith((b"BEGIN", b"END")):
            continue
        begins = word.endswith(b"BEGIN")
        start, end = name_end - (5 if begins else 3), match.end()
        of_agent = begins and _is_of_agent(book[max(start - 260, 0) : start])
        before = book[start - 1 : start] if start else b"\n"
        at_start = before in b"\r\n" or start == glued_at or (start == 3 and book[:3] == BOM)
        ended = _LINE_END.match(book, end)
        end = ended.end() if ended else end
        alone = book[end - 1 : end] in b"\r\n"  # in 3.0 a whole card may stand in one escaped line
        if not at_start and not (of_agent and alone):
            continue
        glued_at = end if not begins else -1
        yield _Mark(begins, start, end, of_agent)


def _word_before(book: bytes | mmap.mmap, at: int) -> tuple[int, bytes]:
    """Where what stands before an offset ends, blanks aside, and its last five bytes, upper case."""
    reach = _BLANKS
    while True:
        before = book[max(at - reach, 0) : at]
        word = before.rstrip(b" \t")
        if len(word) >= 5 or reach >= at:
            return at - len(before) + len(word), word[-5:].upper()
        reach *= 2


def read_card(raw: RawCard, charset: str = "") -> Card | Unreadable:
    """What a card says. A line that the grammar refuses becomes a Property without a name, so that nothing goes blind.

    Damage of the frame makes it Unreadable; `properties_of` still gives what can be seen of it. `charset` is the codec of the
    lines that name none, "" if only the card tells.
    """
    if raw.problem:
        return Unreadable(raw.problem)
    properties = properties_of(raw.data, charset)
    if not properties:
        return Unreadable(CardProblem.NO_LINES)
    version = next((p.value.strip() for p in properties if p.name == "VERSION"), "")
    match = _VERSION.search(version)
    return Card(match[0] if match else version, tuple(p for p in properties if p.name != "VERSION"))


def visible_card(raw: RawCard, charset: str = "") -> Card:
    """A card, also one that cannot be read: then what can be seen of it. `charset` as for `read_card`."""
    read = read_card(raw, charset)
    return read if isinstance(read, Card) else Card("", tuple(properties_of(raw.data, charset)))


def properties_of(card: bytes, charset: str = "") -> list[Property]:
    """The properties of a card, one for each content line but its own BEGIN and END. A card nested in it is one property.

    It is the value of AGENT (2.1) if that comes before it, and else a property called BEGIN. `charset` as for `read_card`.
    """
    card, decode = _readable(card, charset)
    properties: list[Property] = []
    nested: list[str] = []  # the lines of a nested card that is not at its end yet
    depth = outer = 0  # how many cards are open here, and how many around the nested one
    for start, end, line in unfold(card):
        mark = BEGIN_OR_END.fullmatch(line.strip())
        if mark:
            depth = max(depth + (1 if mark[1][:1] in b"Bb" else -1), 0)
        if not nested and not mark and (text := decode(line)).strip():
            properties.append(_property(text, start, end))
            if properties[-1].name == "AGENT" and BEGIN_OR_END.fullmatch(
                properties[-1].value.strip().encode("utf-8", "replace")
            ):
                nested, outer, depth = [properties[-1].value.strip()], depth, depth + 1
        elif nested or (mark and depth > 1):
            text = decode(line)
            if not nested:
                outer = depth - 1
                if not _awaits_card(properties):
                    properties.append(Property("BEGIN", "", start=start))
            nested.append(text)
            if depth <= outer:
                properties[-1] = replace(properties[-1], value="\n".join(nested), end=end)
                nested = []
    if nested:
        properties[-1] = replace(properties[-1], value="\n".join(nested), end=len(card))
    return properties


def _readable(card: bytes, charset: str) -> tuple[bytes, Decode]:
    """A card whose lines can be read one by one, and how; UTF-16 is UTF-8 then, whatever its lines say they are in."""
    wide = utf16_of(card[:64])
    return (narrow(card, wide), decoder(b"")) if wide else (card, decoder(card, charset))


def _awaits_card(properties: list[Property]) -> bool:
    return bool(properties) and properties[-1].name == "AGENT" and not properties[-1].value.strip()


def whole_text(card: bytes, charset: str = "") -> str:
    """All of a card as it is written, folds and line ends, too. `charset` as for `read_card`; what does not fit is U+FFFD."""
    card, decode = _readable(card, charset)
    position = len(BOM) if card.startswith(BOM) else 0
    pieces: list[str] = []
    for _, end, _ in unfold(card):
        pieces.append(decode(card[position:end]))
        position = end
    pieces.append(decode(card[position:]))
    return _without_surrogates("".join(pieces))


def written(before: bytes | None, after: bytes | None, region: str, usual: str = "") -> tuple[list[str], list[str]]:
    """The lines of two states of a card as they are written, without folds; none of a card that is not there.

    `region` and `usual` as for `charsets_of`.
    """
    old, new = before or after or b"", after or before or b""
    charsets = charsets_of(old, new, region, usual)
    return _written(before, charsets[0]), _written(after, charsets[1])


def _written(card: bytes | None, charset: str) -> list[str]:
    if not card:
        return []
    card, decode = _readable(card, charset)
    return [_without_surrogates(decode(line)) for _, _, line in unfold(card)]


def _without_surrogates(text: str) -> str:
    return SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def _property(line: str, start: int, end: int) -> Property:
    header, value = split_line(line)
    if header is None:
        return Property("", line, start=start, end=end)
    name, params, group = header
    return Property(name, value, params, group, start, end)
