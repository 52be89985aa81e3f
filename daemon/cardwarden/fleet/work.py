"""The kinds of work, and which of what is due is begun now: pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

PER_HOUSEHOLD: Final = 2
"""Pieces of work of one household that are done at the same time in a lane: more of them wait for its own, never others'."""
ASIDE: Final = 5.0
"""Seconds after which work that is being done is set aside, and others have its room."""
_LONG: Final = 30.0
"""Seconds after which work was slow that came to a conclusion: a large book takes some, too."""


class WorkKind(StrEnum):
    """What there is to do.

    check    look at the books of one source; it is never tried again at once: its next time is
    deep     the same, and read every card
    deliver  send what waits on one channel
    digest   send what waited on one channel for the time of its digest
    care     the daily care of a household's history
    """

    CHECK = "check"
    DEEP = "deep"
    DELIVER = "deliver"
    DIGEST = "digest"
    CARE = "care"


class Lane(StrEnum):
    """What has room of its own, so that none of them can be crowded out by another."""

    CHECKS = "checks"
    DELIVERIES = "deliveries"
    CARE = "care"


LANES: Final = {
    WorkKind.CHECK: Lane.CHECKS,
    WorkKind.DEEP: Lane.CHECKS,
    WorkKind.DELIVER: Lane.DELIVERIES,
    WorkKind.DIGEST: Lane.DELIVERIES,
    WorkKind.CARE: Lane.CARE,
}


@dataclass(frozen=True, slots=True)
class Key:
    """One piece of work: `name` is that of a source or channel, "" for a household's care."""

    household: str
    kind: WorkKind
    name: str

    @property
    def lock(self) -> str:
        """What is never done twice at the same time: a check and a deep one of one source are the same here."""
        return f"{LANES[self.kind]}/{self.household}/{self.name}"


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work.

    host   who is asked, as far as that is the same for several; "" for nobody who could be slow for others, too
    place  the machine that has the disk; "" if any machine will do
    slow   whether it took long the last time, or does now
    """

    key: Key
    host: str
    place: str
    slow: bool


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much is done at the same time by all workers together.

    lanes     pieces of work, by lane; as many again are set aside, which have taken so long that they wait for somebody
    per_host  of those that ask one host; one that was slow gets a single one
    """

    lanes: dict[Lane, int]
    per_host: int

    @classmethod
    def of(cls, workers: int, at_once: int, per_host: int) -> Capacity:
        """That of so many workers, each of which does `at_once` jobs at the same time: 4 or more."""
        deliveries = at_once // 4
        checks = at_once - deliveries - 1
        return cls({Lane.CHECKS: workers * checks, Lane.DELIVERIES: workers * deliveries, Lane.CARE: workers}, per_host)


def was_slow(seconds: float, *, good: bool) -> bool:
    """Whether work that took so long gets less room the next time; what came to nothing waited for somebody who is silent."""
    return seconds > (_LONG if good else ASIDE)


def threads(at_once: int) -> int:
    """How many threads a worker needs that does so much at once: what waits for somebody has one, and no room beside."""
    return 2 * at_once


def chosen(due: Sequence[Task], running: Iterable[Task], capacity: Capacity) -> list[Task]:
    """What of the `due` work, longest due first, is begun beside what is running.

    No lane gets more than its room, no host more than its share, no household more than two in a lane. What is slow is set
    aside and takes no room from what is not, as long as no more is slow than a lane has room for; what was slow the last time
    fills no more than half of that. So whoever hangs keeps nobody waiting who has nothing to do with it.
    """
    fast: Counter[Lane] = Counter()
    slow: Counter[Lane] = Counter()
    hosts: Counter[tuple[Lane, str]] = Counter()
    slow_hosts: Counter[tuple[Lane, str]] = Counter()
    households: Counter[tuple[Lane, str]] = Counter()
    locks: set[str] = set()

    def begin(task: Task) -> None:
        lane = LANES[task.key.kind]
        (slow if task.slow else fast)[lane] += 1
        hosts[lane, task.host] += 1
        slow_hosts[lane, task.host] += task.slow
        households[lane, task.key.household] += 1
        locks.add(task.key.lock)

    def has_room(task: Task) -> bool:
        lane, host = LANES[task.key.kind], task.host
        room = capacity.lanes[lane]
        if host and hosts[lane, host] >= (1 if task.slow or slow_hosts[lane, host] else capacity.per_host):
            return False
        if task.slow:
            return slow[lane] < max(1, room // 2)
        return fast[lane] + max(0, slow[lane] - room) < room

    for task in running:
        begin(task)
    begun: list[Task] = []
    for task in due:
        of_household = households[LANES[task.key.kind], task.key.household]
        if task.key.lock not in locks and of_household < PER_HOUSEHOLD and has_room(task):
            begin(task)
            begun.append(task)
    return begun
