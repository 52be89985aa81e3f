"""How large the database gets: 10,000 cards, a year of hourly checks, 1 % of the cards changed a month.

Beside it stands a git repository of the same history, one file a card and one commit a change, as it lies on the disk
and packed by `git gc`; and what a new number costs on a card with a picture of 200 KB.

    .venv/bin/python bench/store_size.py [CARDS]
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "daemon"))

from cardwarden.store import bodies as body_store
from cardwarden.store import cards as card_store
from cardwarden.store import chain
from cardwarden.store import checks as check_store
from cardwarden.store import members as member_store
from cardwarden.store.cards import CardRow
from cardwarden.store.engine import Store, open_store
from cardwarden.vcard.content import split_book
from cardwarden.vcard.index import index_card, with_keys

TARGETS = {"first": 2.0, "year": 2.5, "picture": 4096}
START = datetime(2026, 1, 1, tzinfo=UTC)
chance = random.Random(1)


def card(name: str, uid: str, mobile: str) -> bytes:
    """A card of about 500 bytes, of which little is like the others."""
    family, given = name.split()
    digits = "".join(chance.choices("0123456789", k=24))
    notes = " ".join(
        chance.choices(
            [
                "met",
                "at",
                "school",
                "work",
                "club",
                "friend",
                "of",
                "the",
                "family",
                "likes",
                "tea",
                "hiking",
                "books",
                "since",
            ],
            k=12,
        )
    )
    lines = (
        "BEGIN:VCARD", "VERSION:3.0", "PRODID:-//Example//Contacts 3.1//EN", f"UID:{uid}", f"FN:{given} {family}",
        f"N:{family};{given};;;", f"ORG:{family} and {chance.choice(['Sons', 'Partners', 'Company'])};Sales",
        f"TEL;TYPE=CELL:{mobile}", f"TEL;TYPE=HOME:03-{digits[:4]}-{digits[4:8]}",
        f"EMAIL;TYPE=HOME:{given.lower()}.{family.lower()}{digits[8:10]}@example.org",
        f"ADR;TYPE=HOME:;;{digits[10]}-{digits[11:13]} Example Street;Town {digits[13:16]};;{digits[16:23]};Japan",
        f"BDAY:19{digits[0:2]}-0{digits[3]}-1{digits[4]}", f"NOTE:{notes}", "REV:2026-01-01T00:00:00Z", "END:VCARD", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


def person(number: int) -> tuple[str, str]:
    names = [
        "Sato",
        "Suzuki",
        "Tanaka",
        "Ito",
        "Yamada",
        "Kato",
        "Schmidt",
        "Weber",
        "Meyer",
        "Miller",
        "Brown",
        "Davis",
    ]
    given = ["Hanako", "Taro", "Yumi", "Ken", "Anna", "Peter", "Mia", "Lukas", "Emma", "Noah"]
    return f"{chance.choice(names)}{number % 97} {chance.choice(given)}", str(uuid.UUID(int=chance.getrandbits(128)))


def mobile() -> str:
    return "186090-" + "".join(chance.choices("0123456789", k=8))


class Book:
    """A store with one book whose cards change as a check would record it."""

    def __init__(self, store: Store, cards: list[tuple[str, str]]) -> None:
        self.store, self.people = store, cards
        self.bytes = [card(name, uid, mobile()) for name, uid in cards]
        entries = with_keys(
            index_card(next(split_book(data)), f"{uid}.vcf", 0, "JP")
            for data, (_, uid) in zip(self.bytes, cards, strict=True)
        )
        with store.write() as connection:
            body_store.save_bodies(connection, {e.digest: data for e, data in zip(entries, self.bytes, strict=True)})
            book, check = self._check(connection, START, changed=True)
            member_store.save_members(connection, book, {e.href: _stamp() for e in entries}, ())
            card_store.save_cards(connection, book, check, [CardRow(None, e, True, e.digest) for e in entries])
            self.rows = {row.entry.uid: row for row in card_store.load_cards(connection, book)}

    def _check(self, connection, at, *, changed):
        return check_store.record_check(
            connection,
            source="family",
            book="",
            title="family",
            at=at,
            outcome="clean",
            cards=len(self.people),
            changed=changed,
        )

    def unchanged(self, at: datetime) -> None:
        with self.store.write() as connection:
            self._check(connection, at, changed=False)

    def change(self, at: datetime, number: int, data: bytes) -> Path:
        _, uid = self.people[number]
        row = self.rows[uid]
        entry = next(iter(with_keys([index_card(next(split_book(data)), f"{uid}.vcf", 0, "JP")])))
        with self.store.write() as connection:
            body_store.save_bodies(connection, {entry.digest: data})
            book, check = self._check(connection, at, changed=True)
            member_store.save_members(connection, book, {entry.href: _stamp()}, ())
            card_store.save_cards(connection, book, check, [CardRow(row.id, entry, True, entry.digest)])
        return Path(f"{uid}.vcf")


def _stamp() -> str:
    return f"{chance.getrandbits(60)}-{chance.getrandbits(60)}-500-{chance.getrandbits(22)}"


def size(store: Store) -> int:
    """The bytes of the file when everybody has let go of it."""
    store.close()
    with sqlite3.connect(store.path) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    return store.path.stat().st_size


def on_disk(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*"))


def main(count: int) -> None:
    with tempfile.TemporaryDirectory(prefix="cardwarden-bench-") as name:
        folder = Path(name)
        store = open_store(f"sqlite:///{folder}/state/cardwarden.db")
        book = Book(store, [person(number) for number in range(count)])
        raw = sum(map(len, book.bytes))
        work = folder / "git"
        work.mkdir()

        def git(*arguments: str) -> None:
            subprocess.run(["git", "-C", str(work), *arguments], check=True, stdout=subprocess.DEVNULL, env=ENVIRON)

        git("init", "-q")
        git("config", "gc.auto", "0")
        for data, (_, uid) in zip(book.bytes, book.people, strict=True):
            (work / f"{uid}.vcf").write_bytes(data)
        git("add", "-A")
        git("commit", "-qm", "first")
        told("cards", f"{count:,} of {raw / count:.0f} bytes, {raw:,} bytes in all")
        told("first check", ratio(size(store), raw, TARGETS["first"]))
        told("  git", f"{on_disk(work / '.git') / raw:.2f} times on the disk")

        hours = 365 * 24
        changes = count * 12 // 100
        when = sorted(chance.sample(range(1, hours), min(changes, hours - 1)))
        changing = set(when)
        for hour in range(1, hours):
            at = START + timedelta(hours=hour)
            if hour not in changing:
                book.unchanged(at)
                if hour % 24 == 0:
                    with store.write() as connection:
                        chain.seal(connection, at)
                continue
            number = chance.randrange(count)
            person_name, uid = book.people[number]
            data = card(person_name, uid, mobile())
            path = book.change(at, number, data)
            (work / path).write_bytes(data)
            git("add", str(path))
            git("commit", "-qm", "change")
        told("after a year", f"{changes:,} changes, {ratio(size(store), raw, TARGETS['year'])}")
        told("  git", f"{on_disk(work / '.git') / raw:.2f} times on the disk")
        git("gc", "-q")
        told("  git, packed", f"{on_disk(work / '.git') / raw:.2f} times on the disk")

        with_picture = book.bytes[0].replace(
            b"NOTE:", b"PHOTO;ENCODING=b;TYPE=JPEG:" + os.urandom(100_000).hex().encode() + b"\r\nNOTE:"
        )
        book.change(START + timedelta(days=400), 0, with_picture)
        before = size(store)
        for step in range(100):
            data = with_picture.replace(b"186090-", b"186090-%d" % step)
            book.change(START + timedelta(days=401 + step), 0, data)
        cost = (size(store) - before) / 100
        told("new number beside a picture", f"{cost:,.0f} bytes (at most {TARGETS['picture']:,})")


ENVIRON = {
    **os.environ,
    "GIT_AUTHOR_NAME": "b",
    "GIT_AUTHOR_EMAIL": "b@example.org",
    "GIT_COMMITTER_NAME": "b",
    "GIT_COMMITTER_EMAIL": "b@example.org",
}


def ratio(got: int, raw: int, most: float) -> str:
    return f"{got / raw:.2f} times the raw bytes (at most {most})"


def told(what: str, how: str) -> None:
    print(f"{what:28} {how}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
