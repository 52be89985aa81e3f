"""Work never runs twice at once, and is not forgotten when it is asked for while it runs."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from cardwarden.service.serial_job import SerialJob
from support.world import FakeClock


class Work:
    """Begins, and ends when it may."""

    def __init__(self) -> None:
        self.done: list[bool] = []
        self.began = threading.Semaphore(0)
        self.may_end = threading.Semaphore(0)

    def __call__(self, deep: bool) -> None:
        self.began.release()
        self.may_end.acquire()
        self.done.append(deep)


def started(work: Work) -> tuple[SerialJob, threading.Thread]:
    job = SerialJob("family", work, FakeClock())
    thread = threading.Thread(target=job.run)
    thread.start()
    work.began.acquire()
    return job, thread


def test_what_is_asked_for_meanwhile_is_done_once_right_after_and_as_thoroughly_as_asked() -> None:
    work = Work()
    job, thread = started(work)
    for deep in (False, True, False):
        job.run(deep=deep)
    work.may_end.release(2)
    thread.join()
    assert work.done == [False, True]


def test_a_closed_round_ends_what_runs_and_begins_nothing() -> None:
    work = Work()
    job, thread = started(work)
    job.run()
    job.close()
    assert not job.wait(0)
    work.may_end.release(9)
    assert job.wait(30)
    thread.join()
    job.run()
    assert work.done == [False]


@pytest.mark.parametrize("error", [ValueError, SystemExit])
def test_work_that_fails_leaves_its_turn_free(error: type[BaseException]) -> None:
    done: list[bool] = []

    def work(deep: bool) -> None:
        if not deep:
            raise error
        done.append(deep)

    job = SerialJob("family", work, FakeClock())
    with suppress(SystemExit):
        job.run()
    assert job.wait(0)
    assert job.busy_for == 0
    job.run(deep=True)
    assert done == [True]
