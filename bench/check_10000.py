"""How long a check of 10,000 cards in a folder takes, the whole process: the first time, and when nothing changed.

Times mean little across machines, so each is printed beside a bare loop that was measured in the same run: reading all
the files and parsing their lines with vobject for the first check, importing the libraries for the second.

    .venv/bin/python bench/check_10000.py [CARDS]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DAEMON = Path(__file__).parents[1] / "daemon"
TARGETS = {"first": 10.0, "second": 1.5}  # seconds, for 10,000 cards

PARSE = """
import sys
from pathlib import Path
from vobject.base import parseLine
for path in Path(sys.argv[1]).iterdir():
    for line in path.read_bytes().decode().replace("\\r\\n ", "").splitlines():
        parseLine(line)
"""
IMPORT = "import click, pydantic, rich.console, sqlalchemy, phonenumbers, vobject, rapidfuzz"


def card(number: int) -> str:
    """A card of about 500 bytes."""
    lines = (
        "BEGIN:VCARD", "VERSION:3.0", f"UID:card-{number}", f"FN:Person {number % 700} Family {number}",
        f"N:Family {number};Person {number % 700};;;", f"TEL;TYPE=CELL:186090-{number // 10:04}-{number * 7 % 10000:04}",
        f"TEL;TYPE=HOME:03-{number // 10:04}-{number * 3 % 10000:04}", f"EMAIL:person{number}@example.org",
        "ORG:Example Company", "ADR;TYPE=HOME:;;1-2-3 Street;City;;100-0001;Japan", f"NOTE:{'remember this ' * 14}",
        "REV:2026-01-01T00:00:00Z", "END:VCARD", "",
    )  # fmt: skip
    return "\r\n".join(lines)


def seconds(*arguments: str) -> float:
    """How long a Python process takes, from its start to its end."""
    start = time.perf_counter()
    environ = {**os.environ, "PYTHONPATH": str(DAEMON)}
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environ)
    return time.perf_counter() - start


def main(cards: int) -> None:
    with tempfile.TemporaryDirectory(prefix="cardwarden-bench-") as name:
        folder = Path(name, "contacts")
        folder.mkdir()
        for number in range(cards):
            (folder / f"{number}.vcf").write_text(card(number), "utf-8", newline="")
        config = Path(name, "cardwarden.toml")
        config.write_text(
            f'region = "JP"\n[store]\nurl = "sqlite:///{name}/state/cardwarden.db"\n'
            f'[sources.family]\ntype = "vdir"\npath = "{folder}"\n'
        )
        check = ("-m", "cardwarden", "check", "--config", str(config))
        time.sleep(0.2)  # a file that was written this moment is read once more
        bare = {"first": seconds("-c", PARSE, str(folder)), "second": min(seconds("-c", IMPORT) for _ in range(3))}
        took = {"first": seconds(*check), "second": min(seconds(*check) for _ in range(3))}
    for which, loop in (("first", "reading and parsing the files"), ("second", "importing the libraries")):
        print(
            f"{which} check of {cards:,} cards: {took[which]:.2f} s, "
            f"{took[which] / bare[which]:.1f} times {loop} ({bare[which]:.2f} s); target {TARGETS[which]} s"
        )


main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
