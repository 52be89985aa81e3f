"""Long lists cut into pieces: as many as one SQL statement can carry, or as memory is to hold as rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable

T = TypeVar("T")
SIZE = 500
AT_ONCE = 1_000
"""Rows: written as parameters of a statement they take several times the room that they take as values."""


def batches(items: Iterable[T]) -> Iterator[Sequence[T]]:
    """`items` in order, in tuples of at most 500."""
    every = tuple(items)
    return (every[start : start + SIZE] for start in range(0, len(every), SIZE))


def execute_each(connection: Connection, statement: Executable, rows: Iterable[Mapping[str, Any]]) -> None:
    """Execute a statement with each of these rows, some thousand at a time, made as they are wanted."""
    left = iter(rows)
    while batch := list(islice(left, AT_ONCE)):
        connection.execute(statement, batch)
