"""Delivery: at least once, again after a failure, and given up only where it cannot help."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cardwarden.store import outbox
from support.receiver import Receiver
from support.world import YAMADA, World


@pytest.fixture
def damaged(world: World, receiver: Receiver) -> World:
    """A world whose phone has one alert to come."""
    world.phone = receiver.url
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", "TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")
    return world


def delivered(world: World) -> tuple[int, int, int]:
    with world.program() as program:
        done = program.deliver()
    return done.sent, done.waiting, len(done.failures)


def test_a_refused_message_is_sent_again_when_its_time_has_come(damaged: World, receiver: Receiver) -> None:
    receiver.statuses = [503]
    at = damaged.clock.at
    damaged.check()
    damaged.clock.at = at + timedelta(seconds=29)
    assert delivered(damaged) == (0, 1, 0)
    damaged.clock.at = at + timedelta(seconds=31)
    assert delivered(damaged) == (1, 0, 0)
    assert len(receiver.requests) == 2


def test_a_sent_message_is_not_sent_again(damaged: World, receiver: Receiver) -> None:
    damaged.check()
    assert delivered(damaged) == (0, 0, 0)
    assert len(receiver.requests) == 1


def test_a_message_is_given_up_after_three_days(damaged: World, receiver: Receiver) -> None:
    receiver.statuses = [503] * 10
    damaged.check()
    damaged.clock.at += timedelta(days=3)
    assert delivered(damaged) == (0, 0, 1)


def test_an_address_that_nobody_can_send_to_is_given_up_at_once(damaged: World) -> None:
    damaged.phone = "nonsense://"
    damaged.check()
    with damaged.program() as program, program.store.read() as connection:
        assert outbox.pending(connection) == {}


def test_a_claimed_message_whose_sender_died_is_sent_after_the_lease(damaged: World, receiver: Receiver) -> None:
    receiver.statuses = [503]
    damaged.check()
    damaged.clock.at += timedelta(hours=1)
    with damaged.program() as program, program.store.write() as connection:
        assert outbox.claim(connection, "phone", damaged.clock.now(), timedelta(minutes=5))
    assert delivered(damaged) == (0, 1, 0)
    damaged.clock.at += timedelta(minutes=6)
    assert delivered(damaged) == (1, 0, 0)


def test_a_dead_channel_leaves_the_living_one_its_message(damaged: World, receiver: Receiver) -> None:
    damaged.more = '[alerts.channels.dead]\nurl_env = "NOT_SET"\n'
    damaged.check()
    assert len(receiver.requests) == 1
    damaged.clock.at += timedelta(hours=1)
    assert delivered(damaged) == (0, 1, 1)
