"""Work that has to grow as the book does, no faster: what it takes with four times as many cards."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import books
from measure import Cost, Figure, Guarded, Point, Spread, alone, file_source, run, workplace
from sizes import Sizes

from cardwarden.actions.accept import accept
from cardwarden.actions.retain import Retained
from cardwarden.settings.load import load
from cardwarden.store import findings as finding_store
from cardwarden.wiring import Opening, assembled
from support.world import FakeClock

ROW = "linear"
_TIMES = 4
_DAY = 86_400.0  # seconds
_DAMAGE = (b"TEL;TYPE=CELL:186090-", b"TEL;TYPE=CELL:+186090-")


def measure(sizes: Sizes) -> tuple[list[Figure], list[Point]]:
    few, some, many = max(sizes.small // 100, 2), sizes.small, sizes.small * _TIMES
    costs = {cards: _lived(cards) | {"retain": _retained(cards)} for cards in (few, some, many)}
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


def _retained(cards: int) -> Cost:
    """What it takes to take out an older state of each card: all were edited, and that was accepted."""
    with workplace() as root:
        guarded, book, clock = Guarded(root), root / "contacts.vcf", FakeClock()
        guarded.write(file_source(book), 'retain = "1d"\n')
        whole = list(books.cards(cards, pictures=False))
        with assembled(load(guarded.config, os.environ, root), Opening.BEGIN, clock=clock) as program:
            for bodies in (whole, [books.edited(data, 1) for data in whole]):
                book.write_bytes(b"".join(bodies))
                program.check("family")
                clock.sleep(_DAY)
            with program.store.read() as connection:
                waiting = [found.id for found in finding_store.open_findings(connection)]
            accept(program.store, waiting, program.judging, clock)
            program.check("family")
            for _ in range(2):  # until then the clock counts as one that may be wrong
                program.retain()
                clock.sleep(_DAY)
            done: list[Retained] = []
            cost = alone(lambda: done.append(program.retain()))
        if done[0].versions != cards:
            raise SystemExit(f"{done[0].versions} older states were taken out, not {cards}")
        return cost


def _with_number(data: bytes, number: int) -> bytes:
    """The card with a number that its owner hides with the prefix 186."""
    line = b"TEL;TYPE=CELL:186090-%04d-%04d\r\n" % (number // 10_000, number % 10_000)
    return data.replace(b"END:VCARD", line + b"END:VCARD")


def _largest(database: Path) -> int:
    """The event that most is open of."""
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT event_id FROM findings WHERE state = 'open' GROUP BY event_id ORDER BY count(*) DESC"
        return int(connection.execute(query).fetchone()[0])
