"""What was put back: recorded before a byte is written, and card by card when it is done, so that it can be undone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, insert, select, update

from cardwarden.phrases.phrase import Phrase, Value, phrase
from cardwarden.store import covered
from cardwarden.store import tables as t
from cardwarden.store.batches import batches


class Stage(StrEnum):
    """How far a restore came: begun (interrupted, if nothing is at work), all of it written, or hindered by something."""

    STARTED = "started"
    DONE = "done"
    STOPPED = "stopped"


class _CardStage(StrEnum):
    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class RestoreCard:
    """One card of a restore. All values are SHA-256, None if there is no card or no baseline.

    before, wanted  its bytes as last seen, and as they were to become
    made            what was there afterwards; only means something if it is `done`
    base_before, base_after  its accepted body
    """

    card_id: int
    before: str | None
    wanted: str | None
    base_before: str | None
    base_after: str | None
    made: str | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Restore:
    """One restore of one book; `who` asked for it, "" if that is not known."""

    id: int
    book_id: int
    source: str
    book: str
    at: datetime
    who: Value
    what: Phrase
    undoes: int | None
    stage: Stage

    @property
    def said(self) -> Phrase:
        """That it was put back, and by whom."""
        return phrase("put-back-by", who=self.who) if self.who else phrase("put-back")


def begin(
    connection: Connection,
    book_id: int,
    at: datetime,
    what: Phrase,
    cards: Iterable[RestoreCard],
    undoes: int | None = None,
    *,
    who: Value = "",
) -> int:
    """Record what is about to be written; gives the restore's id. Bodies come first (`history.save_bodies`)."""
    made = insert(t.restores).values(
        book_id=book_id, at=at, who=who, what=what, undoes=undoes, state=Stage.STARTED.value
    )
    restore = int(connection.scalars(made.returning(t.restores.c.id)).one())
    every = list(cards)
    rows = [
        {
            "restore_id": restore,
            "card_id": card.card_id,
            "state": _CardStage.WAITING.value,
            "before": card.before,
            "wanted": card.wanted,
            "base_before": card.base_before,
            "base_after": card.base_after,
        }
        for card in every
    ]
    connection.execute(insert(t.restore_cards), rows)
    keys = [(restore, card.card_id) for card in every]
    covered.cover(connection, {t.restores: [restore], t.restore_cards: keys})
    return restore


def cards_done(connection: Connection, restore: int, made: Mapping[int, str | None]) -> None:
    """Cards are written, and this is what is there, by card."""
    r = t.restore_cards.c
    done = update(t.restore_cards).where(r.restore_id == restore, r.card_id == bindparam("card"))
    rows = [{"card": card, "there": digest} for card, digest in made.items()]
    connection.execute(done.values(state=_CardStage.DONE.value, made=bindparam("there", type_=r.made.type)), rows)
    covered.cover(connection, {t.restore_cards: [(restore, card) for card in made]})


def finish(connection: Connection, restore: int, *, is_stopped: bool) -> None:
    """It is over: all of it is written, or it `is_stopped` by something."""
    state = Stage.STOPPED if is_stopped else Stage.DONE
    connection.execute(update(t.restores).where(t.restores.c.id == restore).values(state=state.value))
    covered.cover(connection, {t.restores: [restore]})


def find(connection: Connection, restore: int | None = None) -> list[Restore]:
    """One restore by its id, or all of them, oldest first."""
    r, b = t.restores.c, t.books.c
    query = select(r.id, r.book_id, b.source, b.book, r.at, r.who, r.what, r.undoes, r.state).join(
        t.books, b.id == r.book_id
    )
    if restore is not None:
        query = query.where(r.id == restore)
    return [Restore(*row[:-1], stage=Stage(row.state)) for row in connection.execute(query.order_by(r.id))]


def cards_of(connection: Connection, restore: int) -> list[RestoreCard]:
    """The cards of a restore."""
    r = t.restore_cards.c
    rows = connection.execute(
        select(r.card_id, r.before, r.wanted, r.base_before, r.base_after, r.made, r.state)
        .where(r.restore_id == restore)
        .order_by(r.card_id)
    )
    return [RestoreCard(*row[:-1], done=row[-1] == _CardStage.DONE.value) for row in rows]


def of_cards(connection: Connection, card_ids: Collection[int]) -> list[Restore]:
    """The restores that wrote any of these cards, oldest first."""
    r = t.restore_cards.c
    ids: set[int] = set()
    for batch in batches(card_ids):
        ids.update(
            connection.scalars(select(r.restore_id).where(r.card_id.in_(batch), r.state == _CardStage.DONE.value))
        )
    return [restore for number in sorted(ids) for restore in find(connection, number)]


def made_in(connection: Connection, book_id: int) -> dict[tuple[int, str | None], frozenset[str | None]]:
    """What became of the cards of a book, by card and by the digest that was written to it: servers rewrite."""
    r = t.restore_cards.c
    rows = connection.execute(
        select(r.card_id, r.wanted, r.made)
        .join(t.restores, t.restores.c.id == r.restore_id)
        .where(t.restores.c.book_id == book_id, r.state == _CardStage.DONE.value)
    )
    digests: dict[tuple[int, str | None], set[str | None]] = {}
    for card, wanted, made in rows:
        digests.setdefault((card, wanted), set()).add(made)
    return {key: frozenset(made) for key, made in digests.items()}
