"""Two states of a book become a case: which cards changed, and in what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from cardwarden.detect.case import NOTHING, Book, CardChange, CardHistory, Case, Rest
from cardwarden.detect.guarded import Guarded
from cardwarden.errors import BUGS
from cardwarden.progress import SILENT, Progress, Work, counted
from cardwarden.vcard.canonical import Fact, facts_of
from cardwarden.vcard.card import Bodies, Card, Entry
from cardwarden.vcard.content import RawCard, properties_of, read_card
from cardwarden.vcard.diff import diff_facts
from cardwarden.vcard.encoding import charset_of, charsets_of, is_utf8
from cardwarden.vcard.pairing import Pair


def compare(
    pairs: Sequence[Pair],
    bodies: Bodies,
    region: str,
    *,
    first_look: bool = False,
    ignore: frozenset[str] = frozenset(),
    examine: Collection[str] = (),
    memory: CardHistory = NOTHING,
    unmoved: frozenset[str] = frozenset(),
    unstamped: frozenset[str] = frozenset(),
    guarded: Guarded | None = None,
    rest: Rest | None = None,
    usual: str = "",
    progress: Progress = SILENT,
) -> Case:
    """The case of a book: `pairs` of all its cards, before and now, but for the `rest` that nobody touched.

    Bodies are read only for cards whose bytes differ, and for those whose key stands in `examine`. A card that the
    program fails at is one of the case's faults. `usual` is what the book's other cards are in (`charset_of`).
    """
    changed: list[CardChange] = []
    faults: dict[str, Exception] = {}
    for before, after in counted(pairs, progress, Work.COMPARING, len(pairs)):
        if before and after and before.digest == after.digest and after.key not in examine:
            continue
        read_was = reader(before, bodies, region, ignore, now=after, usual=usual)
        read_now = reader(after, bodies, region, ignore, was=before, usual=usual)
        if before and after:
            try:
                (was, old_revision), (now, new_revision) = read_was(), read_now()
                changes = tuple(diff_facts(list(was), list(now)))
            except BUGS as error:
                faults[before.key] = error
                continue
            revisions = (old_revision, new_revision)
        else:
            changes, revisions = (), ("", "")
        changed.append(CardChange(before, after, _facts(read_was), _facts(read_now), changes, revisions))
    past = Book(tuple(before for before, _ in pairs if before), rest)
    book = Book(tuple(after for _, after in pairs if after), rest)

    def read(entry: Entry) -> tuple[Fact, ...]:
        return _facts(reader(entry, bodies, region, ignore, usual=usual))()

    return Case(tuple(changed), past, book, first_look, memory, read, unmoved, unstamped, faults, guarded or Guarded())


Said = tuple[tuple[Fact, ...], str]
"""All that a card says, and its REV."""


class CardReader:
    """Reads a card at the first call and remembers what it says: of a new book's cards, most are never asked.

    `was` or `now` is its other state, which helps to know the character set of one that names none and is no UTF-8.
    """

    __slots__ = ("_bodies", "_entry", "_ignore", "_now", "_region", "_said", "_usual", "_was")

    def __init__(
        self,
        entry: Entry,
        bodies: Bodies,
        region: str,
        ignore: frozenset[str],
        was: Entry | None,
        now: Entry | None,
        usual: str,
    ) -> None:
        self._entry, self._bodies, self._region, self._ignore = entry, bodies, region, ignore
        self._was, self._now, self._usual = was, now, usual
        self._said: Said | None = None

    def __call__(self) -> Said:
        if self._said is None:
            data = self._bodies(self._entry.digest)
            charset = self._charset(data)
            said = read_card(RawCard(data, self._entry.problem), charset)
            card = said if isinstance(said, Card) else Card("", tuple(properties_of(data, charset)))
            revision = card.first("REV")
            facts = tuple(facts_of(card, self._region, self._ignore))
            self._said = facts, revision.value.strip() if revision else ""
        return self._said

    def facts(self) -> tuple[Fact, ...]:
        """All that the card says."""
        return self()[0]

    def _charset(self, data: bytes) -> str:
        """As for `read_card`: "" if the bytes alone tell."""
        if is_utf8(data):
            return ""
        if self._was:
            return charsets_of(self._bodies(self._was.digest), data, self._region, self._usual)[1]
        if self._now:
            return charsets_of(data, self._bodies(self._now.digest), self._region, self._usual)[0]
        return charset_of(data, self._region, self._usual)


def reader(
    entry: Entry | None,
    bodies: Bodies,
    region: str,
    ignore: frozenset[str],
    *,
    was: Entry | None = None,
    now: Entry | None = None,
    usual: str = "",
) -> Callable[[], Said]:
    """Reads a card when it is asked, beside its state before or after if there is one; no card says nothing."""
    return _nothing if entry is None else CardReader(entry, bodies, region, ignore, was, now, usual)


def _nothing() -> Said:
    return (), ""


def _facts(read: Callable[[], Said]) -> Callable[[], tuple[Fact, ...]]:
    """What is kept of each card of a new book until its rules were asked, so it is small: no function of its own."""
    return read.facts if isinstance(read, CardReader) else tuple


def says_the_same(
    entry: Entry,
    other: Entry,
    bodies: Bodies,
    region: str,
    ignore: frozenset[str] = frozenset(),
    *,
    labels: bool = False,
    usual: str = "",
) -> bool:
    """Whether two states of a card differ in no value: only in spelling, order, `labels` (unless they count) and the like."""
    try:
        was, _ = reader(entry, bodies, region, ignore, now=other, usual=usual)()
        now, _ = reader(other, bodies, region, ignore, was=entry, usual=usual)()
        changes = diff_facts(list(was), list(now))
        return entry.problem == other.problem and not any(labels or change.of_value for change in changes)
    except BUGS:
        return False  # whoever compares them with the baseline meets the fault, too, and tells it
