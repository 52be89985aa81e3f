"""A home with two damaged contacts, whose book may be written: event 1 is of one, event 2 of the other."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from shutil import copytree

from support.world import YAMADA, World

DAMAGED = ("TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")
KEIO = ("TEL;TYPE=WORK:03-1234-5603",)
OTHER = 2
"""The event of the other contact, Keio."""


def home(root: Path) -> World:
    """A world whose book may be written."""
    world = World(root)
    read = world.text
    world.text = lambda: read().replace('type = "vdir"', 'type = "vdir"\nrestore = true')  # type: ignore[method-assign]
    return world


def damaged_home(root: Path) -> World:
    """One number of each was damaged, one after the other."""
    world = home(root)
    world.put("Yamada", *YAMADA)
    world.put("Keio", *KEIO)
    world.check()
    world.put("Yamada", *DAMAGED)
    world.check()
    world.put("Keio", "TEL;TYPE=WORK:+18603-1234-5603")
    world.check()
    assert len(world.open()) == 2
    return world


def copied(damaged: World, root: Path) -> World:
    """The same home in another folder."""
    copytree(damaged.root, root, dirs_exist_ok=True)
    world = home(root)
    world.clock.at = damaged.clock.at
    world._writes = count(100)
    return world
