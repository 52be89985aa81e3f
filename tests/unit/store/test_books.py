"""Books, and how they stand."""

from __future__ import annotations

from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.store.books import books, find_book
from cardwarden.store.engine import Store
from support.store import after, check


def test_a_book_tells_how_its_last_checks_went(store: Store) -> None:
    with store.write() as connection:
        check(connection, 0, deep=True, token="t1", judged_with="v1")
        check(connection, 15, token="t2", cards=9)
        check(
            connection,
            30,
            outcome=Outcome.INCONCLUSIVE,
            doubt=Doubt.UNREAD,
            reason="no answer",
            token="wrong",
            judged_with="v2",
            deep=True,
        )
        book = find_book(connection, "family", "/book")
        assert book is not None
    assert (book.title, book.token, book.judged_with) == ("Contacts", "t2", "v2")
    assert (book.last_conclusive_at, book.last_deep_at) == (after(15), after(0))
    assert (book.outcome, book.doubt, book.reason) == (Outcome.INCONCLUSIVE, Doubt.UNREAD, "no answer")


def test_books_are_found_by_their_source(store: Store) -> None:
    with store.write() as connection:
        check(connection, book="/a")
        check(connection, book="/caf\udce9")
        assert [book.book for book in books(connection)] == ["/a", "/caf\udce9"]
        assert len(books(connection, "family")) == 2
        assert books(connection, "work") == []
        assert find_book(connection, "family", "/c") is None
