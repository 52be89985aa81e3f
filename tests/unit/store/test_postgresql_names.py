"""What a PostgreSQL is called, by its address alone."""

from __future__ import annotations

import pytest
from sqlalchemy import make_url

from cardwarden.store.postgresql import server_of


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("ann:secret@db.example.org/families", "db.example.org:5432/families"),
        ("db.example.org:5433/families", "db.example.org:5433/families"),
        ("ann@[::1]:5433/families", "::1:5433/families"),
        ("ann@/families?host=/run/postgresql", "/run/postgresql:5432/families"),
        ("ann@/families?host=/run/postgresql&port=5433", "/run/postgresql:5433/families"),
        ("ann@:5433/families?host=/run/postgresql", "/run/postgresql:5433/families"),
        ("ann@/families?host=a.example.org:5433&host=b.example.org", "a.example.org:5433,b.example.org:5432/families"),
        ("ann@/families", "[local]:5432/families"),
    ],
)
def test_a_server_is_named_as_it_is_reached_without_who_asks(address: str, name: str) -> None:
    assert server_of(make_url(f"postgresql+psycopg://{address}")) == name
