"""What is to be told stays in order, is told once, and is noted until its end was told, too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cardwarden.detect.finding import Severity, State
from cardwarden.store import outbox
from cardwarden.store.engine import Store
from cardwarden.store.findings import transition
from cardwarden.store.outbox import Failing, MessageKind
from support.store import after, finding, opened


@pytest.fixture
def events(store: Store) -> list[int]:
    """Three events, each queued for the channel "phone"."""
    with store.write() as connection:
        made = [opened(connection, finding(before=str(number)))[0] for number in range(3)]
        for event_id in made:
            outbox.enqueue(connection, "phone", event_id, after(0))
    return made


def queued(store: Store, channel: str = "phone") -> list[tuple[MessageKind, int | None]]:
    with store.read() as connection:
        return [(row.kind, row.event_id) for row in outbox.waiting(connection, channel)]


def test_what_waits_comes_oldest_first_with_the_severity_of_its_event(store: Store, events: list[int]) -> None:
    with store.read() as connection:
        rows = outbox.waiting(connection, "phone")
    assert [row.event_id for row in rows] == events
    assert {row.severity for row in rows} == {Severity.CRITICAL}
    assert rows[0].created_at == after(0)


def test_an_event_is_queued_once_for_a_channel_also_after_it_was_sent(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        outbox.mark_sent(connection, [outbox.waiting(connection, "phone")[0].id], after(1))
        for event_id in events:
            outbox.enqueue(connection, "phone", event_id, after(5))
        outbox.enqueue(connection, "mail", events[0], after(5))
        assert outbox.pending(connection) == {"mail": 1, "phone": 2}


def test_a_note_waits_once_and_may_come_again_after_it_was_sent(store: Store) -> None:
    with store.write() as connection:
        for minute in (1, 2):
            outbox.enqueue_note(connection, "phone", MessageKind.REMINDER, after(minute))
        [row] = outbox.waiting(connection, "phone")
        outbox.mark_sent(connection, [row.id], after(3))
        outbox.enqueue_note(connection, "phone", MessageKind.REMINDER, after(4))
    assert queued(store) == [(MessageKind.REMINDER, None)]


def test_rows_that_go_out_together_count_as_one_message(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        ids = [row.id for row in outbox.waiting(connection, "phone")]
        outbox.mark_sent(connection, ids[:2], after(1))
        outbox.mark_sent(connection, ids[2:], after(2))
        assert outbox.sent_since(connection, "phone", after(0)) == [after(1), after(2)]
        assert outbox.sent_since(connection, "phone", after(1)) == [after(2)]


def test_the_end_of_an_alert_is_followed_until_it_was_told(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        first, second, _ = outbox.waiting(connection, "phone")
        outbox.mark_sent(connection, [first.id], after(1), followed=[first.id])
        outbox.mark_sent(connection, [second.id], after(2))
        assert outbox.to_follow(connection, "phone") == [(first.id, events[0], {State.OPEN})]
        transition(connection, [1], State.RESOLVED, after(3), "")
        assert outbox.to_follow(connection, "phone") == [(first.id, events[0], {State.RESOLVED})]
        outbox.mark_ended(connection, [first.id])
        assert outbox.to_follow(connection, "phone") == []


def test_what_was_given_up_is_known_until_its_owner_is_told(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        lost = [row.id for row in outbox.waiting(connection, "phone")][:2]
        outbox.mark_dead(connection, lost)
        assert outbox.given_up(connection, "phone") == lost
        outbox.mark_ended(connection, lost)
        assert outbox.given_up(connection, "phone") == []
        assert outbox.pending(connection) == {"phone": 1}


def test_a_settled_row_stays_as_it_is(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        row = outbox.waiting(connection, "phone")[0]
        outbox.mark_sent(connection, [row.id], after(1))
        outbox.mark_dead(connection, [row.id])
        assert outbox.given_up(connection, "phone") == []


def test_what_was_handed_over_and_not_noted_may_have_been_taken(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        first, second, _ = (row.id for row in outbox.waiting(connection, "phone"))
        outbox.note_attempt(connection, [first, second])
        outbox.note_refused(connection, [second])
        assert [row.unsure for row in outbox.waiting(connection, "phone")] == [True, False, False]


def test_a_stray_is_told_once_on_each_channel_that_it_goes_to(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        outbox.enqueue(connection, "mail", events[0], after(0))
        for stray in outbox.strays(connection, ["mail"]):
            outbox.readdress(connection, stray, ["mail"])
        assert outbox.pending(connection) == {"mail": 3}
        assert outbox.strays(connection, ["mail"]) == []
        assert outbox.given_up(connection, "phone") == []


def test_a_failing_channel_is_known_until_it_takes_a_message(store: Store) -> None:
    failing = Failing("phone", after(0), 2, after(1), others_know=False, error="The service answered 503.")
    with store.write() as connection:
        outbox.note_failure(connection, failing)
        outbox.note_failure(connection, failing)
        assert outbox.failing(connection) == {"phone": failing}
        outbox.note_success(connection, "phone")
        assert outbox.failing(connection) == {}


def test_the_last_word_on_something_critical_is_an_alert_or_a_reminder(store: Store, events: list[int]) -> None:
    with store.write() as connection:
        assert outbox.last_critical(connection, "phone", after(9)) is None
        outbox.mark_sent(connection, [outbox.waiting(connection, "phone")[0].id], after(1))
        assert outbox.last_critical(connection, "phone", after(9)) == after(1)
        outbox.enqueue_note(connection, "phone", MessageKind.REMINDER, after(5))
        outbox.mark_sent(connection, [outbox.waiting(connection, "phone")[-1].id], after(6))
        assert outbox.last_critical(connection, "phone", after(9)) == after(1) + timedelta(minutes=5)
        assert outbox.last_critical(connection, "phone", after(2)) == after(1)
