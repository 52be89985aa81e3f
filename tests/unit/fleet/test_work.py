"""What is begun: nobody gets more than the share that keeps others going, and nothing waits without a reason."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.fleet.work import (
    ASIDE,
    LANES,
    PER_HOUSEHOLD,
    Capacity,
    Key,
    Lane,
    Task,
    WorkKind,
    chosen,
    was_slow,
)

CAPACITY = Capacity.of(2, 8, 3)
tasks = st.builds(
    Task,
    st.builds(Key, st.sampled_from("abcdef"), st.sampled_from(WorkKind), st.sampled_from(["", "x", "y", "z"])),
    st.sampled_from(["", "one", "two", "three"]),
    st.just(""),
    st.booleans(),
)


def task(
    household: str, host: str = "", *, name: str = "x", slow: bool = False, kind: WorkKind = WorkKind.CHECK
) -> Task:
    return Task(Key(household, kind, name), host, "", slow)


@given(st.lists(tasks, unique_by=lambda one: one.key), st.lists(tasks, max_size=10, unique_by=lambda one: one.key))
def test_nobody_gets_more_than_the_share(due: list[Task], running: list[Task]) -> None:
    begun = chosen(due, running, CAPACITY)
    assert len({one.key.lock for one in begun} | {one.key.lock for one in running}) == len(begun) + len(
        {one.key.lock for one in running}
    )
    before, after = Counter(lanes(running)), Counter(lanes(begun))
    for lane in Lane:
        room = CAPACITY.lanes[lane]
        assert after[lane, False] <= max(0, room - before[lane, False])
        assert after[lane, True] <= max(0, max(1, room // 2) - before[lane, True])
    for host in ("one", "two", "three"):
        for lane in Lane:
            of = [one for one in begun if (one.host, LANES[one.key.kind]) == (host, lane)]
            was = [one for one in running if (one.host, LANES[one.key.kind]) == (host, lane)]
            assert not of or len(of) + len(was) <= 3
    for household in "abcdef":
        for lane in Lane:
            of = [one for one in begun if (one.key.household, LANES[one.key.kind]) == (household, lane)]
            was = [one for one in running if (one.key.household, LANES[one.key.kind]) == (household, lane)]
            assert not of or len(of) + len(was) <= PER_HOUSEHOLD


def lanes(tasks: list[Task]) -> list[tuple[Lane, bool]]:
    return [(LANES[one.key.kind], one.slow) for one in tasks]


@given(st.lists(tasks, max_size=30, unique_by=lambda one: one.key))
def test_whatever_runs_somebody_with_nothing_to_do_with_it_is_begun_while_its_lane_has_room(
    running: list[Task],
) -> None:
    for kind in WorkKind:
        lane = LANES[kind]
        used = Counter(lanes(running))
        full = used[lane, False] + max(0, used[lane, True] - CAPACITY.lanes[lane]) >= CAPACITY.lanes[lane]
        assert bool(chosen([task("stranger", kind=kind)], running, CAPACITY)) is not full


def test_as_many_hanging_checks_as_there_is_room_hold_up_nobody() -> None:
    hanging = [task(f"h{number}", f"host{number}", slow=True) for number in range(CAPACITY.lanes[Lane.CHECKS])]
    assert chosen([task("smith", "cloud")], hanging, CAPACITY)
    assert not chosen([task("again", "other", slow=True)], hanging, CAPACITY)


def test_whoever_answers_waits_for_nobody_who_hung_before_and_for_so_many_who_begin_to() -> None:
    usual = Capacity.of(1, 16, 3)
    answering, before = task("smith", "cloud"), [task(f"b{number}", f"b{number}", slow=True) for number in range(500)]
    known = chosen(before, [], usual)
    for again, most in (([], 21), (known, 16)):
        running = [*again, *(task(f"n{number}", f"n{number}", slow=True) for number in range(most))]
        assert chosen([*before, answering], running, usual)[-1] == answering
        assert answering not in chosen([*before, answering], [*running, task("x", "x", slow=True)], usual)


@pytest.mark.large
@pytest.mark.parametrize("given_up", [10, 60, 600])
def test_hosts_that_never_answer_hold_up_others_at_most_the_first_time(given_up: int) -> None:
    """100 of them begin to hang at once, and each is asked again a minute after it was given up (`given_up`, seconds)."""
    usual, answering = Capacity.of(1, 16, 3), task("smith", "cloud")
    due = {f"h{number}": (0, False) for number in range(100)}
    begun: dict[str, int] = {}
    waited: list[int] = []
    for now in range(3_600):
        for host in [host for host, since in begun.items() if now - since >= given_up]:
            due[host] = now + 60, was_slow(now - begun.pop(host), good=False)
        running = [task(host, host, slow=due[host][1] or now - since > ASIDE) for host, since in begun.items()]
        waiting = sorted((at, host, slow) for host, (at, slow) in due.items() if at <= now and host not in begun)
        chose = chosen([*(task(host, host, slow=slow) for _, host, slow in waiting), answering], running, usual)
        if answering not in chose:
            waited.append(now)
        begun |= {one.host: now for one in chose if one != answering}
    at_once = 17  # no fewer of those that begin to hang
    assert 0 < waited[-1] + 1 <= math.ceil(len(due) / at_once) * given_up
    assert all(slow for _, slow in due.values())


def test_checks_leave_room_for_deliveries_and_the_longest_due_comes_first() -> None:
    due = [task(f"h{number}") for number in range(50)] + [task("smith", kind=WorkKind.DELIVER)]
    begun = chosen(due, [], CAPACITY)
    assert begun[0] == due[0]
    assert begun[-1] == due[-1]
    assert len(begun) == CAPACITY.lanes[Lane.CHECKS] + 1


def test_one_host_gets_three_checks_and_a_slow_one_a_single_one() -> None:
    due = [task(f"h{number}", "cloud") for number in range(9)]
    assert len(chosen(due, [], CAPACITY)) == 3
    assert len(chosen([task("x", "cloud", slow=True), *due], [], CAPACITY)) == 1


def test_a_deep_check_and_a_check_of_one_source_are_never_done_at_once() -> None:
    assert len(chosen([task("smith"), task("smith", kind=WorkKind.DEEP)], [], CAPACITY)) == 1
    assert not chosen([task("smith", kind=WorkKind.DIGEST)], [task("smith", kind=WorkKind.DELIVER)], CAPACITY)
