"""A small world with a copy: the folder "family", and the file "phone" that is to say the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from support.world import World, card


@dataclass
class Mirrored(World):
    """The world's folder is the origin; `export` is its copy, a file of many cards."""

    mirror: str = ""
    options: str = ""

    @property
    def export(self) -> Path:
        return self.root / "phone.vcf"

    def text(self) -> str:
        return (
            f'{super().text()}[sources.phone]\ntype = "vcf-file"\npath = "{self.export}"\n{self.options}'
            f'[mirrors.phone]\norigin = "family"\ncopy = "phone"\n{self.mirror}'
        )

    def copy(self, cards: Iterable[bytes]) -> None:
        """Write the export anew."""
        self.write(self.export, b"".join(cards))

    def look(self, *sources: str, after: timedelta = timedelta(minutes=10)) -> list[int]:
        """Check both books, or these, and deliver; gives the ids of the events that were told. Time passes."""
        events: list[int] = []
        with self.program() as program:
            for name in sources or ("family", "phone"):
                events += [event for book in program.check(name) for event in book.events]
            program.deliver()
        self.clock.at += after
        return events


def people(count: int = 12) -> dict[str, tuple[str, ...]]:
    """Names and lines of contacts that nothing happens to."""
    return {
        f"Guest No{number}": (f"TEL;TYPE=CELL:090-1234-{5600 + number}", f"NOTE:met at fair {number}")
        for number in range(count)
    }


def exported(contacts: dict[str, tuple[str, ...]]) -> list[bytes]:
    """The cards of contacts as an export writes them: with UIDs of its own."""
    return [card(name, *lines, uid="-") for name, lines in contacts.items()]
