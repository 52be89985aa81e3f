"""What a check came to is recorded: the book, its cards and bodies, findings, alerts and the chain, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from cardwarden.actions import expect
from cardwarden.actions.checked import Checked, Doubted
from cardwarden.actions.known import KnownBook
from cardwarden.actions.noted import CheckedBook, end_doubts, note_doubted
from cardwarden.actions.reading import Reading
from cardwarden.actions.verdict import Verdict
from cardwarden.clock import Clock
from cardwarden.detect.conditions import MEMBER_UNREAD
from cardwarden.detect.finding import State
from cardwarden.detect.judge import events_of
from cardwarden.detect.outcome import Doubt
from cardwarden.phrases.phrase import phrase
from cardwarden.store import bodies as body_store
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store import checks as check_store
from cardwarden.store import findings as finding_store
from cardwarden.store import members as member_store
from cardwarden.store import outbox
from cardwarden.store.acceptances import BaselineMove
from cardwarden.store.cards import CardRow
from cardwarden.store.engine import Connection, Store
from cardwarden.store.listing import digest_of_listing
from cardwarden.store.programs import remember_programs
from cardwarden.store.writings import Writing, keep_writings
from cardwarden.text import product_of


def verdict(store: Store, book: CheckedBook, reading: Reading, verdict: Verdict, clock: Clock) -> Checked:
    """All that a check found; nothing of it if its household has more than it may by now.

    Raises RefusedError if the book was checked meanwhile, or is not claimed any more: a claim ends with its connection to a
    database, and what was found is what another check found, or is held against what is no more (a baseline that was
    accepted).
    """
    at = clock.now()
    known = book.known
    rows = verdict.rows
    hidden = reading.missed.keys() | reading.passed
    here = [href for href in reading.members if href not in hidden]
    before = known.stamps.stored
    written = [href for href in here if before.get(href) != reading.stamp_of(href)] if before else here
    is_sure = not hidden and all(reading.stamp_of(href).settled for href in here)
    listing = _listing(known, reading) if is_sure else None
    gone = [href for href in known.stamps if href not in reading.members or href in reading.passed]
    cards = sum(card.now is not None for card in verdict.cards) + (known.untouched or 0)
    with store.write() as connection:
        allowance = book.judging.allowance
        if allowance and (refused := allowance.refusal(connection, book.source, book.ref.id, cards)):
            reading.staged.discard()
            return note_doubted(connection, book, Doubted(Doubt.LIMIT, refused), at)
        body_store.save_bodies(connection, {**reading.staged.held, **verdict.baselines.bodies})
        book_id, check_id = check_store.record_check(
            connection,
            source=book.source,
            book=book.ref.id,
            title=book.ref.title,
            at=at,
            outcome=verdict.outcome,
            cards=cards,
            changed=bool(rows or written or gone),
            reason=verdict.reason,
            deep=reading.deep,
            token=None if reading.missed else reading.token,
            judged_with=book.judging.settings_digest,
            charset=reading.charset,
            after=book.last_check,
        )
        book.claim.prove(connection)
        member_store.save_members(connection, book_id, written, reading.stamp_of, gone)
        book_store.note_listing(connection, book_id, listing)
        member_store.save_unread(connection, book_id, verdict.unread, at)
        readable = finding_store.open_ids_of_rule(connection, book_id, MEMBER_UNREAD, without=verdict.unread)
        finding_store.transition(connection, readable, State.RESOLVED, at, phrase("over-member-read"), check_id)
        if reading.anew and known.book:
            card_store.renew_keys(connection, book_id)
        ids = card_store.save_cards(connection, book_id, check_id, rows)
        card_store.save_places(connection, known.in_place.moved)
        accepted = {row.entry.program for row in rows if row.present and row.base == row.entry.digest}
        remember_programs(connection, book_id, accepted)
        _keep_writings(connection, reading, known, rows, ids, (book_id, check_id))
        events = _tell(connection, book, book_id, check_id, verdict, at)
        moves = _moves(known, rows, ids, verdict.expected.keys)
        expect.record(connection, book_id, check_id, verdict.expected, moves, at)
        _drop_put_together(connection, known, {key: row.base for key, row in zip(ids, rows, strict=True)})
        ended = end_doubts(connection, book, book_id, check_id, verdict.confirms, at)
        over = verdict.result.resolved
        finding_store.transition(connection, over, State.RESOLVED, at, phrase("over-not-there"), check_id)
    resolved = (*over, *ended, *readable)
    return book.came_to(
        verdict.outcome, check_id, cards, reason=verdict.reason, events=tuple(events), resolved=resolved
    )


def _keep_writings(
    connection: Connection,
    reading: Reading,
    known: KnownBook,
    rows: Sequence[CardRow],
    ids: Sequence[int],
    place: tuple[int, int],
) -> None:
    """Keep who wrote what came or changed, and which of these programs wrote what is accepted, as the server tells it."""
    book_id, check_id = place
    before = {card.id: card.entry.digest for card in known.cards if card.present}
    written = {
        card_id: (row, reading.written[row.entry.href])
        for card_id, row in zip(ids, rows, strict=True)
        if row.present and row.entry.href in reading.written and before.get(card_id) != row.entry.digest
    }
    keep_writings(
        connection,
        check_id,
        {card_id: Writing(writing.program, writing.at, writing.user) for card_id, (_, writing) in written.items()},
    )
    accepted = {product_of(writing.program) for row, writing in written.values() if row.base == row.entry.digest}
    remember_programs(connection, book_id, accepted - {""}, by_server=True)


def _listing(known: KnownBook, reading: Reading) -> bytes | None:
    """The digest of the book's members as they were read; None if some have to be read again anyway."""
    if known.untouched is not None:
        as_listed = all(reading.stamp_of(href).text == stamp for href, stamp in reading.members.items())
        return reading.listing if as_listed else None
    return digest_of_listing(reading.members, lambda href: reading.stamp_of(href).text)


def _tell(
    connection: Connection, book: CheckedBook, book_id: int, check_id: int, verdict: Verdict, at: datetime
) -> list[int]:
    """Record the events of this check, and queue them for the channels that want them."""
    result = verdict.result
    waiting = {id(finding) for finding in (*result.opened, *result.changed.values())}
    ids: list[int] = []
    for event in events_of([*result.opened, *result.changed.values(), *result.passed], first_look=verdict.first_look):
        states = [State.OPEN if id(finding) in waiting else State.PASSED for finding in event.findings]
        event_id, _ = finding_store.add_event(connection, book_id, check_id, event, states, at)
        for channel in book.wanted(book.source, event.severity):
            outbox.enqueue(connection, channel, event_id, at)
        ids.append(event_id)
    return ids


def _drop_put_together(connection: Connection, known: KnownBook, bases: Mapping[int, str | None]) -> None:
    """Baselines that were put together of two states of a card, and moved on: no version of it is their bytes."""
    left = {card.base for card in known.cards if card.base and card.id in bases and bases[card.id] != card.base}
    body_store.delete_unused(connection, body_store.body_ids(connection, left).values())


def _moves(
    known: KnownBook, rows: Sequence[CardRow], ids: Sequence[int], keys: Collection[str]
) -> dict[int, BaselineMove]:
    """What became of the baselines of these cards, by their rows."""
    before = {card.id: card.base for card in known.cards}
    return {
        number: BaselineMove(before.get(number), row.base)
        for row, number in zip(rows, ids, strict=True)
        if row.entry.key in keys
    }
