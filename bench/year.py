"""What a year leaves: 1 % of the cards change each month; the size of the database, and what it takes to verify it."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import books
from measure import Figure, Guarded, Point, Spread, alone, compared, in_turn, workplace
from sizes import Sizes

from cardwarden.actions.accept import accept
from cardwarden.store import covered, verification
from cardwarden.store import findings as finding_store
from support.world import World

ROW = "year"
_DAYS = 365
_VERIFIED = sorted(
    {"checks", "links", "row_salts", "bodies", "body_parts", "cards", "versions"} | covered.COVERED.keys()
)
"""The tables that `verify` goes through."""


def measure(sizes: Sizes) -> tuple[list[Figure], list[Point]]:
    figures: list[Figure] = []
    for pictures in (True, False):
        with workplace() as root:
            world = World(root)
            bodies = list(books.cards(sizes.cards, pictures=pictures))
            raw = sum(map(len, bodies))
            for number, data in enumerate(bodies):
                world.write(world.book / f"{number:06}.vcf", data)
            history = [*bodies, *_year(world, bodies)]
            size = _size(Guarded(root).database)
            said = f"{sizes.said(sizes.cards)}{', 30 % with pictures' if pictures else ''}"
            with world.program() as program:

                def verify() -> None:
                    with program.store.read() as connection:
                        if verification.verify(connection).flaw is not None:
                            raise SystemExit("the history does not verify")

                def hashing() -> None:
                    for data in history:  # noqa: B023
                        hashlib.sha256(data).digest()

                def reading() -> None:
                    _read_and_hashed(Guarded(root).database)

                taken = in_turn(lambda: alone(verify), lambda: alone(hashing), sizes.pairs)
                fairer = in_turn(lambda: alone(verify), lambda: alone(reading), sizes.pairs)
            ratio = Spread.of([size / raw])
            figures += [
                Figure(ROW, f"database after a year, {said}", "MB", Spread.of([size / 1e6]), 2, "the raw book",
                       Spread.of([raw / 1e6]), ratio),
                compared(ROW, f"verify of that year, {said}", "hashing its cards", taken, 3),
                compared(ROW, f"verify of that year, {said}", "reading and hashing its rows", fairer, 3),
            ]  # fmt: skip
    return figures, []


def _year(world: World, bodies: list[bytes]) -> list[bytes]:
    """A check for each change and one more a day; its owner accepts what is open. Gives what the cards said meanwhile."""
    chance = random.Random(2)
    changes = len(bodies) * 12 // 100
    made: list[bytes] = []
    with world.program() as program:
        program.check("family")
        for day in range(_DAYS):
            world.clock.at += timedelta(days=1)
            for _ in range(changes * (day + 1) // _DAYS - changes * day // _DAYS):
                number = chance.randrange(len(bodies))
                bodies[number] = books.edited(bodies[number], len(made))
                made.append(bodies[number])
                world.write(world.book / f"{number:06}.vcf", bodies[number])
                program.check("family")
                world.clock.at += timedelta(minutes=10)
            program.check("family")
            with program.store.read() as connection:
                waiting = [found.id for found in finding_store.open_findings(connection)]
            accept(program.store, waiting, program.judging, world.clock)
            program.retain()
    return made


def _read_and_hashed(database: Path) -> None:
    """The bare loop: what `verify` reads, by sqlite3, and a digest of each row and body as it is kept, packed."""
    with closing(sqlite3.connect(database)) as connection:
        for table in _VERIFIED:
            for row in connection.execute(f"SELECT * FROM {table}"):
                kept = [value if isinstance(value, bytes) else str(value).encode() for value in row]
                hashlib.sha256(b"".join(kept)).digest()


def _size(path: Path) -> int:
    """Bytes of the database when everybody has let go of it."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path.stat().st_size
