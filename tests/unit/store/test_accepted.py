"""A value is declared right by its meaning, in its book alone."""

from __future__ import annotations

from sqlalchemy import update

from cardwarden.detect.finding import FindingKind
from cardwarden.store import tables as t
from cardwarden.store.accepted import accept_values, accepted_keys, forget_accepted
from cardwarden.store.engine import Connection, Store
from cardwarden.store.verification import verify
from support.store import after, check, finding, put, with_cards


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
        otherwise = finding("+2", before="written otherwise")
        forget_accepted(connection, here, [otherwise.accepted_key, condition.accepted_key], "over", after(6))
        assert accepted_keys(connection, here) == {one.accepted_key}


def test_what_was_declared_right_is_in_the_chain_whatever_becomes_of_it(store: Store) -> None:
    one, other = finding("+1"), finding("+2")
    with store.write() as connection:
        here, _ = put(connection, 0, "k1", b"body")
        for minute in range(2):  # the second time they are declared right anew
            accept_values(connection, here, [one, other], after(minute))
            assert rows_fit(connection)
        forget_accepted(connection, here, [other.accepted_key], "over", after(2))
        assert rows_fit(connection)
        connection.execute(update(t.accepted).values(key=other.accepted_key))
        assert not rows_fit(connection)


def rows_fit(connection: Connection) -> bool:
    """Whether the chain says each of these rows as it is."""
    flaw = verify(connection).flaw
    assert flaw is None or flaw.what.name == "flaw-row", flaw
    return flaw is None
