"""Work that has to grow as the book does, no faster: what it takes with four times as many cards."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import books
from measure import Cost, Figure, Guarded, Point, Spread, file_source, run, workplace
from sizes import Sizes

ROW = "linear"
_TIMES = 4
_DAMAGE = (b"TEL;TYPE=CELL:186090-", b"TEL;TYPE=CELL:+186090-")


def measure(sizes: Sizes) -> tuple[list[Figure], list[Point]]:
    few, some, many = max(sizes.small // 100, 2), sizes.small, sizes.small * _TIMES
    costs = {cards: _lived(cards) for cards in (few, some, many)}
    figures = []
    for work in costs[many]:
        least, one, four = (costs[cards][work].cpu for cards in (few, some, many))
        ratio = (four - least) / max(one - least, 0.001)
        said = f"{work}, {sizes.said(many)}"
        peer = f"{sizes.said(some)}, both without {sizes.said(few)}"
        figures.append(
            Figure(ROW, said, "s CPU", Spread.of([four]), _TIMES * 1.2, peer, Spread.of([one]), Spread.of([ratio]))
        )
    return figures, []


def _lived(cards: int) -> dict[str, Cost]:
    """What became of a file of so many cards: each number is damaged, all are put back, and it is proved."""
    with workplace() as root:
        guarded, book = Guarded(root), root / "contacts.vcf"
        guarded.write(file_source(book) + "restore = true\n")
        whole = [_with_number(data, number) for number, data in enumerate(books.cards(cards, pictures=False))]
        book.write_bytes(b"".join(whole))
        guarded.check()
        time.sleep(0.3)
        book.write_bytes(b"".join(data.replace(*_DAMAGE) for data in whole))
        time.sleep(0.3)
        found = guarded.check()
        event = f"e{_largest(guarded.database)}"
        return {
            "check that finds all cards damaged": found,
            "report of all": run(*guarded.command("report", event, "-o", str(root / "evidence.zip"))),
            "restore of all, in one file": run(*guarded.command("restore", event, "--yes"), expect=(0, 1)),
            "verify": run(*guarded.command("verify")),
            "export": run(*guarded.command("export", "--source", "family", "-o", str(root / "exported"))),
        }


def _with_number(data: bytes, number: int) -> bytes:
    """The card with a number that its owner hides with the prefix 186."""
    line = b"TEL;TYPE=CELL:186090-%04d-%04d\r\n" % (number // 10_000, number % 10_000)
    return data.replace(b"END:VCARD", line + b"END:VCARD")


def _largest(database: Path) -> int:
    """The event that most is open of."""
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT event_id FROM findings WHERE state = 'open' GROUP BY event_id ORDER BY count(*) DESC"
        return int(connection.execute(query).fetchone()[0])
