"""What is said of a backup of a record in PostgreSQL: a line that reaches the same database, without its password."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.errors import RefusedError
from cardwarden.store.postgresql import PostgresStore, open_server


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        (
            "cardwarden:secret@db.example.org/cards?sslmode=verify-full&sslpassword=secret",
            "cardwarden@db.example.org/cards?sslmode=verify-full",
        ),
        ("cardwarden@/cards?host=/run/postgresql&port=5433", "cardwarden@/cards?host=%2Frun%2Fpostgresql&port=5433"),
    ],
)
def test_the_line_of_a_backup_asks_for_what_the_address_says(address: str, asked: str) -> None:
    server = open_server(f"postgresql+psycopg://{address}")
    store = PostgresStore(Path("smith"), server, "household_smith", _alone=True)
    with pytest.raises(RefusedError) as refused:
        store.backup(Path("to.dump"))
    store.close()
    assert f"--dbname=postgresql://{asked}" in str(refused.value)
    assert "secret" not in str(refused.value)
