"""Gives back to the machine what a check of a large book needed.

glibc keeps freed memory that lies between what is still used: after a check that loads 30,000 cards a daemon had 175 MB, and has
141 with this (which takes some milliseconds, one if nothing changed); after a first check of them 130 and 125, for most of that
are Python's own arenas, which have no such call.
"""

from __future__ import annotations

from collections.abc import Sequence

from cardwarden.actions.checked import Checked

LARGE_BOOK = 5_000  # cards: a check of fewer leaves little behind


def give_back_memory(done: Sequence[Checked]) -> None:
    """Give back what is free after these checks, if their books are large and the C library can: it is glibc's."""
    if sum(checked.cards for checked in done) < LARGE_BOOK:
        return
    import ctypes  # noqa: PLC0415 - few books are so large

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
