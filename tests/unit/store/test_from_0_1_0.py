"""A record that 0.1.0 wrote goes on: nothing is asked, nothing is lost, and what it proved it proves."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from cardwarden.errors import StoreError
from cardwarden.store import chain, verification
from cardwarden.store.engine import BACKUP, open_store
from support.former import HEAD, LINKS, OPEN, FormerHome, lay_down, said
from support.store import environment, url
from support.words import title

pytestmark = [pytest.mark.sqlite, pytest.mark.large]

LEFT_OUT = {"books": {"token", "judged_with", "listing"}, "mirrors": {"compared_with"}, "programs": {"last_at"}}
"""What is not carried over: what books were read and judged with, and when a program was last seen."""
ADDED = {"links": 1, "row_salts": 3, "sqlite_sequence": 1}
"""The link that says which values were declared right, their salts, and that they have numbers."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A record of 0.1.0."""
    lay_down(tmp_path / "cardwarden.db")
    return tmp_path / "cardwarden.db"


@pytest.fixture
def home(tmp_path: Path) -> FormerHome:
    return FormerHome(tmp_path)


def carry_over(path: Path) -> None:
    open_store(url(path)).close()


def verified(path: Path) -> verification.Verified:
    store = open_store(url(path))
    with store.read() as connection:
        done = verification.verify(connection)
    store.close()
    return done


def alter(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute(statement).rowcount > 0
        raw.commit()


def rows(path: Path, table: str) -> list[dict[str, object]]:
    with closing(sqlite3.connect(path)) as raw:
        raw.row_factory = sqlite3.Row
        return [dict(row) for row in raw.execute(f'SELECT * FROM "{table}"')]


def test_guarding_goes_on_without_a_question(home: FormerHome) -> None:
    checked = home.check_all()
    assert [(book.events, book.resolved) for book in checked] == [((), ()), ((), ())]
    assert [finding.id for finding in home.open()] == list(OPEN)
    assert home.check_all()[0].events == ()
    assert verified(home.database).flaw is None


def test_damage_done_before_the_first_check_is_told_against_what_was_accepted(home: FormerHome) -> None:
    [picture] = re.findall("PHOTO.*", (home.book / "Sato.vcf").read_text("utf-8"))
    home.put("Kato", "TEL;TYPE=HOME:03-1234-5668")
    home.put("Sato", "TEL;TYPE=HOME:+03-1234-5612", "EMAIL:sato@example.com", picture)
    home.remove("Neighbour 1")
    home.clock.at += timedelta(hours=2)  # what was expected for an hour is not any more
    of_home, _ = home.check_all()
    told = {
        (stored.finding.card.name, title(stored.finding), stored.finding.before)
        for happened in home.events(of_home)
        for stored in happened.findings
        if stored.finding.card
    }
    assert told == {
        ("Kato", "Number was replaced by another number", "03-1234-5651"),
        ("Neighbour 1", "Contact removed", "03-1234-5701"),
        ("Sato", "Number gained a +", "03-1234-5612"),
    }


def test_what_waited_for_its_copy_is_told_when_that_does_not_follow(home: FormerHome) -> None:
    home.clock.at += timedelta(days=2)
    [late] = [happened for done in home.check_all() for happened in home.events(done)]
    assert [title(stored.finding) for stored in late.findings] == ["Phone number was lost in the copy"]


def test_the_proof_of_before_is_part_of_the_proof_of_now(path: Path) -> None:
    done = verified(path)
    assert (done.flaw, done.links) == (None, LINKS + 1)
    store = open_store(url(path))
    with store.read() as connection:
        digests = [digest for digest, _ in chain.lines(connection)]
        assert chain.find_head(connection, HEAD) is not None
    store.close()
    assert digests.index(HEAD) == LINKS - 1
    assert digests[-1] == done.head


def test_every_row_is_carried_over(path: Path) -> None:
    alter(path, "UPDATE sqlite_sequence SET seq = 400 WHERE name = 'findings'")  # the newest ones were taken out
    with closing(sqlite3.connect(path)) as raw:
        tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    before = {table: rows(path, table) for table in tables - {"alembic_version", "quiet_events"}}
    assert {table for table, there in before.items() if not there} == {"care", "unread", "used_tokens", "web_sessions"}
    [quiet] = rows(path, "quiet_events")
    forgotten = [row for row in before["cards"] if row["salt"] is None]
    assert len(forgotten) == 2
    for row in forgotten:
        row["key"] = None
    carry_over(path)
    for table, were in before.items():
        names = sorted(were[0].keys() - LEFT_OUT.get(table, set())) if were else []
        old, new = ([tuple(row[name] for name in names) for row in there] for there in (were, rows(path, table)))
        assert set(old) <= set(new), table
        assert len(new) - len(old) == ADDED.get(table, 0), table
    in_event = {row["id"] for row in before["findings"] if row["event_id"] == quiet["event_id"]}
    assert {row["finding_id"] for row in rows(path, "quiet_findings")} == in_event != set()


ALTERED_BEFORE = [
    "UPDATE findings SET severity = 1 WHERE id = 5",
    "UPDATE findings SET state = 'resolved' WHERE id = 5",
    "UPDATE books SET title = x'00' WHERE id = 1",
    "UPDATE writings SET program = x'00'",
    "UPDATE acceptance_findings SET undone_why = '\"x\"' WHERE undone_at IS NULL",
    "DELETE FROM finding_history WHERE id = 1",
    "UPDATE checks SET times = 9 WHERE id = 1",
    "UPDATE versions SET body_id = (SELECT min(id) FROM bodies) WHERE card_id = 2",
    "UPDATE links SET covers = x'7b7d' WHERE id = 7",
    "DELETE FROM links WHERE id = 53",
]


@pytest.mark.parametrize("statement", ALTERED_BEFORE)
def test_what_was_altered_before_is_told_after(path: Path, statement: str) -> None:
    alter(path, statement)
    assert verified(path).flaw is not None


ALTERED_AFTER = [
    "UPDATE books SET charset = 'cp932' WHERE id = 1",
    "UPDATE writings SET user = x'00'",
    "UPDATE findings SET doubt = 'empty' WHERE id = 5",
    "UPDATE findings SET with_origin = 1 WHERE id = 5",
    "UPDATE acceptance_findings SET undone_who = '\"x\"'",
    "UPDATE accepted SET at = 0 WHERE id = 1",
    "DELETE FROM accepted WHERE id = 1",
    "UPDATE cards SET base = digest WHERE name = CAST('Suzuki' AS BLOB) AND base IS NOT digest",
    "UPDATE cards SET base = NULL WHERE name = CAST('Sato' AS BLOB)",
    "DELETE FROM links WHERE id = 54",
]


@pytest.mark.parametrize("statement", [*ALTERED_BEFORE[:-1], *ALTERED_AFTER])
def test_what_is_altered_after_is_told(path: Path, statement: str) -> None:
    carry_over(path)
    alter(path, statement)
    assert verified(path).flaw is not None


class BrokenOffError(Exception):
    """It ended in the middle."""


@contextmanager
def broken_off(after: int) -> Iterator[list[str]]:
    """Statements fail from the `after`th one on that belongs to the migration; gives those before it."""
    done: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if done or statement.startswith("PRAGMA defer_foreign_keys"):
            if len(done) == after:
                raise BrokenOffError
            done.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield done
    finally:
        event.remove(Engine, "before_cursor_execute", count)


def test_one_that_is_broken_off_anywhere_leaves_the_record_as_it_was(path: Path) -> None:
    before = said(path)
    with broken_off(1000) as every:
        carry_over(path)
    assert len(every) > 80
    path.unlink()
    lay_down(path)
    for after in range(1, len(every), 9):
        with broken_off(after), pytest.raises((BrokenOffError, StoreError)):
            carry_over(path)
        assert said(path) == before
    assert verified(path).flaw is None


KILLED = """
import os, signal, sys
from sqlalchemy import Engine, event
from cardwarden.store.engine import open_store
def die(connection, cursor, statement, *rest):
    if statement.strip().startswith(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(Engine, "after_cursor_execute", die)
open_store(sys.argv[1])
"""


@pytest.mark.starts
def test_one_that_is_killed_is_done_at_the_next_start(path: Path) -> None:
    before = said(path)
    for statement in ("DROP TABLE cards", "INSERT INTO findings", "INSERT INTO links", "UPDATE alembic_version"):
        died = subprocess.run([sys.executable, "-c", KILLED, url(path), statement], env=environment(), check=False)
        assert died.returncode < 0
        assert said(path) == before
    done = verified(path)
    assert (done.flaw, done.links) == (None, LINKS + 1)


def test_a_full_disk_leaves_the_record_as_it_was(path: Path) -> None:
    before = said(path)
    with closing(sqlite3.connect(path)) as raw:
        [pages] = raw.execute("PRAGMA page_count").fetchone()

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", limit)
    try:
        with pytest.raises(StoreError, match="disk is full"):
            carry_over(path)
    finally:
        event.remove(Engine, "connect", limit)
    assert said(path) == before
    assert verified(path).flaw is None


def test_a_damaged_file_is_said_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        [size] = raw.execute("PRAGMA page_size").fetchone()
        [root] = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'findings'").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="damaged"):
        carry_over(path)
    assert path.read_bytes() == before
    assert list(path.parent.glob(f"*{BACKUP}*")) == []


def test_the_file_of_before_is_kept_beside_it(path: Path) -> None:
    before = said(path)
    store = open_store(url(path), make=False)
    store.close()
    [kept] = path.parent.glob(f"*{BACKUP}*")
    assert kept.name == "cardwarden.db.before-migration-from-0001"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert sorted(said(kept)) == sorted(before)
