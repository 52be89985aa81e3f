from __future__ import annotations

import ctypes
import resource
from pathlib import Path

import pytest

from cardwarden.heap import give_back_memory

pytestmark = pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library has no such call")
SIZE = 1_000  # bytes: more than Python keeps in arenas of its own
MB = 1_000_000


def held() -> int:
    """Bytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def given_back(cards: int) -> int:
    """After a check of a book of so many cards, if 100 MB are free of which a few bytes here and there are still used."""
    used = [bytes(SIZE) for _ in range(100 * MB // SIZE)]
    used = used[::100]
    before = held()
    give_back_memory(cards)
    assert used
    return before - held()


def test_what_a_check_of_a_large_book_left_free_is_given_back() -> None:
    assert given_back(20_000) > 80 * MB


def test_a_check_of_a_small_book_is_not_made_longer() -> None:
    assert given_back(100) < 10 * MB
