"""What a book said at a time, and what happened to its cards."""

from __future__ import annotations

from cardwarden.store.card_events import card_events
from cardwarden.store.cards import cards_at
from cardwarden.store.checks import check_at
from cardwarden.store.engine import Store
from support.store import after, digest, put


def test_a_book_is_given_as_it_was_after_any_check(store: Store) -> None:
    with store.write() as connection:
        book, one = put(connection, 0, "k1", b"one")
        _, two = put(connection, 10, "k2", b"two")
        put(connection, 20, "k1", b"three", row=one)
        put(connection, 30, "k2", None, row=two)
        said = [
            [card.entry.digest for card in cards_at(connection, book, check_at(connection, book, after(minutes)) or 0)]
            for minutes in (-1, 0, 15, 20, 29, 31)
        ]
    expected = [[], [b"one"], [b"one", b"two"], [b"three", b"two"], [b"three", b"two"], [b"three"]]
    assert said == [[digest(body) for body in bodies] for bodies in expected]


def test_history_tells_who_came_changed_and_went_newest_first(store: Store) -> None:
    with store.write() as connection:
        _, one = put(connection, 0, "k1", b"one")
        put(connection, 10, "k1", b"two", row=one)
        put(connection, 20, "k1", None, row=one, accepted=b"two")
        put(connection, 30, "k1", b"one", row=one)
        steps = [(step.at, step.before, step.after) for step in card_events(connection, card_id=one)]
    assert steps == [
        (after(30), None, digest(b"one")),
        (after(20), digest(b"two"), None),
        (after(10), digest(b"one"), digest(b"two")),
        (after(0), None, digest(b"one")),
    ]


def test_what_a_book_held_at_first_is_no_step_of_the_whole_book(store: Store) -> None:
    with store.write() as connection:
        _, one = put(connection, 0, "k1", b"one")
        put(connection, 10, "k2", b"other")
        put(connection, 20, "k1", b"two", row=one)
        assert [step.card.entry.key for step in card_events(connection)] == ["k1", "k2"]
        assert [step.card.entry.key for step in card_events(connection, since=after(15))] == ["k1"]
        assert card_events(connection, source="another") == []
