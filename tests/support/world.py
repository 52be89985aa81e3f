"""A small world for the program: a folder of cards, a configuration, a receiver, a clock that tests move."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from cardwarden.actions.checked import Checked
from cardwarden.settings.load import parse
from cardwarden.store import findings as finding_store
from cardwarden.store.findings import StoredEvent, StoredFinding
from cardwarden.wiring import Opening, Program, assembled
from support.store import ON_POSTGRESQL, begin_record, schema_of
from support.words import title

YAMADA = ("TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:186080-1234-5602")


class FakeClock:
    """A clock that stands still until it is moved; who sleeps on it moves it."""

    def __init__(self) -> None:
        self.at = datetime(2031, 1, 1, 12, 0, tzinfo=UTC)  # far from the times of files, so that none looks fresh
        self._leapt = timedelta()

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - self._leapt).timestamp()

    def since_boot(self) -> float:
        return self.monotonic()

    def leap(self, span: timedelta) -> None:
        """Somebody puts the clock forward or back; no time goes by."""
        self.at += span
        self._leapt += span

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def card(name: str, *lines: str, uid: str = "") -> bytes:
    """A vCard 3.0; its UID is its name unless told, and left out where that is "-"."""
    uids = [] if uid == "-" else [f"UID:{uid or name}"]
    return "\r\n".join(
        ["BEGIN:VCARD", "VERSION:3.0", *uids, f"FN:{name}", f"N:{name};;;;", *lines, "END:VCARD", ""]
    ).encode()


@dataclass
class World:
    """`book` is a folder of cards, the source "family"; `config` the configuration's path."""

    root: Path
    clock: FakeClock = field(default_factory=FakeClock)
    settings: str = 'region = "JP"\n'
    more: str = ""
    phone: str = ""
    _writes: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.book.mkdir(parents=True, exist_ok=True)

    @property
    def book(self) -> Path:
        return self.root / "contacts"

    @property
    def store(self) -> str:
        """Where its record is, in the words of the configuration."""
        if address := os.environ.get(ON_POSTGRESQL):
            return f'url = "{address}"\ndb_schema = "{schema_of(self.root)}"\nstate = "{self.root}/state"'
        return f'url = "sqlite:///{self.root}/state/cardwarden.db"'

    @property
    def config(self) -> Path:
        path = self.root / "cardwarden.toml"
        path.write_text(self.text(), "utf-8")
        return path

    def text(self) -> str:
        channel = '[alerts.channels.phone]\nurl_env = "PHONE"\n' if self.phone else ""
        return (
            f"{self.settings}[store]\n{self.store}\n"
            f'[sources.family]\ntype = "vdir"\npath = "{self.book}"\n{channel}{self.more}'
        )

    def put(self, name: str, *lines: str, file: str = "", uid: str = "") -> None:
        """Write a card, so that its file never has the times it had before."""
        self.write(self.book / (file or f"{name}.vcf"), card(name, *lines, uid=uid))

    def write(self, path: Path, data: bytes) -> None:
        path.write_bytes(data)
        step = 1_700_000_000_000_000_000 + next(self._writes) * 1_000_000_000
        os.utime(path, ns=(step, step))

    def remove(self, name: str) -> None:
        (self.book / f"{name}.vcf").unlink()

    @contextmanager
    def program(self) -> Iterator[Program]:
        state = self.root / "state"
        if f"sqlite:///{state}/cardwarden.db" in self.text() and not state.exists():
            begin_record(state / "cardwarden.db")
        settings = parse(self.text(), self.root / "cardwarden.toml", {}, self.root)
        with assembled(settings, Opening.GUARD, clock=self.clock, environ={"PHONE": self.phone}) as program:
            yield program

    def check(self, *, deep: bool = False) -> Checked:
        """Check the one book and deliver; ten minutes pass."""
        with self.program() as program:
            [done] = program.check("family", deep=deep)
            program.deliver()
        self.clock.at += timedelta(minutes=10)
        return done

    def open(self) -> list[StoredFinding]:
        with self.program() as program, program.store.read() as connection:
            return finding_store.open_findings(connection)

    def titles(self) -> list[str]:
        """Of what is open: the contact and what is wrong."""
        return [f"{f.finding.card.name if f.finding.card else ''}: {title(f.finding)}" for f in self.open()]

    def events(self, done: Checked) -> list[StoredEvent]:
        with self.program() as program, program.store.read() as connection:
            return finding_store.find_events(connection, done.events)

    def base(self, name: str) -> bytes | None:
        """The accepted bytes of the card of that name."""
        from cardwarden.store import bodies as body_store
        from cardwarden.store import books as book_store
        from cardwarden.store import cards as card_store

        with self.program() as program, program.store.read() as connection:
            book = book_store.find_book(connection, "family", "")
            assert book
            [row] = [row for row in card_store.load_cards(connection, book.id) if row.entry.name == name]
            return None if row.base is None else body_store.body(connection, row.base)
