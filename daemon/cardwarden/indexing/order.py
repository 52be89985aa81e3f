"""Cards in, what is made of them out, in their order, whoever made it."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Generic, TypeVar

from cardwarden.indexing.helper import Errand, Helper, helping
from cardwarden.indexing.work import Answer, Indexed, Terms, index
from cardwarden.packing import Packed
from cardwarden.vcard.card import Entry
from cardwarden.vcard.content import RawCard

_CARDS = 64
"""In an errand: 30 ms of work."""
_BYTES = 1 << 18
"""In an errand, about."""
_WAITING = 8
"""Pieces that wait for one before them."""
_PAYS_FROM = 1_000
"""Cards to come from which on a second process pays at once: it takes 0.1 s to begin."""
_PAYS_AFTER = 500
"""Cards that came from which on it is believed that as many more will."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CardTask(Generic[T]):
    """A card to be indexed, and whose it is.

    raw   None if nothing is to be made of it: it only keeps its place
    pack  whether its body is wanted as it is kept
    """

    owner: T
    href: str
    ordinal: int
    raw: RawCard | None
    pack: bool


def indexed(
    tasks: Iterable[CardTask[T]], terms: Terms, *, helped: bool, expected: int
) -> Generator[tuple[CardTask[T], Indexed | None]]:
    """What is made of each card, in their order, while they come; None if nothing was to be made of it.

    `helped` allows a second process, which does not change what comes out. `expected` is how many cards are sure to come, 0 if
    that is not known.
    """
    with ExitStack() as stack:
        helper: Helper | None = None
        came = 0
        waiting: deque[_Batch[T]] = deque()
        for batch in _batches(tasks):
            if helped and batch.errand.asked and (expected >= _PAYS_FROM or came >= _PAYS_AFTER):
                helper, helped = stack.enter_context(helping(terms)), False
            came += len(batch.errand.asked)
            waiting.append(batch)
            if helper is None or not batch.errand.asked or not helper.give(batch.errand):
                batch.make(terms)
            while waiting and waiting[0].is_made(helper, terms, wait=len(waiting) > _WAITING):
                yield from waiting.popleft().results()
        for batch in waiting:
            batch.is_made(helper, terms, wait=True)
            yield from batch.results()


class _Batch(Generic[T]):
    """Some tasks, and what was made of them."""

    __slots__ = ("_made", "_tasks", "errand")

    def __init__(self, tasks: list[CardTask[T]]) -> None:
        self._tasks = tasks
        self._made: list[Indexed | None] | None = None
        self.errand = Errand([(task.raw.data, task.raw.problem, task.pack) for task in tasks if task.raw])

    def make(self, terms: Terms) -> None:
        """Make all of it here."""
        self._made = [_made(task, terms) for task in self._tasks]

    def is_made(self, helper: Helper | None, terms: Terms, *, wait: bool) -> bool:
        """Whether all of it is made; what the helper leaves undone is made here."""
        if self._made is None and (helper is None or helper.is_done(self.errand, wait=wait)):
            answers = iter(self.errand.answers or [None] * len(self.errand.asked))
            self._made = [_with_answer(task, next(answers), terms) if task.raw else None for task in self._tasks]
        return self._made is not None

    def results(self) -> Iterator[tuple[CardTask[T], Indexed | None]]:
        return zip(self._tasks, self._made or (), strict=True)


def _batches(tasks: Iterable[CardTask[T]]) -> Iterator[_Batch[T]]:
    batch: list[CardTask[T]] = []
    size = 0
    for task in tasks:
        batch.append(task)
        size += len(task.raw.data) if task.raw else 0
        if len(batch) >= _CARDS or size >= _BYTES:
            yield _Batch(batch)
            batch, size = [], 0
    if batch:
        yield _Batch(batch)


def _made(task: CardTask[T], terms: Terms) -> Indexed | None:
    return index(task.raw, task.href, task.ordinal, terms, pack=task.pack) if task.raw else None


def _with_answer(task: CardTask[T], answer: Answer | None, terms: Terms) -> Indexed | None:
    if answer is None:
        return _made(task, terms)
    (digest, uid, name, contacts, problem, program), body, is_plain = answer
    entry = Entry("", task.href, task.ordinal, digest, uid, name, contacts, problem, sys.intern(program))
    return Indexed(entry, Packed(*body) if body else None, is_plain)
