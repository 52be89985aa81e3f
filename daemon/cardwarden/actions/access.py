"""Is every book still read? One that cannot be read for too long, or looks empty, is told once, and when it is back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cardwarden.actions.check import Checked, Wanted
from cardwarden.clock import Clock
from cardwarden.detect.finding import Cause, Event, Finding, Kind, Severity, State
from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.phrases.phrase import Moment, Sentence, Value, phrase
from cardwarden.store import checks as check_store
from cardwarden.store import findings as finding_store
from cardwarden.store import outbox
from cardwarden.store.books import BookStatus, statuses
from cardwarden.store.engine import Connection, Store

RULE = "access-lost"
LOOKS = {
    Doubt.EMPTY: phrase("book-looks-empty"),
    Doubt.DROP: phrase("book-looks-mostly-gone"),
    Doubt.UNREADABLE: phrase("book-looks-broken"),
}
"""The guard's doubts about what a book holds: told at once, as the next check may believe them."""


@dataclass(frozen=True, slots=True)
class Patience:
    """For how long a book may be unread before its owner is told."""

    unread_after: timedelta


def review_access(
    store: Store,
    source: str,
    results: Sequence[Checked],
    began: datetime,
    patience: Patience,
    wanted: Wanted,
    clock: Clock,
) -> None:
    """Look at how a check of a source went that began at `began`: note books that it did not reach, and tell what is new.

    Raises StoreError.
    """
    if any(result.refused for result in results):
        return  # whoever has the book sees to it
    began = began.replace(microsecond=began.microsecond // 1000 * 1000)  # times are kept in milliseconds
    with store.read() as connection:
        books = statuses(connection, source)
        lost = finding_store.books_with(connection, Kind.CONDITION, RULE)
    missing = [result for result in results if not result.book and not result.outcome.is_conclusive]
    unreached = [one for one in books if one.last_at < began] if missing else []
    back = [one for one in books if one.failing_since is None and one.id in lost]
    late = [
        one for one in books if one.last_at >= began and _is_late(one, clock.now(), patience) and one.id not in lost
    ]
    if not (unreached or back or late or (missing and not books)):
        return
    at = clock.now()
    with store.write() as connection:
        reason = missing[0].reason if missing else ""
        for one in unreached:
            _note_unread(connection, source, one.book, one.title, one.cards, reason, at)
        if missing and not books:
            _note_unread(connection, source, "", source, 0, reason, at)
        for one in statuses(connection, source):
            if one.failing_since is None:
                _tell_back(connection, one, at)
            elif one.last_at >= began and one.id not in lost and _is_late(one, at, patience):
                _tell_lost(connection, one, wanted, at)


def is_given_up(connection: Connection, status: BookStatus) -> bool:
    """Whether its owner accepted that a book can no longer be read."""
    marks = finding_store.accepted_marks(connection, status.id)
    return status.failing_since is not None and _loss(status).accepted_mark in marks


def _is_loss(finding: Finding) -> bool:
    return finding.kind is Kind.CONDITION and finding.rule == RULE


def _is_late(status: BookStatus, now: datetime, patience: Patience) -> bool:
    if status.failing_since is None:
        return False
    return status.doubt in LOOKS or now - status.failing_since >= patience.unread_after


def _note_unread(
    connection: Connection, source: str, book: str, title: str, cards: int, reason: str, at: datetime
) -> None:
    check_store.record_check(
        connection,
        source=source,
        book=book,
        title=title,
        at=at,
        outcome=Outcome.INCONCLUSIVE,
        cards=cards,
        changed=False,
        doubt=Doubt.UNREAD,
        reason=reason,
    )


def _tell_lost(connection: Connection, status: BookStatus, wanted: Wanted, at: datetime) -> None:
    finding = _loss(status)
    if finding.accepted_mark in finding_store.accepted_marks(connection, status.id):
        return
    event = Event(Cause.CARD, finding.severity, 1, (finding,))
    event_id, _ = finding_store.add_event(connection, status.id, status.check_id, event, [State.OPEN], at)
    for channel in wanted(status.source, event.severity):
        outbox.enqueue(connection, channel, event_id, at)


def _loss(status: BookStatus) -> Finding:
    book, since = _name(status), status.last_conclusive_at
    if status.doubt in LOOKS:
        title, reason = (
            LOOKS[status.doubt].with_values(book=book),
            phrase("book-reason", reason=Sentence(status.reason)),
        )
    else:
        title = phrase("book-lost", book=book)
        if since is not None:
            title = phrase("book-lost-since", book=book, since=Moment(since))
        reason = phrase("book-lost-why", reason=Sentence(status.reason))
    return Finding(Kind.CONDITION, RULE, Severity.WARNING, title, reason)


def _name(status: BookStatus) -> Value:
    """The source, and the book if the source has several."""
    if status.book in {"", status.source}:
        return status.source
    return phrase("book-of-source", source=status.source, book=status.title)


def _tell_back(connection: Connection, status: BookStatus, at: datetime) -> None:
    """The all-clear follows from the finding's end."""
    ids = [f.id for f in finding_store.open_findings(connection, status.id) if _is_loss(f.finding)]
    finding_store.transition(connection, ids, State.RESOLVED, at, "the book could be read again", status.check_id)
    finding_store.forget_values(connection, status.id, [_loss(status)])
