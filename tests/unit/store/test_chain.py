"""Every recorded check is a link, and one flipped byte anywhere is found."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing, nullcontext

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.phrases.phrase import phrase
from cardwarden.store import chain, verification
from cardwarden.store import tables as t
from cardwarden.store.bodies import body, save_bodies
from cardwarden.store.cards import move_baseline
from cardwarden.store.engine import Store
from cardwarden.store.versions import versions
from support.store import after, altered, check, digest, put

PICTURE = b"PHOTO;ENCODING=b;TYPE=JPEG:" + b"/9j/4AAQSkZJ" * 500 + b"\r\n"


def filled(store: Store) -> None:
    """A year in small: cards that came, changed, went, and checks that only extended a row."""
    with store.write() as connection:
        _, one = put(connection, 0, "k1", b"FN:one\r\n" + PICTURE + b"TEL:1\r\n", accepted=b"FN:one\r\n")
        put(connection, 10, "k2", b"FN:two\r\nTEL:186080\r\n" * 4)
        check(connection, 20, outcome=Outcome.CLEAN, reason="")
        check(connection, 30)
        put(connection, 40, "k1", b"FN:one\r\n" + PICTURE + b"TEL:2\r\n", row=one)
        put(connection, 50, "k1", None, row=one, accepted=b"FN:one\r\n")
        check(connection, 55, outcome=Outcome.INCONCLUSIVE, doubt=Doubt.UNREAD, reason="Nothing is there.")
        put(connection, 60, "k3", b"FN:three\r\n")
        check(connection, 70)
        check(connection, 80, deep=True)
        chain.seal(connection, after(90))
        check(connection, 100)


class Told:
    """Is told of the progress of work, which may end it."""

    def __init__(self, begin: Callable[..., None]) -> None:
        self.begin = begin

    def advance(self, count: int = 1) -> None:
        """Nothing."""


def verified(store: Store) -> verification.Verified:
    with store.read() as connection:
        return verification.verify(connection)


def test_an_untouched_history_verifies_and_its_head_stands_in_the_chain(store: Store) -> None:
    assert verified(store) == verification.Verified(0, 0, "", None)
    filled(store)
    done = verified(store)
    assert done.flaw is None
    with store.read() as connection:
        assert chain.head(connection) == done.head[: chain.HEAD]
        assert chain.find_head(connection, done.head[:12].upper()) == 6
        assert chain.find_head(connection, "0" * 12) is None


@pytest.mark.sqlite
def test_the_chain_is_what_its_description_says(store: Store) -> None:
    filled(store)
    with sqlite3.connect(store.path) as raw:
        last = "0" * 64
        for covers, recorded in raw.execute("SELECT covers, digest FROM links ORDER BY id"):
            last = hashlib.sha256(last.encode() + b"\n" + covers).hexdigest()
            assert last == recorded.hex()
    raw.close()


# What the chain answers for, with the columns that it does.
COVERED = {
    "bodies": ("digest", "size", "data"),
    "body_parts": ("body_id", "place", "part_id"),
    "checks": (
        "book_id",
        "first_at",
        "last_at",
        "last_deep_at",
        "times",
        "outcome",
        "doubt",
        "reason",
        "cards",
        "state",
    ),
    "versions": ("card_id", "from_check", "until_check", "body_id", "leaf"),
    "links": ("check_id", "covers", "digest"),
    "books": ("source", "book", "begun_as"),
    "cards": ("salt", "digest", "base", "present"),
}


def flipped_bytes(value: bytes, chance: random.Random) -> bytes:
    if not value:
        return b"\x01"
    at = chance.randrange(len(value))
    return value[:at] + bytes([value[at] ^ (1 << chance.randrange(8))]) + value[at + 1 :]


def flipped(value: object, chance: random.Random) -> bytes | str | int:
    """The same value with one bit or digit changed."""
    if isinstance(value, bytes):
        return flipped_bytes(value, chance)
    if isinstance(value, str):
        return flipped_bytes(value.encode("ascii"), chance).decode("latin-1") if value else "x"
    if value is None:
        return 1
    assert isinstance(value, int | float)
    return int(value) ^ (1 << chance.randrange(8))


@pytest.mark.parametrize(
    "said",
    [
        {"rows": {"nothing": [[1, "00"]]}},
        {"rows": {"findings": [[]]}},
        {"gone": {"nothing": [[1]]}, "why": "", "at": 0},
    ],
)
def test_a_forged_link_that_names_what_there_is_not_is_a_flaw(store: Store, said: dict[str, object]) -> None:
    filled(store)
    with store.write() as connection:
        chain.add(connection, said)
    assert verified(store).flaw


@pytest.mark.sqlite
def test_a_history_that_somebody_else_has_at_the_moment_is_not_called_altered(store: Store) -> None:
    filled(store)
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY_SNAPSHOT
    torn = sqlite3.DatabaseError("database disk image is malformed")
    torn.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    for error, is_passing in ((busy, True), (torn, False)):

        def fails(work: object, total: int | None = None, *, error: Exception = error) -> None:
            raise DBAPIError("SELECT", None, error)

        with store.read() as connection, pytest.raises(DBAPIError) if is_passing else nullcontext():
            assert verification.verify(connection, Told(fails)).flaw


@pytest.mark.large
@pytest.mark.sqlite
def test_a_single_flipped_byte_is_found_wherever_it_is(store: Store) -> None:
    filled(store)
    store.close()
    good = store.path.read_bytes()
    chance = random.Random(186)
    for table, columns in COVERED.items():
        for column in columns:
            for _ in range(4):
                with closing(sqlite3.connect(store.path, isolation_level=None)) as raw:
                    raw.execute("PRAGMA ignore_check_constraints = ON")
                    keyed = table in {"body_parts", "versions"}
                    key = {"body_parts": "body_id, place", "versions": "card_id, from_check"}.get(table, "rowid")
                    rows = raw.execute(f"SELECT {key}, {column} FROM {table} ORDER BY 1, 2").fetchall()
                    *place, value = chance.choice(rows)
                    where = " AND ".join(f"{one} = ?" for one in key.split(", ")) if keyed else "rowid = ?"
                    try:
                        raw.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (flipped(value, chance), *place))
                    except sqlite3.IntegrityError:
                        continue  # such a row cannot be written
                assert verified(store).flaw is not None, (table, column, place, value)
                store.close()
                store.path.write_bytes(good)
                for more in ("-wal", "-shm"):
                    store.path.with_name(store.path.name + more).unlink(missing_ok=True)
    assert verified(store).flaw is None


@pytest.mark.parametrize(
    ("damage", "check_id", "what"),
    [
        ("UPDATE bodies SET data = digest WHERE id = 1", 1, "flaw-bytes"),
        ("UPDATE checks SET times = times + 1 WHERE id = 6", 6, "flaw-times"),
        ("UPDATE versions SET until_check = 3 WHERE until_check = 4", 3, "flaw-seen"),
        ("DELETE FROM links WHERE check_id = 3", 3, "flaw-link"),
        ("DELETE FROM links WHERE id = (SELECT max(id) FROM links WHERE check_id IS NOT NULL)", 6, "flaw-link"),
        ("UPDATE versions SET body_id = NULL WHERE from_check = 2", 2, ""),
        ("DELETE FROM versions WHERE from_check = 3", 3, "flaw-seen"),
    ],
)
def test_the_first_check_that_does_not_fit_is_named(store: Store, damage: str, check_id: int, what: str) -> None:
    filled(store)
    altered(store, damage)
    flaw = verified(store).flaw
    assert flaw
    assert flaw.check_id == check_id
    assert what in {"", flaw.what.name}


def test_what_was_taken_out_leaves_a_chain_that_verifies(store: Store) -> None:
    with store.write() as connection:
        _, card = put(connection, 0, "k1", b"one")
        put(connection, 10, "k1", b"two", row=card)
        chain.drop(connection, [(card, 1)], "retain", after(20))
        assert [version.digest for version in versions(connection, card)] == [digest(b"two")]
    assert verified(store).flaw is None


@pytest.mark.parametrize(
    ("now", "accepted"),
    [
        (b"one", b"one"),
        (b"two", b"two"),
        (b"two", b"one"),
        (b"two", b"both"),
        (b"two", None),
        (None, b"one"),
        (None, None),
    ],
)
def test_what_a_card_is_held_to_is_in_the_chain(store: Store, now: bytes | None, accepted: bytes | None) -> None:
    """After a check that saw one, and one that saw `now`; also if it is `one` that was accepted between them, or nothing."""
    with store.write() as connection:
        for key, between in (("k1", b"one"), ("k2", b"two"), ("k3", None)):
            book, card = put(connection, 0, key, b"one", accepted=b"one")
            save_bodies(connection, {digest(b"two"): b"two", digest(b"both"): b"both"})
            move_baseline(connection, book, {card: digest(between) if between else None})
            put(connection, 10, key, now, row=card, accepted=accepted)
            assert verification.verify(connection).flaw is None
            said = digest(accepted) if accepted else None
            for otherwise in {None, digest(b"one"), digest(b"two"), digest(b"both")} - {said}:
                connection.execute(update(t.cards).where(t.cards.c.id == card).values(base=otherwise))
                flaw = verification.verify(connection).flaw
                assert flaw == verification.Flaw(None, phrase("flaw-baseline"))
            connection.execute(update(t.cards).where(t.cards.c.id == card).values(base=said))


def test_how_far_an_unchanged_book_has_come_is_sealed_once(store: Store) -> None:
    with store.write() as connection:
        put(connection, 0, "k1", b"one")
        check(connection, 10)
        before = chain.head(connection)
        chain.seal(connection, after(11))
        sealed = chain.head(connection)
        chain.seal(connection, after(12))
        assert before != sealed == chain.head(connection)
        check(connection, 20)
    assert verified(store).flaw is None
    run = chain.Run(1, 1, after(0), None, 1)
    with store.write() as connection:
        connection.execute(update(t.checks).values(times=1, last_at=t.checks.c.first_at, state=run.state))
    assert verified(store).flaw == verification.Flaw(1, phrase("flaw-how-often"))


def test_a_picture_is_kept_once_for_all_versions_of_a_card(store: Store) -> None:
    given = [b"FN:one\r\n" + PICTURE + b"TEL:%d\r\n" % number for number in range(20)]
    with store.write() as connection:
        save_bodies(connection, {digest(data): data for data in given})
    with store.read() as connection:
        assert [body(connection, digest(data)) for data in given] == given
        assert connection.scalar(select(func.count()).select_from(t.bodies)) == 21
