"""The program kept open as the daemon keeps it: reads what to do line by line, answers with what it cost, as JSON.

check, deep: check the book · scan: list and stat the same folder · hash: read and hash the same bytes · edit, add, remove,
restore: edit a card as its owner would, write a new one, remove one, write that one again, for nothing · accept: all that
is open, for nothing
"""

from __future__ import annotations

import gc
import hashlib
import itertools
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import books
from measure import Cost, alone

from cardwarden.actions.accept import accept
from cardwarden.cli.main import OBJECTS
from cardwarden.settings.load import load
from cardwarden.sources.vcf_file_options import VcfFileOptions
from cardwarden.sources.vdir_options import VdirOptions
from cardwarden.store.findings import open_findings
from cardwarden.wiring import Opening, Program, assembled

_END = b"END:VCARD\r\n"
_SEED = 1_000  # of the first contact that is added; the next ones have the next


def main(config: Path) -> None:
    settings = load(config, os.environ, Path.home())
    with assembled(settings, Opening.BEGIN) as program:
        book = next(
            options.path for options in settings.sources.values() if isinstance(options, VdirOptions | VcfFileOptions)
        )
        inside = _Inside(program, book)
        for line in sys.stdin:
            print(json.dumps(asdict(inside.done(line.strip()))), flush=True)


class _Inside:
    """The program, and the folder or the file that it guards."""

    def __init__(self, program: Program, book: Path) -> None:
        self._program = program
        self._book = book
        self._step = itertools.count()
        self._removed: dict[str, bytes] = {}

    def done(self, what: str) -> Cost:
        match what.split():
            case ["check"]:
                return alone(lambda: self._program.check("family"))
            case ["deep"]:
                return alone(lambda: self._program.check("family", deep=True))
            case ["scan"]:
                return alone(lambda: scan(self._book))
            case ["hash"]:
                return alone(lambda: hash_all(self._book))
            case ["edit", which] if self._book.is_file():
                cards = self._book.read_bytes().split(_END)
                cards[int(which)] = books.edited(cards[int(which)] + _END, next(self._step)).removesuffix(_END)
                self._book.write_bytes(_END.join(cards))
            case ["edit", name]:
                path = self._book / name
                path.write_bytes(books.edited(path.read_bytes(), next(self._step)))
            case ["add", name]:
                [card] = books.cards(1, pictures=False, seed=_SEED + next(self._step))
                (self._book / name).write_bytes(card)
            case ["remove", name]:
                self._removed[name] = (self._book / name).read_bytes()
                (self._book / name).unlink()
            case ["restore", name]:
                (self._book / name).write_bytes(self._removed.pop(name))
            case ["accept"]:
                store = self._program.store
                with store.read() as connection:
                    found = [stored.id for stored in open_findings(connection)]
                accept(store, found, self._program.judging, self._program.clock)
            case _:
                raise SystemExit(f"not understood: {what}")
        books.settle()
        return Cost(0, 0)


def scan(folder: Path) -> int:
    with os.scandir(folder) as entries:
        return sum(entry.stat().st_size for entry in entries)


def hash_all(folder: Path) -> None:
    paths = [folder] if folder.is_file() else sorted(folder.iterdir())
    for path in paths:
        hashlib.sha256(path.read_bytes()).digest()


if __name__ == "__main__":
    gc.set_threshold(OBJECTS)  # as the command `run` has it
    gc.freeze()
    main(Path(sys.argv[1]))
