"""Work never runs twice at once, and is not forgotten when it is asked for while it runs."""

from __future__ import annotations

import threading

from cardwarden.service.round import Round
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


def started(work: Work) -> tuple[Round, threading.Thread]:
    a_round = Round(work, FakeClock())
    thread = threading.Thread(target=a_round.run)
    thread.start()
    work.began.acquire()
    return a_round, thread


def test_what_is_asked_for_meanwhile_is_done_once_right_after_and_as_thoroughly_as_asked() -> None:
    work = Work()
    a_round, thread = started(work)
    for deep in (False, True, False):
        a_round.run(deep=deep)
    work.may_end.release(2)
    thread.join()
    assert work.done == [False, True]


def test_a_closed_round_ends_what_runs_and_begins_nothing() -> None:
    work = Work()
    a_round, thread = started(work)
    a_round.run()
    a_round.close()
    assert not a_round.wait(0)
    work.may_end.release(9)
    assert a_round.wait(30)
    thread.join()
    a_round.run()
    assert work.done == [False]
