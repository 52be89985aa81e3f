"""A home that lived with 0.1.0, and the record that it left (tests/records/README.md)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cardwarden.actions.checked import Checked
from support.world import World

HEAD = "d395837ea951efa26c066048f9945945b2a35e104d904879343b7a630b053de3"
"""The proof that 0.1.0 gave at its last `verify`."""
LINKS = 53
OPEN = (5, 7, 10, 16)
"""The findings that wait for their owner."""
SQL = Path(__file__).parents[1] / "records/0.1.0.sql"


def lay_down(path: Path) -> None:
    """Write the record of 0.1.0 as a new file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(SQL.read_text("utf-8"))


def said(path: Path) -> list[str]:
    """All that is in a file, as SQL."""
    with closing(sqlite3.connect(path)) as raw:
        return list(raw.iterdump())


@dataclass
class FormerHome(World):
    """The sources `home` and `phone` as they were when 0.1.0 looked last, and its record."""

    def __post_init__(self) -> None:
        lay_down(self.database)
        with closing(sqlite3.connect(self.database)) as raw:
            [last_at] = raw.execute("SELECT max(last_at) FROM checks").fetchone()
            self.clock.at = datetime.fromtimestamp(last_at // 1000, UTC) + timedelta(minutes=10)
            there = "FROM cards c JOIN books b ON b.id = c.book_id JOIN bodies o ON o.digest = c.digest WHERE present"
            cards = raw.execute(f"SELECT b.source, c.href, o.id, o.size, o.data {there}").fetchall()
            for source, href, *body in cards:
                path = self.folder(source) / bytes(href).decode()
                path.parent.mkdir(exist_ok=True)
                self.write(path, _body(raw, *body))

    @property
    def database(self) -> Path:
        return self.root / "state/cardwarden.db"

    def folder(self, source: str) -> Path:
        return self.book if source == "home" else self.root / source

    def text(self) -> str:
        return (
            f'region = "JP"\n[store]\nurl = "sqlite:///{self.database}"\n'
            f'[sources.home]\ntype = "vdir"\npath = "{self.book}"\nrestore = true\n'
            f'[sources.phone]\ntype = "vdir"\npath = "{self.folder("phone")}"\n'
            '[mirrors.pocket]\norigin = "home"\ncopy = "phone"\n'
        )

    def check_all(self) -> list[Checked]:
        """Check both books; ten minutes pass."""
        with self.program() as program:
            done = [book for name in ("home", "phone") for book in program.check(name)]
        self.clock.at += timedelta(minutes=10)
        return done


def _body(raw: sqlite3.Connection, body_id: int, size: int, data: bytes) -> bytes:
    from cardwarden.packing import put_together, unpack

    parts = raw.execute(
        "SELECT place, size, data FROM body_parts JOIN bodies ON id = part_id WHERE body_id = ? ORDER BY place",
        (body_id,),
    ).fetchall()
    return put_together(size, data, parts) if parts else unpack(data, size)
