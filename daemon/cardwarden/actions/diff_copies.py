"""Compare two guarded books as they were last believed, the second as a copy of the first."""

from __future__ import annotations

from datetime import timedelta

from cardwarden.actions.diff import Difference
from cardwarden.actions.mirrors.comparison import halves
from cardwarden.actions.mirrors.pair import Mirror, book_called
from cardwarden.actions.terms import Judging
from cardwarden.detect.drift.judge import compare_copies, drifts, pair_copies
from cardwarden.detect.judge import events_of
from cardwarden.errors import UsageError
from cardwarden.phrases.nearest import no_such
from cardwarden.phrases.phrase import phrase
from cardwarden.progress import SILENT, Progress, Work
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store.engine import Connection
from cardwarden.vcard.card import Entry


def diff_copies(
    connection: Connection,
    origin: str,
    copy: str,
    judging: tuple[Judging, Judging],
    *,
    progress: Progress = SILENT,
) -> Difference:
    """All that differs, harmful or not, without what only says what the copy cannot hold.

    `origin` and `copy` are names of sources, or `source/book`. Raises UsageError if one of them was never read.
    """
    ours, theirs = _entries(connection, origin), _entries(connection, copy)
    one, other = halves(connection, Mirror("", origin, copy, timedelta(), None, judging))
    progress.begin(Work.COMPARING)  # until it is known which card is which
    compared = compare_copies(pair_copies(ours, theirs), one, other, progress=progress)
    judged = drifts(compared, compared.tally.kept(), judging[1].rules, one, other, progress)
    for fault in judged.faults.values():
        raise fault  # as a comparison of two files does: somebody waits for all of it
    return Difference(tuple(events_of(judged.findings)), compared.case, judging[0].region)


def _entries(connection: Connection, name: str) -> list[Entry]:
    book = book_called(connection, name)
    if book is None:
        names = {known.source for known in book_store.books(connection)}
        raise UsageError(no_such(phrase("error-no-such-book", name=name), name, names))
    return [card.entry for card in card_store.load_cards(connection, book.id) if card.present]
