"""Long lists cut into pieces that one SQL statement can carry as parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
SIZE = 500


def batches(items: Iterable[T]) -> Iterator[Sequence[T]]:
    """`items` in order, in tuples of at most 500."""
    every = tuple(items)
    return (every[start : start + SIZE] for start in range(0, len(every), SIZE))
