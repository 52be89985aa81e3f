"""Cards come back as they were seen, and are found by what a person calls them."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from cardwarden.store import standing
from cardwarden.store.bodies import save_bodies
from cardwarden.store.cards import (
    CardRow,
    StoredCard,
    counts_present,
    find_cards,
    load_cards,
    move_baseline,
    save_cards,
    unaccepted_ids,
)
from cardwarden.store.engine import Store
from cardwarden.store.versions import versions
from support.store import ON_POSTGRESQL, check, digest, entry, put

SURROGATES = "caf\udce9 \ud83d end"


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


@pytest.mark.skipif(ON_POSTGRESQL in os.environ, reason="SQLite's plan")
def test_what_is_not_as_accepted_is_found_by_its_index(store: Store) -> None:
    asked: list[tuple[str, tuple[Any, ...]]] = []

    def note(_: object, __: object, statement: str, given: tuple[Any, ...], *___: object) -> None:
        asked.append((statement, given))

    with store.read() as connection:
        event.listen(connection, "before_cursor_execute", note)
        unaccepted_ids(connection, 1, limit=5)
        standing.of_source(connection, "family")
        counted = len(asked)
        counts_present(connection, "family")
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given).all() for said, given in tuple(asked)]

    assert len(plans) == 3
    assert all("ix_cards_unaccepted" in str(plan) for plan in plans[:counted]), plans
    assert "ix_cards_present" in str(plans[counted]), plans
