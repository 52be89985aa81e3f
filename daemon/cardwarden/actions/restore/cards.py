"""A card or a whole book is put back, as it was accepted or as it was at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cardwarden.actions.restore.plan import Plan, RestoreRequest, RestoreStep, step_for
from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import Code, Moment, Person, Phrase, Value, phrase
from cardwarden.store import bodies as body_store
from cardwarden.store import cards as card_store
from cardwarden.store import checks as check_store
from cardwarden.store import members as member_store
from cardwarden.store import restores as restore_store
from cardwarden.store import versions as version_store
from cardwarden.store.books import StoredBook
from cardwarden.store.cards import StoredCard
from cardwarden.store.engine import Connection
from cardwarden.store.members import Unread


@dataclass(frozen=True, slots=True)
class _Goal:
    """What a book is to become. `then` are the digests by card as of that time, None if its baseline is meant.

    `made` is what became of bytes when they were written to a card before, by card and digest: servers rewrite.
    """

    then: Mapping[int, str] | None
    made: Mapping[tuple[int, str | None], frozenset[str | None]]

    def wanted(self, row: StoredCard) -> str | None:
        """The digest that a card is to have."""
        return row.base if self.then is None else self.then.get(row.id)

    def is_reached(self, row: StoredCard) -> bool:
        """Whether a card is so, or what its server makes of it."""
        wanted = self.wanted(row)
        now = row.entry.digest if row.present else None
        return wanted == now or (now is not None and now in self.made.get((row.id, wanted), ()))


def plan_of_card(connection: Connection, card_id: int, request: RestoreRequest) -> Plan:
    """What would put back one card. Raises RefusedError if it was not there at that time."""
    book, row = card_store.card_by_id(connection, card_id)
    goal, at = _goal(connection, book, request), request.at
    who = Person(row.entry.name, row.entry.key)
    step = _step(connection, book, row, goal)
    if step is None and at is not None and goal.wanted(row) is None:
        versions = version_store.versions(connection, row.id)
        first = versions[0].since if versions else None
        if first and at < first:
            raise RefusedError(
                phrase("error-not-there-then-but-later", who=who, source=book.source, first=Moment(first))
            )
        raise RefusedError(phrase("error-not-there-then", who=who, source=book.source))
    what = _as_of(who, at)
    if step is None and (unread := _unread(connection, book).get(row.entry.href)) and row.present:
        return Plan(book, what, left=(_unreadable(unread),))
    return Plan(book, what, (step,)) if step else Plan(book, what, already=1)


def plan_of_book(connection: Connection, book: StoredBook, request: RestoreRequest) -> Plan:
    """What would put back every card of a book; cards that came after that time stay."""
    goal, at = _goal(connection, book, request), request.at
    steps: list[RestoreStep] = []
    unread = _unread(connection, book)
    not_seen: dict[str, Unread] = {}
    already = later = 0
    for row in card_store.all_cards(connection, book.id):
        if at is not None and row.present and row.base is not None and goal.wanted(row) is None:
            later += 1
            continue
        step = _step(connection, book, row, goal)
        if step:
            steps.append(step)
        elif row.present and row.entry.href in unread:
            not_seen[row.entry.href] = unread[row.entry.href]
        else:
            already += row.present
    left = (*map(_unreadable, not_seen.values()), *([phrase("restore-came-later", count=later)] if later else ()))
    what = _as_of(phrase("restored-all", source=book.source), at)
    return Plan(book, what, tuple(steps), already, left)


def _goal(connection: Connection, book: StoredBook, request: RestoreRequest) -> _Goal:
    made, check = restore_store.made_in(connection, book.id), request.check
    if request.at is None:
        return _Goal(None, made)
    if check is None:
        check = check_store.check_at(connection, book.id, request.at, request.asked)
    there = [] if check is None else card_store.cards_at(connection, book.id, check)
    return _Goal({card.id: card.entry.digest for card in there}, made)


def _step(connection: Connection, book: StoredBook, row: StoredCard, goal: _Goal) -> RestoreStep | None:
    """The step that brings a card there; None if it is so already.

    A card that is waiting to be accepted as new goes; any other one that was not there at that time is left alone.
    """
    wanted = goal.wanted(row)
    if (wanted is None and not (row.present and row.base is None)) or goal.is_reached(row):
        return None
    return step_for(connection, book, row, body_store.body(connection, wanted) if wanted else None, wanted)


def _unread(connection: Connection, book: StoredBook) -> dict[str, Unread]:
    """The members that could not be read at the last check: what their cards say now is not known, only what they said."""
    return {unread.href: unread for unread in member_store.load_unread(connection, book.id)}


def _unreadable(unread: Unread) -> Phrase:
    return phrase("left-unread", file=Code(unread.href, of_contact=True), reason=unread.reason)


def _as_of(what: Value, at: datetime | None) -> Phrase:
    return phrase("restored-as-of", what=what, at=Moment(at)) if at else phrase("restored", what=what)
