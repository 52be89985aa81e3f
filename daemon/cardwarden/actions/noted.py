"""What is recorded of a check that compared nothing: nothing changed, or nothing could be believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cardwarden.actions.checked import ChannelSelector, Checked, Doubted
from cardwarden.actions.claim import Claim
from cardwarden.actions.known import BookListing, KnownBook
from cardwarden.actions.terms import Judging
from cardwarden.clock import Clock
from cardwarden.detect.conditions import CONDITIONS
from cardwarden.detect.finding import State, condition_key
from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import Value, phrase
from cardwarden.sources.source import BookRef
from cardwarden.store import accepted as accepted_store
from cardwarden.store import books as book_store
from cardwarden.store import checks as check_store
from cardwarden.store import findings as finding_store
from cardwarden.store import standing as standing_store
from cardwarden.store.engine import Connection, Store


@dataclass(frozen=True, slots=True)
class CheckedBook:
    """The book that a check is about: its source and place there, what was known of it, how it is judged, who is told.

    claim  of the check
    """

    source: str
    ref: BookRef
    known: KnownBook
    judging: Judging
    wanted: ChannelSelector
    claim: Claim

    @property
    def last_check(self) -> int:
        """The row of the check that was its last one when this one began; 0 if there was none."""
        return self.known.standing.run.check_id if self.known.standing else 0

    def came_to(
        self,
        outcome: Outcome,
        check_id: int,
        cards: int,
        doubt: Doubt = Doubt.NONE,
        reason: Value = "",
        *,
        events: tuple[int, ...] = (),
        resolved: tuple[int, ...] = (),
    ) -> Checked:
        """What a recorded check of it came to."""
        return Checked(
            self.source,
            self.ref.title,
            outcome,
            doubt,
            reason,
            cards,
            events,
            resolved,
            check=check_id,
            book=self.ref.id,
        )


def doubted(store: Store, book: CheckedBook, doubt: Doubted, clock: Clock) -> Checked:
    """A reading that was not believed: that is all that is recorded of it.

    Raises RefusedError if the book was checked meanwhile, or is not claimed any more: what could not be believed may be believed
    by now, or accepted.
    """
    with store.write() as connection:
        return note_doubted(connection, book, doubt, clock.now())


def note_doubted(connection: Connection, book: CheckedBook, doubt: Doubted, at: datetime) -> Checked:
    """The same in a transaction that is there."""
    cards = book.known.count
    book_id, check_id = check_store.record_check(
        connection,
        source=book.source,
        book=book.ref.id,
        title=book.ref.title,
        at=at,
        outcome=Outcome.INCONCLUSIVE,
        cards=cards,
        changed=False,
        doubt=doubt.doubt,
        reason=doubt.reason,
        after=book.last_check,
    )
    if doubt.seen is not None:
        book_store.note_doubt(connection, book_id, doubt.seen, doubt.since)
    book.claim.prove(connection)
    return book.came_to(Outcome.INCONCLUSIVE, check_id, cards, doubt.doubt, doubt.reason)


def unchanged(store: Store, book: CheckedBook, listed: BookListing, clock: Clock) -> Checked:
    """Nothing came, went or was written: what is open says how the book stands.

    Raises RefusedError as `doubted` does, unless it goes on as it is known to, and did meanwhile.
    """
    cards = book.known.count
    at = clock.now()
    with store.write() as connection:
        stands = standing_store.of_book(connection, book.source, book.ref.id)
        if (stands.run.check_id if stands else 0) != book.last_check:
            raise RefusedError(phrase("error-checked-meanwhile", source=book.source))
        outcome = stands.outcome if stands else Outcome.CLEAN
        if stands is not None and stands.goes_on and stands.book.title == book.ref.title:
            standing_store.note_going_on(connection, [(stands, listed.seen.token, cards)], at, deep=listed.deep)
            return book.came_to(outcome, stands.run.check_id, cards)
        book_id, check_id = check_store.record_check(
            connection,
            source=book.source,
            book=book.ref.id,
            title=book.ref.title,
            at=at,
            outcome=outcome,
            cards=cards,
            changed=False,
            deep=listed.deep,
            token=listed.seen.token,
        )
        resolved = end_doubts(connection, book, book_id, check_id, Doubt.NONE, at)
        book.claim.prove(connection)
    return book.came_to(outcome, check_id, cards, resolved=resolved)


def end_doubts(
    connection: Connection, book: CheckedBook, book_id: int, check_id: int, confirms: Doubt, at: datetime
) -> tuple[int, ...]:
    """A reading was believed, so what told that none could be is over; gives the ids of what is resolved by it.

    "It looks empty" was right if the reading `confirms` it: that is no all-clear.
    """
    if book.known.book is None or book.known.book.outcome.is_conclusive:
        return ()
    ids = finding_store.open_condition_ids(connection, book_id, CONDITIONS)
    if book.known.book.doubted_as is not None:
        book_store.note_doubt(connection, book_id, None, None)
    accepted_store.forget_accepted(connection, book_id, map(condition_key, CONDITIONS), "over", at)
    if confirms is not Doubt.NONE:
        finding_store.transition(connection, ids, State.PASSED, at, phrase("over-found-so"), check_id)
        return ()
    finding_store.transition(connection, ids, State.RESOLVED, at, phrase("over-book-read"), check_id)
    return tuple(ids)
