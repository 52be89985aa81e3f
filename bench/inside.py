"""The program kept open as the daemon keeps it: reads what to do line by line, answers with what it cost, as JSON.

check, deep: check the book · scan: list and stat the same folder · hash: read and hash the same bytes · edit: edit a card
as its owner would, for nothing
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

from cardwarden.cli.main import OBJECTS
from cardwarden.settings.load import load
from cardwarden.sources.vdir_options import VdirOptions
from cardwarden.wiring import Opening, Program, assembled


def main(config: Path) -> None:
    settings = load(config, os.environ, Path.home())
    with assembled(settings, Opening.BEGIN) as program:
        folder = next(options.path for options in settings.sources.values() if isinstance(options, VdirOptions))
        step = itertools.count()
        for line in sys.stdin:
            print(json.dumps(asdict(done(line.strip(), program, folder, step))), flush=True)


def done(what: str, program: Program, folder: Path, step: itertools.count[int]) -> Cost:
    match what.split():
        case ["check"]:
            return alone(lambda: program.check("family"))
        case ["deep"]:
            return alone(lambda: program.check("family", deep=True))
        case ["scan"]:
            return alone(lambda: scan(folder))
        case ["hash"]:
            return alone(lambda: hash_all(folder))
        case ["edit", name]:
            path = folder / name
            path.write_bytes(books.edited(path.read_bytes(), next(step)))
            books.settle()
            return Cost(0, 0)
        case _:
            raise SystemExit(f"not understood: {what}")


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
