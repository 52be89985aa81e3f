"""Gives back to the machine what a check of a large book needed.

glibc keeps freed memory that lies between what is still used: after a check that loads 30,000 cards a daemon had 175 MB, and has
141 with this (which takes some milliseconds, one if nothing changed); after a first check of them 130 and 125, for most of that
are Python's own arenas, which have no such call. Within a check it is done once the cards were read: what lies between them then
would be held beside what judging needs.
"""

from __future__ import annotations

LARGE_BOOK = 5_000  # cards: a check of fewer leaves little behind


def give_back_memory(cards: int) -> None:
    """Give back what is free after work on so many cards, if they are many and the C library can: it is glibc's."""
    if cards < LARGE_BOOK:
        return
    import ctypes  # noqa: PLC0415 - few books are so large

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
