"""Two states of a book become a case: which cards changed, and in what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sized

from cardwarden.detect.case import NOTHING, Book, CardChange, CardHistory, Case, Rest
from cardwarden.detect.guarded import Guarded
from cardwarden.detect.reading import CardReader, CardSays, Readings, card_reader
from cardwarden.errors import BUGS
from cardwarden.progress import SILENT, Progress, Work, counted
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.card import Entry
from cardwarden.vcard.diff import diff_facts
from cardwarden.vcard.pairing import Pair


def compare(
    pairs: Iterable[Pair],
    readings: Readings,
    *,
    first_look: bool = False,
    examine: Collection[str] = (),
    memory: CardHistory = NOTHING,
    unstamped: frozenset[str] = frozenset(),
    guarded: Guarded | None = None,
    rest: Rest | None = None,
    progress: Progress = SILENT,
) -> Case:
    """The case of a book: `pairs` of all its cards, before and now, but for the `rest` that nobody touched.

    Each pair is compared before the next one is asked for. Bodies are read only for cards whose bytes differ, and for those
    whose key stands in `examine`. A card that the program fails at is one of the case's faults.
    """
    changed: list[CardChange] = []
    faults: dict[str, Exception] = {}
    past: list[Entry] = []
    book: list[Entry] = []
    total = len(pairs) if isinstance(pairs, Sized) else None
    for before, after in counted(pairs, progress, Work.COMPARING, total):
        if before:
            past.append(before)
        if after:
            book.append(after)
        if before and after and before.digest == after.digest and after.key not in examine:
            continue
        read_was = card_reader(before, readings, now=after)
        read_now = card_reader(after, readings, was=before)
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

    def read(entry: Entry) -> tuple[Fact, ...]:
        return _facts(card_reader(entry, readings))()

    return Case(
        tuple(changed),
        Book(tuple(past), rest),
        Book(tuple(book), rest),
        first_look,
        memory,
        read,
        unstamped=unstamped,
        faults=faults,
        guarded=guarded or Guarded(),
    )


def _facts(read: Callable[[], CardSays]) -> Callable[[], tuple[Fact, ...]]:
    """What is kept of each card of a new book until its rules were asked, so it is small: no function of its own."""
    return read.facts if isinstance(read, CardReader) else tuple


def says_the_same(entry: Entry, other: Entry, readings: Readings, *, labels: bool = False) -> bool:
    """Whether two states of a card differ in no value: only in spelling, order, `labels` (unless they count) and the like."""
    try:
        was, _ = card_reader(entry, readings, now=other)()
        now, _ = card_reader(other, readings, was=entry)()
        changes = diff_facts(list(was), list(now))
        return entry.problem == other.problem and not any(labels or change.of_value for change in changes)
    except BUGS:
        return False  # whoever compares them with the baseline meets the fault, too, and tells it
