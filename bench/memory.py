"""What memory is needed after a first check of a large book: by a check after one contact more, and by an idle daemon."""

from __future__ import annotations

import time

import books
from daemon import receiving, running
from measure import Figure, Guarded, Point, Spread, folder_source, workplace
from sizes import Sizes

ROW = "memory"
_PEAK = 250.0  # MB, as of a first check
_RESIDENT = 90.0  # MB, as of any idle daemon
_SEED = 1_000  # of the contact that comes


def measure(sizes: Sizes) -> tuple[list[Figure], list[Point]]:
    with workplace() as root, receiving() as receiver:
        folder = root / "contacts"
        books.folder(folder, sizes.large, pictures=False)
        guarded = Guarded(root)
        guarded.write(folder_source(folder))
        with running(guarded, receiver, 1) as daemon:
            time.sleep(min(sizes.seconds, 5))
            first = daemon.memory()
            done = daemon.checks()
            _come(guarded, 0)
            daemon.wait(done + 1)
            time.sleep(min(sizes.seconds, 5))
            more = daemon.memory()
        _come(guarded, 1)
        books.settle()
        added = guarded.check()
    said = sizes.said(sizes.large)
    return [
        Figure(ROW, f"idle daemon after a first check of {said}", "MB", Spread.of([first]), _RESIDENT),
        Figure(ROW, f"the same after one contact more, {said}", "MB", Spread.of([more]), _RESIDENT),
        Figure(ROW, f"check after one contact more, {said}: memory", "MB", Spread.of([added.peak]), _PEAK),
    ], []


def _come(guarded: Guarded, number: int) -> None:
    """A contact comes into the folder."""
    [card] = books.cards(1, pictures=False, seed=_SEED + number)
    (guarded.root / f"contacts/new{number}.vcf").write_bytes(card)
