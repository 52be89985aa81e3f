"""Is every book still read? What cannot be read, or believed, is told once; a check that can tells that it is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cardwarden.actions.checked import ChannelSelector, Checked, SourceChecked
from cardwarden.clock import Clock
from cardwarden.detect.conditions import CONDITIONS, MEMBER_UNREAD, condition_of
from cardwarden.detect.finding import Cause, Event, Finding, FindingKind, Severity, State
from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.phrases.phrase import Moment, Value, phrase
from cardwarden.store import accepted as accepted_store
from cardwarden.store import books as book_store
from cardwarden.store import checks as check_store
from cardwarden.store import findings as finding_store
from cardwarden.store import members as member_store
from cardwarden.store import outbox
from cardwarden.store.books import BookStatus
from cardwarden.store.engine import Connection, Store
from cardwarden.store.members import Unread

LOOKS = {
    Doubt.EMPTY: phrase("book-looks-empty"),
    Doubt.DROP: phrase("book-looks-mostly-gone"),
    Doubt.UNREADABLE: phrase("book-looks-broken"),
    Doubt.OTHER_BOOK: phrase("book-looks-like-another"),
    Doubt.RENAMED: phrase("book-is-known-otherwise"),
}
"""The doubts about what a book holds: told at once, as a later check may believe them, or their owner has to decide."""


@dataclass(frozen=True, slots=True)
class UnreadPolicy:
    """For how long a book may be unread before its owner is told."""

    unread_after: timedelta


def review_access(
    store: Store, check: SourceChecked, policy: UnreadPolicy, wanted: ChannelSelector, clock: Clock
) -> None:
    """Look at how a check of a source went: note books that it did not reach, and tell what is new. Raises StoreError."""
    source, began = check.source, _as_kept(check.began)
    with store.read() as connection:
        every = book_store.every_status(connection, source)
        if not is_news(connection, check, every, policy, clock):
            return
    missing, at = _missing(check.books), clock.now()
    with store.write() as connection:
        if missing:
            _note_unreached(connection, source, missing[0].reason, began, at)
        every = book_store.every_status(connection, source)
        for status, finding in _news(connection, source, every, began, at, policy):
            _tell(connection, status, finding, wanted, at)
        if not missing:
            over = _nameless(connection, every)
            finding_store.transition(connection, over, State.RESOLVED, at, phrase("over-books-read"))


def is_news(
    connection: Connection, check: SourceChecked, every: Sequence[BookStatus], policy: UnreadPolicy, clock: Clock
) -> bool:
    """Whether there is anything for `review_access` to do, as `every` book of the source stands (`books.every_status`)."""
    if any(result.refused for result in check.books):
        return False  # whoever has the book sees to it
    return bool(
        _missing(check.books)
        or _news(connection, check.source, every, _as_kept(check.began), clock.now(), policy)
        or _nameless(connection, every)
    )


def is_given_up(connection: Connection, status: BookStatus) -> bool:
    """Whether its owner accepted that a book can no longer be read."""
    accepted = accepted_store.accepted_keys(connection, status.id)
    return status.failing_since is not None and _loss(status).accepted_key in accepted


def _note_unreached(connection: Connection, source: str, reason: Value, began: datetime, at: datetime) -> None:
    """The source could not be asked for its books: those that are known could not be read."""
    books = book_store.statuses(connection, source)
    places = (
        [(status.book, status.title, status.cards) for status in books if status.last_at < began]
        if books
        else [("", source, 0)]
    )
    for book, title, cards in places:
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


def _as_kept(at: datetime) -> datetime:
    """A time as the store keeps it: in milliseconds."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _missing(results: Sequence[Checked]) -> list[Checked]:
    """What tells that the source could not be asked for its books."""
    return [result for result in results if not result.title and not result.outcome.is_conclusive]


def _nameless(connection: Connection, every: Sequence[BookStatus]) -> list[int]:
    """What is open about a source as one that cannot tell its books, though it has told them by now."""
    here = {status.id for status in book_store.named(every)}
    hidden = [status.id for status in every if status.id not in here]
    return [
        number for book_id in hidden for number in finding_store.open_condition_ids(connection, book_id, CONDITIONS)
    ]


def _news(
    connection: Connection,
    source: str,
    every: Sequence[BookStatus],
    began: datetime,
    at: datetime,
    policy: UnreadPolicy,
) -> list[tuple[BookStatus, Finding]]:
    """The conditions of a source's books that are to be told now: neither open nor accepted yet."""
    unread = member_store.unread_of_source(connection, source)
    news: list[tuple[BookStatus, Finding]] = []
    for status in book_store.named(every):
        findings = [
            _member_unread(status, unread_member)
            for unread_member in unread.get(status.id, ())
            if at - unread_member.since >= policy.unread_after
        ]
        if status.last_at >= began and _is_late(status, at, policy):
            findings.append(_loss(status))
        if findings:
            accepted = accepted_store.accepted_keys(connection, status.id)
            open_fingerprints = finding_store.open_fingerprints(connection, status.id, FindingKind.CONDITION)
            news += [
                (status, finding)
                for finding in findings
                if finding.fingerprint not in open_fingerprints and finding.accepted_key not in accepted
            ]
    return news


def _is_late(status: BookStatus, now: datetime, policy: UnreadPolicy) -> bool:
    if status.failing_since is None:
        return False
    return status.doubt in LOOKS or now - status.failing_since >= policy.unread_after


def _tell(connection: Connection, status: BookStatus, finding: Finding, wanted: ChannelSelector, at: datetime) -> None:
    event = Event(Cause.CARD, finding.severity, 1, (finding,))
    event_id, _ = finding_store.add_event(connection, status.id, status.check_id, event, [State.OPEN], at)
    for channel in wanted(status.source, event.severity):
        outbox.enqueue(connection, channel, event_id, at)


def _loss(status: BookStatus) -> Finding:
    """What is told of a book that cannot be read, or believed."""
    book, since = _name(status), status.last_conclusive_at
    reason = phrase("book-reason", reason=status.reason)
    if status.doubt in LOOKS:
        title = LOOKS[status.doubt].with_values(book=book)
    else:
        title = phrase("book-lost", book=book)
        if since is not None:
            title = phrase("book-lost-since", book=book, since=Moment(since))
        if status.doubt is not Doubt.LIMIT:
            reason = phrase("book-lost-why", reason=status.reason)
    rule, doubt = condition_of(status.doubt), status.doubt
    return Finding(FindingKind.CONDITION, rule, Severity.WARNING, title, reason, doubt=doubt)


def _member_unread(status: BookStatus, unread: Unread) -> Finding:
    """What is told of a member that cannot be read, while the rest of its book can."""
    return Finding(
        kind=FindingKind.CONDITION,
        rule=MEMBER_UNREAD,
        severity=Severity.WARNING,
        title=phrase("member-unread", book=_name(status)),
        reason=phrase("member-unread-why", reason=unread.reason),
        identity=unread.href,
    )


def _name(status: BookStatus) -> Value:
    """The source, and the book if the source has several."""
    if status.book in {"", status.source}:
        return status.source
    return phrase("book-of-source", source=status.source, book=status.title)
