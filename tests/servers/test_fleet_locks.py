"""What is written to the ledger at the same time waits its turn, and nothing waits for what waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from cardwarden.errors import StoreError
from cardwarden.fleet.ledger import Ended, Ledger, PlannedWork
from cardwarden.fleet.tables import Count
from cardwarden.fleet.work import Key, WorkKind
from support.fleet import Fleet

pytestmark = pytest.mark.servers

HOUR = timedelta(hours=1)
SECONDS = 5.0  # what takes locks in two orders meets itself many times in that long
KEYS = [Key(name, kind, "family") for name in ("jones", "smith") for kind in (WorkKind.CHECK, WorkKind.DELIVER)]


@contextmanager
def ledger_of(many: Fleet) -> Iterator[Ledger]:
    with closing(Ledger(many.homes.server.address)) as ledger:
        ledger.prepare()
        yield ledger


def want(ledger: Ledger, keys: list[Key] = KEYS) -> None:
    for name in sorted({key.household for key in keys}):
        of_it = [PlannedWork(key, "", True, HOUR, datetime.now(UTC)) for key in keys if key.household == name]
        ledger.want(name, "", of_it, anew=True, ears=False)


def test_nothing_that_is_written_to_the_ledger_at_the_same_time_locks_the_other_out(many: Fleet) -> None:
    with ledger_of(many) as ledger:
        want(ledger)
        ended, count = Ended(datetime.now(UTC), True, 1.0), Count(1, 1, 0, 0, 0, 0, 0)

        def end(keys: list[Key]) -> None:
            for key in keys:
                ledger.end(key, ended, count)

        jobs: list[Callable[[], object]] = [
            lambda: want(ledger),
            lambda: end(KEYS),
            lambda: end(KEYS[::-1]),
            lambda: ledger.put_back(KEYS[::-1]),
            lambda: ledger.claim_place("here", ["here"], KEYS),
            lambda: ledger.claim_place("there", ["there"], KEYS),
            lambda: ledger.tick(16, 3, whole=True),
            lambda: ledger.stop("smith", "paused"),
            lambda: ledger.hear("worker", 5),
        ]
        over, refused, done = threading.Event(), [], [0] * len(jobs)

        def again_and_again(number: int) -> None:
            while not over.is_set():
                try:
                    jobs[number]()
                except StoreError as error:
                    refused.append(str(error))
                done[number] += 1

        threads = [threading.Thread(target=again_and_again, args=(number,)) for number in range(len(jobs))]
        for thread in threads:
            thread.start()
        over.wait(SECONDS)
        over.set()
        for thread in threads:
            thread.join()
    assert refused == []
    assert all(done)


def test_a_sign_of_life_takes_as_many_statements_for_many_folders_as_for_one(many: Fleet) -> None:
    with ledger_of(many) as ledger:
        keys = [Key(f"home{number}", WorkKind.CHECK, "family") for number in range(30)]
        want(ledger, keys)
        counts: list[int] = []

        def count(*_: object) -> None:
            counts[-1] += 1

        event.listen(ledger._engine, "before_cursor_execute", count)
        for few in (keys[:1], keys):
            counts.append(0)
            ledger.claim_place("here", ["here"], few)
    assert counts[0] == counts[1]
    assert many.sql("SELECT count(*) FROM cardwarden_fleet.work WHERE place = 'here'") == "30"
    before = many.sql("SELECT array_agg(ctid ORDER BY household) FROM cardwarden_fleet.work")
    with ledger_of(many) as ledger:
        ledger.claim_place("here", ["here"], keys)
    assert many.sql("SELECT array_agg(ctid ORDER BY household) FROM cardwarden_fleet.work") == before


def test_work_that_waited_and_came_to_nothing_gets_less_room_the_next_time_until_it_is_quick(many: Fleet) -> None:
    with ledger_of(many) as ledger:
        want(ledger, KEYS[:1])
        slow: list[str] = []
        for seconds, good in ((10.0, True), (10.0, False), (1.0, None), (1.0, False), (40.0, True), (10.0, True)):
            ledger.end(KEYS[0], Ended(datetime.now(UTC), good, seconds))
            slow.append(many.sql("SELECT slow FROM cardwarden_fleet.work"))
    assert slow == ["f", "t", "t", "f", "t", "f"]
