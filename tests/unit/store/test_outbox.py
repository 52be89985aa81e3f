"""A message is claimed by one, sent at least once, and kept until it is settled."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from cardwarden.store import tables as t
from cardwarden.store.engine import Store
from cardwarden.store.outbox import claim, enqueue, mark_dead, mark_failed, mark_sent, pending
from support.store import after, finding, opened

LEASE = timedelta(minutes=2)


@pytest.fixture
def events(store: Store) -> list[int]:
    """Three events, each queued for the channel "phone"."""
    with store.write() as connection:
        made = [opened(connection, finding(before=str(number)))[0] for number in range(3)]
        for event_id in made:
            enqueue(connection, "phone", event_id, after(0))
    return made


def test_messages_are_claimed_in_order(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        claimed = [claim(connection, "phone", after(1), LEASE) for _ in range(4)]
    assert [message and message.event_id for message in claimed] == [*events, None]
    assert claimed[0] is not None
    assert (claimed[0].attempts, claimed[0].created_at) == (1, after(0))


def test_an_event_is_queued_once_for_a_channel(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        enqueue(connection, "phone", events[0], after(5))
        enqueue(connection, "mail", events[0], after(5))
        assert pending(connection) == {"mail": 1, "phone": 3}


def test_a_sent_message_is_not_sent_or_queued_again(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        message = claim(connection, "phone", after(1), LEASE)
        assert message is not None
        mark_sent(connection, message.id, after(1))
        enqueue(connection, "phone", events[0], after(2))
        assert pending(connection) == {"phone": 2}
        following = claim(connection, "phone", after(60), LEASE)
        assert following is not None
        assert following.event_id == events[1]


def test_a_message_is_due_again_when_the_lease_of_its_claim_ran_out(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        first = claim(connection, "phone", after(1), LEASE)
        again = claim(connection, "phone", after(3), LEASE)
    assert first is not None
    assert again is not None
    assert (again.id, again.attempts) == (first.id, 2)


def test_a_failed_message_waits_and_lets_younger_ones_pass(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        failed = claim(connection, "phone", after(1), LEASE)
        assert failed is not None
        mark_failed(connection, failed.id, after(30), "the service answered 503")
        second = claim(connection, "phone", after(2), LEASE)
        later = claim(connection, "phone", after(30), LEASE)
        assert second is not None
        assert later is not None
        assert (second.event_id, later.id, later.attempts) == (events[1], failed.id, 2)
        assert (
            connection.scalar(select(t.outbox.c.error).where(t.outbox.c.id == failed.id)) == "the service answered 503"
        )


def test_a_dead_message_is_never_claimed_again(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        for _ in events:
            message = claim(connection, "phone", after(1), LEASE)
            assert message is not None
            mark_dead(connection, message.id, "the url cannot be understood")
        assert claim(connection, "phone", after(9999), LEASE) is None
        assert pending(connection) == {}


def test_a_message_that_was_sent_meanwhile_stays_sent(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        slow = claim(connection, "phone", after(0), LEASE)
        assert slow is not None
        mark_sent(connection, slow.id, after(3))
        mark_failed(connection, slow.id, after(30), "too late")
        assert pending(connection) == {"phone": 2}


def test_one_channel_does_not_hold_back_another(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        enqueue(connection, "mail", events[2], after(0))
        claim(connection, "phone", after(1), LEASE)
        message = claim(connection, "mail", after(1), LEASE)
    assert message is not None
    assert message.event_id == events[2]


def test_what_is_due_is_counted_apart_from_what_waits(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        message = claim(connection, "phone", after(1), LEASE)
        assert message is not None
        mark_failed(connection, message.id, after(30), "")
        assert pending(connection, due_at=after(29)) == {"phone": 2}
        assert pending(connection, due_at=after(30)) == {"phone": 3}


def test_two_who_claim_at_once_never_get_the_same_message(store: Store, events: list[int]) -> None:
    got: list[int] = []

    def take() -> None:
        for _ in range(3):
            with store.write() as connection:
                message = claim(connection, "phone", after(1), LEASE)
            if message is not None:
                got.append(message.event_id)

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == events
