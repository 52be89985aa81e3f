"""A value is declared right by its meaning, in its book alone."""

from __future__ import annotations

from cardwarden.detect.finding import FindingKind
from cardwarden.store.accepted import accept_values, accepted_keys, forget_values
from cardwarden.store.engine import Store
from support.store import after, check, finding, with_cards


def test_values_are_declared_right_by_their_meaning_in_their_book(store: Store) -> None:
    one, other, condition = finding("+1"), finding("+2"), finding(kind=FindingKind.CONDITION, card=None, meaning="")
    with store.write() as connection:
        here, made = check(connection, book="/a")
        there, _ = check(connection, book="/b")
        with_cards(connection, here, made, one)
        accept_values(connection, here, [one, other, other, condition], after(0))
        accept_values(connection, here, [one], after(5))
        assert accepted_keys(connection, here) == {f.accepted_key for f in (one, other, condition)}
        assert accepted_keys(connection, there) == set()
        forget_values(connection, here, [finding("+2", before="written otherwise"), condition])
        assert accepted_keys(connection, here) == {one.accepted_key}
