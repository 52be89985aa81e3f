"""Builders for what a store holds; what a test does not name does not matter to it."""

from __future__ import annotations

import hashlib
import os
import sys
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from cardwarden.detect.finding import CardRef, Cause, Event, Finding, FindingKind, Severity, State
from cardwarden.detect.outcome import Outcome
from cardwarden.phrases.phrase import phrase
from cardwarden.store import record
from cardwarden.store.bodies import save_bodies
from cardwarden.store.cards import CardRow, all_cards, save_cards
from cardwarden.store.checks import record_check
from cardwarden.store.engine import Store, open_store
from cardwarden.store.findings import add_event
from cardwarden.vcard.card import Entry

T0 = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)

ON_POSTGRESQL = "CARDWARDEN_TEST_POSTGRESQL"
"""The environment variable with the address of a PostgreSQL in which all records of a test run are kept, if set."""


def schema_of(root: Path) -> str:
    """A schema for what lies in that folder."""
    return f"t_{hashlib.sha256(bytes(root)).hexdigest()[:16]}"


def environment() -> dict[str, str]:
    """What another Python needs to import what this one can."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def after(minutes: float) -> datetime:
    """A time that many minutes after T0."""
    return T0 + timedelta(minutes=minutes)


def url(path: Path) -> str:
    """The store url of a file."""
    return f"sqlite:///{path}"


def altered(store: Store, statement: str) -> None:
    """Somebody alters the record behind the program's back."""
    with store.write() as connection:
        if connection.dialect.name == "postgresql":
            schema = connection.get_execution_options()["schema_translate_map"][None]
            connection.exec_driver_sql(f'SET LOCAL search_path = "{schema}"')
        connection.exec_driver_sql(statement)


def begin_record(path: Path) -> None:
    """A new record as `open_store` begins one, with an identity of its own. Making the tables each time takes long."""
    empty, identity = _begun()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(0o600)
    path.write_bytes(empty.replace(identity, token_hex(8).encode()))


def new_store(path: Path) -> Store:
    """A new record, opened: that file, or a schema where all records of a run are kept."""
    if address := os.environ.get(ON_POSTGRESQL):
        return open_store(address, schema_of(path), path)
    begin_record(path)
    return open_store(url(path))


@cache
def _begun() -> tuple[bytes, bytes]:
    """The file of a record that the program began, and the identity in it."""
    with TemporaryDirectory() as folder:
        store = open_store(url(Path(folder) / "cardwarden.db"))
        with store.read() as connection:
            identity = record.identity(connection)
        store.close()
        return (Path(folder) / "cardwarden.db").read_bytes(), identity.encode()


def digest(data: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(data).hexdigest()


def entry(key: str, data: bytes = b"body", **columns: object) -> Entry:
    """An index entry of a card with that body."""
    given = {"href": f"{key}.vcf", "ordinal": 0, "digest": digest(data), "uid": key, "name": f"Name of {key}"}
    return Entry(key=key, **{**given, **columns})  # type: ignore[arg-type]


def check(connection: Connection, minutes: float = 0, *, book: str = "/book", **given: object) -> tuple[int, int]:
    """Record a clean check of a book of the source "family"; gives the ids of the book and the check."""
    values = {"title": "Contacts", "outcome": Outcome.CLEAN, "cards": 1, "changed": False, **given}
    return record_check(connection, source="family", book=book, at=after(minutes), **values)  # type: ignore[arg-type]


def put(
    connection: Connection,
    minutes: float,
    key: str,
    data: bytes | None,
    *,
    row: int | None = None,
    accepted: bytes | None = None,
    **columns: object,
) -> tuple[int, int]:
    """Record a check that saw one card with that body, or gone (None); gives the ids of the book and the card."""
    book, made = check(connection, minutes, changed=True)
    last = data if data is not None else accepted or b"body"
    save_bodies(connection, {digest(body): body for body in (last, accepted or last)})
    seen = entry(key, last, **columns)
    card = CardRow(row, seen, data is not None, digest(accepted) if accepted is not None else None)
    return book, save_cards(connection, book, made, [card])[0]


def finding(value: str = "+18603", **given: object) -> Finding:
    """A finding about a number that became `value`."""
    values = {
        "kind": FindingKind.DEVIATION,
        "rule": "plus-added",
        "severity": Severity.CRITICAL,
        "title": phrase("number-plus-added"),
        "reason": phrase("became", before="1860", after=value),
        "card": CardRef("k1", "u1", "Yamada Taro", "k1.vcf"),
        "prop": "TEL",
        "before": "1860",
        "after": value,
        "identity": str(given.get("before") or "1860"),
        "meaning": value,
    }
    return Finding(**{**values, **given})  # type: ignore[arg-type]


def event(*findings: Finding) -> Event:
    """An event of those findings, the worst first."""
    return Event(Cause.CARD, Severity.CRITICAL, len(findings), tuple(sorted(findings, key=lambda f: -f.severity)))


def with_cards(connection: Connection, book_id: int, made: int, *findings: Finding) -> None:
    """Save the cards that findings are about, as far as the book has none of that key."""
    known = {row.entry.key for row in all_cards(connection, book_id)}
    refs = {f.card.key: f.card for f in findings if f.card and f.card.key not in known}
    save_bodies(connection, {digest(b"body"): b"body"})
    entries = [entry(ref.key, uid=ref.uid, name=ref.name, href=ref.href) for ref in refs.values()]
    save_cards(connection, book_id, made, [CardRow(None, one, present=True, base=None) for one in entries])


def opened(
    connection: Connection, *findings: Finding, minutes: float = 0, book: str = "/book"
) -> tuple[int, list[int]]:
    """Record a check and an event whose findings are open; gives the ids of the event and of its findings."""
    book_id, made = check(connection, minutes, book=book, changed=True, outcome=Outcome.FINDINGS)
    with_cards(connection, book_id, made, *findings)
    return add_event(connection, book_id, made, event(*findings), [State.OPEN] * len(findings), after(minutes))
