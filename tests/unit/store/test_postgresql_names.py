"""What a PostgreSQL is called, by its address alone."""

from __future__ import annotations

import pytest
from sqlalchemy import make_url

from cardwarden.store.postgresql import server_of, turned_away


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("ann:secret@db.example.org/families", "db.example.org:5432/families"),
        ("db.example.org:5433/families", "db.example.org:5433/families"),
        ("ann@[::1]:5433/families", "[::1]:5433/families"),
        ("ann@/families?host=/run/postgresql", "/run/postgresql:5432/families"),
        ("ann@/families?host=/run/postgresql&port=5433", "/run/postgresql:5433/families"),
        ("ann@:5433/families?host=/run/postgresql", "/run/postgresql:5433/families"),
        ("ann@/families?host=a.example.org:5433&host=b.example.org", "a.example.org:5433,b.example.org:5432/families"),
        ("ann@/families", "[local]:5432/families"),
        ("ann@/families?host=::1&port=5433", "[::1]:5433/families"),
        ("ann@/families?hostaddr=192.0.2.4", "192.0.2.4:5432/families"),
        ("/families?service=book", "[book]:5432/families"),
    ],
)
def test_a_server_is_named_as_it_is_reached_without_who_asks(address: str, name: str) -> None:
    assert server_of(make_url(f"postgresql+psycopg://{address}")) == name


@pytest.mark.parametrize(
    "said",
    [
        'FATAL:  password authentication failed for user "ANN"',
        'FATAL:  no pg_hba.conf entry for host "ANN", user "ANN", database "ANN", no encryption',
        "FATAL:  Passwort-Authentifizierung f\u00fcr Benutzer \u00bbANN\u00ab fehlgeschlagen",
        "FATAL:  Host \u00bbANN\u00ab, Benutzer \u00bbANN\u00ab, Datenbank \u00bbANN\u00ab",
        "FATAL:  authentification par mot de passe \u00e9chou\u00e9e pour l'utilisateur \u00ab ANN \u00bb",
        'FATAL:  \u30e6\u30fc\u30b6\u30fc"ANN"\u306e\u8a8d\u8a3c\u306b\u5931\u6557\u3057\u307e\u3057\u305f',
        'FATAL:  \u30db\u30b9\u30c8"ANN"\u3001\u30c7\u30fc\u30bf\u30d9\u30fc\u30b9"ANN',
    ],
)
def test_what_a_server_says_in_its_language_names_nobody(said: str) -> None:
    reason = turned_away(OSError(f"connection failed: connection to server at 192.0.2.4, port 5432 failed: {said}"))
    assert reason
    assert "ANN" not in reason
    assert "192.0.2.4" not in reason
