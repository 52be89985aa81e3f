"""A restore is undone: what it replaced goes back, unless something changed since."""

from __future__ import annotations

from cardwarden.actions.restore.plan import Plan, RestoreStep, step_for
from cardwarden.errors import RefusedError, UsageError
from cardwarden.phrases.phrase import Code, Person, phrase
from cardwarden.store import bodies as body_store
from cardwarden.store import books as book_store
from cardwarden.store import cards as card_store
from cardwarden.store import restores as restore_store
from cardwarden.store.engine import Connection


def plan_of_undo(connection: Connection, number: int) -> Plan:
    """What would take back a restore. Raises UsageError if there is none, RefusedError if a card changed since."""
    restores = restore_store.find(connection, number)
    if not restores:
        raise UsageError(phrase("error-no-restore", id=str(number), command=Code("cardwarden restore --list")))
    book = book_store.find_book(connection, restores[0].source, restores[0].book)
    if book is None:
        raise UsageError(phrase("error-restored-book-unknown", id=str(number)))
    made_before = restore_store.made_in(connection, book.id)
    rows = {row.id: row for row in card_store.all_cards(connection, book.id)}
    steps: list[RestoreStep] = []
    already = 0
    for card in restore_store.cards_of(connection, number):
        row = rows.get(card.card_id)
        is_now = row.entry.digest if row and row.present else None
        made = card.made if card.done else card.wanted  # a kill can come between the writing and its record
        if row is None or (not card.done and is_now != made):
            continue
        if is_now == card.before or (is_now and is_now in made_before.get((row.id, card.before), ())):
            already += 1
        elif is_now != made:
            raise RefusedError(
                phrase(
                    "error-changed-since-restore",
                    who=Person(row.entry.name, row.entry.key),
                    id=str(number),
                    command=Code("cardwarden restore --card NAME --at TIME"),
                )
            )
        else:
            base = card.base_before if card.base_before != card.base_after else row.base
            wanted = body_store.body(connection, card.before) if card.before else None
            steps.append(step_for(connection, book, row, wanted, base))
    return Plan(book, phrase("restore-undone", number=number), tuple(steps), already)
