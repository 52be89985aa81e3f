"""A book with a life behind it: the story of the demo, an aunt who moved, somebody who was removed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from cardwarden.cli.story import book as story
from support.world import FakeClock, World

ANNA = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:anna\r\nFN:Anna Müller\r\nN:Müller;Anna;;;\r\nTEL;TYPE=CELL:+49 170 1234567\r\n"
    "TEL;TYPE=HOME:+49 30 901820\r\nEMAIL:anna.mueller@example.org\r\nADR;TYPE=HOME:;;Lindenstraße 5;Berlin;;10969;Germany\r\n"
    "BDAY:1984-05-17\r\nNOTE:Allergic to nuts\r\nORG:Example GmbH\r\nEND:VCARD\r\n"
)


def lived(root: Path, *, phone: str = "", more: str = "", clock: FakeClock | None = None) -> World:
    """Twenty days in which a book was damaged, put right, and damaged again; putting back is allowed."""
    world = World(root, clock or FakeClock(), phone=phone, more=more)
    read = world.text
    world.text = lambda: read().replace('type = "vdir"', 'type = "vdir"\nrestore = true')  # type: ignore[method-assign]
    good = {**story.book(), "anna.vcf": ANNA}
    moved = {
        **good,
        "anna.vcf": ANNA.replace("901820", "901821").replace("BDAY:1984-05-17", "BDAY:19840517"),
    }
    stolen = (
        moved["anna.vcf"]
        .replace("anna.mueller@example.org", "anna.muelIer@examp1e.org")
        .replace("NOTE:Allergic to nuts\r\n", "")
    )
    again = {**story.second_pass(moved), "anna.vcf": stolen}
    fewer = {name: card for name, card in again.items() if name not in {"d003.vcf", "d004.vcf"}}
    once_more = {**fewer, **{name: card for name, card in story.first_pass(fewer).items() if name < "d"}}
    days = ((good, 0), (moved, 6), (story.first_pass(moved), 3), (moved, 1), (again, 5), (fewer, 3), (once_more, 2))
    for files, after in days:
        world.clock.at += timedelta(days=after)
        put(world, files)
        world.check()
    return world


def put(world: World, files: dict[str, str]) -> None:
    """Make the book these files."""
    for path in world.book.glob("*.vcf"):
        if path.name not in files:
            path.unlink()
    for name, card in files.items():
        data = card.encode()
        path = world.book / name
        if not path.exists() or path.read_bytes() != data:
            world.write(path, data)
