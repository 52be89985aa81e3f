"""What a card said is kept by intervals."""

from __future__ import annotations

from cardwarden.store.engine import Store
from cardwarden.store.versions import versions
from support.store import after, digest, put


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
