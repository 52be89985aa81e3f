"""What the books said is kept to the byte, by intervals, and grows only with change."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.store import tables as t
from cardwarden.store.engine import Store
from cardwarden.store.history import (
    CardRow,
    Stamp,
    StoredCard,
    body,
    books,
    find_book,
    find_cards,
    load_cards,
    load_members,
    move_baseline,
    save_bodies,
    save_cards,
    save_members,
    versions,
)
from support.store import after, check, digest, entry, put

SURROGATES = "caf\udce9 \ud83d end"


def count(store: Store, table: str) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(t.metadata.tables[table])) or 0


def test_a_body_comes_back_to_the_byte(store: Store) -> None:
    given = [b"", b"x", bytes(range(256)) * 20, b"TEL:0\r\n" * 1000, os.urandom(100_000), b"\x78\x9c" + b"\0" * 50]
    with store.write() as connection:
        save_bodies(connection, {digest(data): data for data in given})
    with store.read() as connection:
        assert [body(connection, digest(data)) for data in given] == given


def test_a_body_that_was_never_kept_raises_key_error(store: Store) -> None:
    with store.read() as connection, pytest.raises(KeyError):
        body(connection, digest(b"never"))


def test_a_body_is_kept_once(store: Store) -> None:
    with store.write() as connection:
        save_bodies(connection, {digest(b"a"): b"a"})
        save_bodies(connection, {digest(b"a"): b"a", digest(b"b"): b"b"})
    assert count(store, "bodies") == 2


def test_a_body_that_compresses_is_kept_small(store: Store) -> None:
    data = b"TEL;TYPE=CELL:+81 90 1234 5678\r\n" * 100
    with store.write() as connection:
        save_bodies(connection, {digest(data): data})
        assert connection.scalar(select(func.length(t.bodies.c.data))) < len(data) / 10


def test_a_card_comes_back_as_it_was(store: Store) -> None:
    odd = entry(
        SURROGATES,
        b"body",
        href="caf\udce9.vcf",
        ordinal=7,
        uid=SURROGATES,
        name="山田 \x1b[31m" + SURROGATES,
        contacts=("mail:a\n\ud800@example.org", "tel:+819012345678"),
        problem="line 3 \udcff",
    )
    with store.write() as connection:
        book, made = check(connection)
        save_bodies(connection, {digest(b"body"): b"body"})
        ids = save_cards(connection, book, made, [CardRow(None, odd, True, digest(b"body"))])
    with store.read() as connection:
        assert load_cards(connection, book) == [StoredCard(ids[0], odd, True, digest(b"body"))]


def test_ids_come_back_in_the_order_of_the_cards(store: Store) -> None:
    with store.write() as connection:
        book, made = check(connection)
        save_bodies(connection, {digest(b"body"): b"body"})
        first = [CardRow(None, entry(f"k{number}"), True, None) for number in range(1200)]
        ids = save_cards(connection, book, made, first)
        mixed = [CardRow(ids[5], entry("k5"), True, None), CardRow(None, entry("new"), True, None)]
        again = save_cards(connection, book, made, [*mixed, CardRow(ids[3], entry("k3"), True, None)])
        keys = {card.id: card.entry.key for card in load_cards(connection, book)}
    assert [keys[row] for row in ids] == [f"k{number}" for number in range(1200)]
    assert [keys[row] for row in again] == ["k5", "new", "k3"]


def test_versions_are_intervals_that_start_and_end_with_a_change(store: Store) -> None:
    with store.write() as connection:
        _, row = put(connection, 0, "k1", b"one")
        put(connection, 10, "k1", b"two", row=row)
        put(connection, 20, "k1", b"two", row=row, name="Another name for the same bytes")
        put(connection, 30, "k1", None, row=row, accepted=b"two")
        put(connection, 40, "k1", b"one", row=row)
        seen = versions(connection, row)
    assert [(one.digest, one.since, one.until) for one in seen] == [
        (digest(b"one"), after(0), after(10)),
        (digest(b"two"), after(10), after(30)),
        (digest(b"one"), after(40), None),
    ]


def test_a_card_that_is_gone_stays_while_it_has_a_baseline(store: Store) -> None:
    with store.write() as connection:
        book, row = put(connection, 0, "k1", b"one", accepted=b"one")
        put(connection, 10, "k1", None, row=row, accepted=b"one")
        assert [(card.id, card.present) for card in load_cards(connection, book)] == [(row, False)]
        move_baseline(connection, book, {row: None})
        assert load_cards(connection, book) == []
        assert len(versions(connection, row)) == 1


def test_a_card_that_comes_back_under_its_key_is_the_same_card(store: Store) -> None:
    with store.write() as connection:
        _, row = put(connection, 0, "k1", b"one")
        put(connection, 10, "k1", None, row=row)
        _, again = put(connection, 20, "k1", b"one")
        assert again == row
        assert len(versions(connection, row)) == 2


def test_a_card_that_could_never_be_read_has_no_body_and_no_version(store: Store) -> None:
    unread = replace(entry("k1"), digest="", problem="no permission")
    with store.write() as connection:
        book, made = check(connection)
        ids = save_cards(connection, book, made, [CardRow(None, unread, True, None)])
        assert load_cards(connection, book)[0].entry == unread
        assert versions(connection, ids[0]) == []
        put(connection, 10, "k1", b"one", row=ids[0])
        assert [version.digest for version in versions(connection, ids[0])] == [digest(b"one")]


def test_the_baseline_moves_without_the_card(store: Store) -> None:
    with store.write() as connection:
        book, row = put(connection, 0, "k1", b"one", accepted=b"one")
        put(connection, 10, "k1", b"two", row=row, accepted=b"one")
        move_baseline(connection, book, {row: digest(b"two")})
        (card,) = load_cards(connection, book)
    assert (card.entry.digest, card.base) == (digest(b"two"), digest(b"two"))


def test_members_are_set_changed_and_forgotten(store: Store) -> None:
    with store.write() as connection:
        book, _ = check(connection)
        save_members(connection, book, {"a.vcf": Stamp("1"), "caf\udce9.vcf": Stamp("1"), "gone.vcf": Stamp("1")}, [])
        save_members(connection, book, {"a.vcf": Stamp("2", settled=False), "new.vcf": Stamp("1")}, ["gone.vcf"])
    with store.read() as connection:
        assert load_members(connection, book) == {
            "a.vcf": Stamp("2", settled=False),
            "caf\udce9.vcf": Stamp("1"),
            "new.vcf": Stamp("1"),
        }
        assert load_members(connection, book + 1) == {}


def test_an_unchanged_check_extends_the_row_of_the_one_before(store: Store) -> None:
    with store.write() as connection:
        for minutes in (0, 15, 30):
            check(connection, minutes)
        rows = connection.execute(select(t.checks.c.first_at, t.checks.c.last_at, t.checks.c.times)).all()
    assert rows == [(after(0), after(30), 3)]


@pytest.mark.parametrize(
    "differs",
    [
        {"changed": True},
        {"outcome": Outcome.FINDINGS},
        {"outcome": Outcome.INCONCLUSIVE},
        {"doubt": Doubt.DROP},
        {"reason": "no answer"},
    ],
)
def test_a_check_that_differs_gets_a_row_of_its_own(store: Store, differs: dict[str, object]) -> None:
    with store.write() as connection:
        check(connection, 0)
        check(connection, 15, **differs)
    assert count(store, "checks") == 2


def test_inconclusive_checks_extend_while_the_reason_is_the_same(store: Store) -> None:
    with store.write() as connection:
        for reason in ("no answer", "no answer", "looks empty", "no answer"):
            check(connection, outcome=Outcome.INCONCLUSIVE, reason=reason)
    assert count(store, "checks") == 3


def test_books_do_not_extend_each_others_checks(store: Store) -> None:
    with store.write() as connection:
        check(connection, book="/a")
        check(connection, book="/b")
        check(connection, book="/a")
    assert count(store, "checks") == 2


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
    assert (book.last_check_at, book.last_conclusive_at, book.last_deep_at) == (after(30), after(15), after(0))
    assert (book.outcome, book.doubt, book.reason) == (Outcome.INCONCLUSIVE, Doubt.UNREAD, "no answer")


def test_books_are_found_by_their_source(store: Store) -> None:
    with store.write() as connection:
        check(connection, book="/a")
        check(connection, book="/caf\udce9")
        assert [book.book for book in books(connection)] == ["/a", "/caf\udce9"]
        assert len(books(connection, "family")) == 2
        assert books(connection, "work") == []
        assert find_book(connection, "family", "/c") is None


def people(store: Store) -> None:
    cards = [
        entry("k1", name="Yamada Taro", uid="abc-1", contacts=("tel:+818012345678",)),
        entry("k2", name="Yamada Tarou", uid="ABC-2", contacts=("mail:y80123@example.org",)),
        entry("k3", name="Jörg Müller", uid="xyz", contacts=("tel:+493012345",)),
    ]
    with store.write() as connection:
        book, made = check(connection)
        save_bodies(connection, {digest(b"body"): b"body"})
        save_cards(connection, book, made, [CardRow(None, card, True, None) for card in cards])


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("yamada", ["k1", "k2"]),
        ("YAMADA TARO", ["k1"]),  # exactly one of them, though the other's name holds it too
        ("müll", ["k3"]),
        ("mu\u0308ll", ["k3"]),
        ("abc-2", ["k2"]),
        ("abc", ["k1", "k2"]),
        ("080-1234", ["k1"]),
        ("+81 80 1234 5678", ["k1"]),
        ("80123", ["k1"]),
        ("12", []),
        ("nobody", []),
        ("", []),
    ],
)
def test_a_card_is_found_by_what_a_person_calls_it(store: Store, text: str, keys: list[str]) -> None:
    people(store)
    with store.read() as connection:
        assert [found.card.entry.key for found in find_cards(connection, text)] == keys
        assert find_cards(connection, text, source="work") == []
