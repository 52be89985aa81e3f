"""What the cards of a book say, read when somebody asks."""

from __future__ import annotations

from collections.abc import Callable

from cardwarden.vcard.canonical import Fact, facts_of
from cardwarden.vcard.card import Bodies, Entry
from cardwarden.vcard.content import RawCard, visible_card
from cardwarden.vcard.encoding import charset_of, charsets_of, is_utf8

_AT_HAND = 4  # states of one card: as it is held, as it was seen last, as it is, and as it is to be

CardSays = tuple[tuple[Fact, ...], str]
"""All that a card says, and its REV."""


class Readings:
    """Reads the cards of a book by their bodies; properties in `ignore` are left out.

    What was read last is at hand: the states of a card are asked for in a row, and some are the same bytes. `usual` is what the
    book's other cards are in (`charset_of`).
    """

    __slots__ = ("_ignore", "_last", "_region", "_usual", "bodies")

    def __init__(self, bodies: Bodies, region: str, ignore: frozenset[str] = frozenset(), usual: str = "") -> None:
        self.bodies, self._region, self._ignore, self._usual = bodies, region, ignore, usual
        self._last: dict[tuple[str, str, str], CardSays] = {}

    def said(self, entry: Entry, was: Entry | None, now: Entry | None) -> CardSays:
        """What a card says. `was` or `now` is its other state, which helps to know the character set of one that names none
        and is no UTF-8.
        """
        data = self.bodies(entry.digest)
        charset = self._charset(data, was, now)
        key = (entry.digest, entry.problem, charset)
        if key not in self._last:
            said = self._read(RawCard(data, entry.problem), charset)
            if len(self._last) >= _AT_HAND:
                del self._last[next(iter(self._last))]
            self._last[key] = said
        return self._last[key]

    def _read(self, raw: RawCard, charset: str) -> CardSays:
        card = visible_card(raw, charset)
        revision = card.first("REV")
        return tuple(facts_of(card, self._region, self._ignore)), revision.value.strip() if revision else ""

    def _charset(self, data: bytes, was: Entry | None, now: Entry | None) -> str:
        """As for `read_card`: "" if the bytes alone tell."""
        if is_utf8(data):
            return ""
        if was:
            return charsets_of(self.bodies(was.digest), data, self._region, self._usual)[1]
        if now:
            return charsets_of(data, self.bodies(now.digest), self._region, self._usual)[0]
        return charset_of(data, self._region, self._usual)


class CardReader:
    """Reads a card at the first call and remembers what it says: of a new book's cards, most are never asked."""

    __slots__ = ("_entry", "_now", "_readings", "_said", "_was")

    def __init__(self, entry: Entry, readings: Readings, was: Entry | None, now: Entry | None) -> None:
        """`was` and `now` as for `Readings.said`."""
        self._entry, self._readings, self._was, self._now = entry, readings, was, now
        self._said: CardSays | None = None

    def __call__(self) -> CardSays:
        if self._said is None:
            self._said = self._readings.said(self._entry, self._was, self._now)
        return self._said

    def facts(self) -> tuple[Fact, ...]:
        """All that the card says."""
        return self()[0]


def card_reader(
    entry: Entry | None, readings: Readings, *, was: Entry | None = None, now: Entry | None = None
) -> Callable[[], CardSays]:
    """Reads a card when it is asked, beside its state before or after if there is one; no card says nothing."""
    return _nothing if entry is None else CardReader(entry, readings, was, now)


def _nothing() -> CardSays:
    return (), ""
