"""A channel on which nothing waits is left alone until somebody writes or a time has come; nothing is told later for that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from cardwarden.actions.deliver import Delivered
from cardwarden.actions.let_be import let_findings_be
from cardwarden.store.findings import open_findings
from cardwarden.wiring import Program
from support.guard import Guard, guarding
from support.receiver import Receiver
from support.world import YAMADA, World

BAD = ("TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")
LOOK = timedelta(seconds=10)
ALERT, REMINDER = "Yamada: number gained a +", "Still open: Yamada: number gained a +"


class Quiet(World):
    """A world in which no check by its schedule writes anything."""

    def text(self) -> str:
        return super().text().replace("[alerts.", 'every = "30d"\n[alerts.', 1)


@pytest.fixture
def world(tmp_path: Path, receiver: Receiver) -> World:
    world = Quiet(tmp_path, phone=receiver.url)
    world.settings += 'timezone = "UTC"\ndeep_at = "off"\n'
    world.put("Yamada", *YAMADA)
    return world


@contextmanager
def resting(world: World) -> Iterator[Guard]:
    """A daemon that has begun, and whose channel is at rest."""
    with guarding(world) as guard:
        for _ in range(3):
            guard.go_on(LOOK)
        yield guard


def found(world: World, guard: Guard, name: str, *lines: str) -> None:
    """A card changes, and that is found; nobody is told yet."""
    world.put(name, *lines)
    guard.daemon.program.check("family")


def titles(receiver: Receiver) -> list[str]:
    return [request["title"] for request in receiver.requests]


@contextmanager
def asked() -> Iterator[list[str]]:
    """The statements that records are asked meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.sqlite
def test_in_an_idle_minute_the_record_is_asked_nothing_but_what_the_upkeep_asks(world: World) -> None:
    with resting(world) as guard, asked() as statements:
        for _ in range(6):
            guard.go_on(LOOK)
    assert len(statements) <= 4, statements


def test_what_another_process_wrote_is_told_at_the_next_look(world: World, receiver: Receiver) -> None:
    with resting(world) as guard:
        world.put("Yamada", *BAD)
        with world.program() as other:
            other.check("family")
        guard.go_on(LOOK)
    assert titles(receiver) == [ALERT]


def test_a_channel_that_failed_is_tried_when_its_time_has_come(world: World, receiver: Receiver) -> None:
    receiver.statuses = [503]
    with resting(world) as guard:
        found(world, guard, "Yamada", *BAD)
        for _ in range(3):
            guard.go_on(LOOK)
        assert titles(receiver) == [ALERT]
        for _ in range(2):
            guard.go_on(LOOK)
    assert titles(receiver) == [ALERT] * 2


@pytest.mark.parametrize(
    ("wish", "card", "wait"),
    [
        ('group = "5m"', ("Yamada", *BAD), timedelta(minutes=5)),
        ('digest = "12:08"', ("Sato", *YAMADA), timedelta(minutes=7, seconds=30)),
    ],
)
def test_what_waits_for_a_time_is_told_then(
    wish: str, card: tuple[str, ...], wait: timedelta, world: World, receiver: Receiver
) -> None:
    world.more = f"[alerts]\n{wish}\n"
    with resting(world) as guard:
        found(world, guard, *card)
        guard.go_on(LOOK)
        guard.go_on(wait - 2 * LOOK)
        assert receiver.requests == []
        guard.go_on(LOOK)
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(("let_be", "wait"), [(0, 60), (45, 60), (75, 75)])
def test_a_reminder_comes_in_time_also_when_its_finding_was_let_be(
    let_be: int, wait: int, world: World, receiver: Receiver
) -> None:
    world.more = '[alerts]\nremind = "1h"\n'
    with resting(world) as guard:
        found(world, guard, "Yamada", *BAD)
        guard.go_on(LOOK)
        store = guard.daemon.program.store
        with store.read() as connection:
            ids = [row.id for row in open_findings(connection)]
        let_findings_be(store, ids, timedelta(minutes=let_be), world.clock, who="hanako")
        guard.go_on(timedelta(minutes=wait) - 2 * LOOK)
        guard.go_on(LOOK)
        assert titles(receiver) == [ALERT]
        guard.go_on(LOOK)
    assert titles(receiver) == [ALERT, REMINDER]


def test_a_channel_that_hangs_is_not_asked_again_for_each_look(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real, rounds = Program.deliver_on, []
    with resting(world) as guard:

        def hang(program: Program, name: str) -> Delivered:
            rounds.append(name)
            while len(rounds) == 1 and guard.world.clock.now() < until:
                guard.go_on(LOOK)
            return real(program, name)

        monkeypatch.setattr(Program, "deliver_on", hang)
        found(world, guard, "Sato", *YAMADA)
        until = world.clock.now() + 4 * LOOK
        guard.go_on(LOOK)
    assert rounds == ["phone"]


def test_who_has_other_wishes_meanwhile_is_told_as_these_say(
    world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.more = '[alerts]\ngroup = "1h"\n'
    real = Program.deliver_on
    with resting(world) as guard:
        guard.daemon._checks.close()  # a reload has all sources checked, which writes

        def deliver(program: Program, name: str) -> Delivered:
            done = real(program, name)
            if world.more:
                world.more = ""
                guard.daemon.reload()
            return done

        monkeypatch.setattr(Program, "deliver_on", deliver)
        found(world, guard, "Yamada", *BAD)
        guard.go_on(LOOK)
        guard.go_on(LOOK)
    assert titles(receiver) == [ALERT]


def test_who_travels_gets_the_digest_by_the_clock_of_the_new_place(world: World, receiver: Receiver) -> None:
    world.settings = world.settings.replace('timezone = "UTC"\n', "")
    with resting(world) as guard:
        environ = guard.daemon.program.environ
        assert isinstance(environ, dict)
        environ["TZ"] = "UTC"  # where it is noon
        found(world, guard, "Sato", *YAMADA)
        guard.go_on(LOOK)
        environ["TZ"] = "Pacific/Kiritimati"  # where it is after two in the night
        guard.go_on(timedelta(hours=6))
    assert len(receiver.requests) == 1
