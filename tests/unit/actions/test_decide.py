"""Shall this be sent? Every answer has its reason."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from cardwarden.actions.decide import Form, Hold, HoldReason, Policy, Send, decide
from cardwarden.detect.finding import Severity
from cardwarden.store.outbox import MessageKind, Waiting

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
QUIET = (time(22), time(7))


def row(
    number: int = 1, severity: Severity = Severity.WARNING, at: datetime = NOON, kind: MessageKind = MessageKind.ALERT
) -> Waiting:
    return Waiting(number, kind, number, "", severity, at)


def asked(
    *rows: Waiting, now: datetime = NOON, sent: list[datetime] | None = None, **policy: object
) -> tuple[object, ...]:
    """The form and the rows that go, or the reason and the time to ask again."""
    match decide(rows, Severity.WARNING, Policy(**policy), now, sent=sent or []):  # type: ignore[arg-type]
        case Send(going, form):
            return form, *(one.id for one in going)
        case Hold(reason, until):
            return reason, until


def test_nothing_waits() -> None:
    assert asked() == (HoldReason.NOTHING, None)


def test_what_is_severe_enough_goes_at_once_one_by_one_and_in_order() -> None:
    assert asked(row(1), row(2, Severity.CRITICAL)) == (Form.SINGLE, 1)


def test_a_notice_waits_for_the_digest_of_the_owners_morning() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    assert asked(row(1, Severity.NOTICE), zone=tokyo) == (HoldReason.DIGEST, datetime(2026, 6, 1, 23, tzinfo=UTC))


def test_the_digest_holds_every_notice_that_waits_then() -> None:
    notices = [row(number, Severity.NOTICE) for number in (1, 2)]
    assert asked(*notices, now=NOON + timedelta(hours=20)) == (Form.DIGEST, 1, 2)


def test_a_notice_does_not_hold_back_a_warning() -> None:
    assert asked(row(1, Severity.NOTICE), row(2)) == (Form.SINGLE, 2)


def test_without_a_digest_a_notice_is_never_due() -> None:
    assert asked(row(1, Severity.NOTICE), digest=None, now=NOON + timedelta(days=9)) == (HoldReason.NOTHING, None)


@pytest.mark.parametrize("hour", [22, 23, 0, 6])
def test_quiet_hours_delay_all_but_what_is_critical(hour: int) -> None:
    now = NOON.replace(hour=hour)
    morning = NOON.replace(hour=7) + timedelta(days=hour > 12)
    assert asked(row(1, at=now), now=now, quiet=QUIET) == (HoldReason.QUIET, morning)
    assert asked(row(1, at=now), row(2, Severity.CRITICAL, now), now=now, quiet=QUIET) == (Form.SINGLE, 2)


def test_after_the_quiet_hours_what_waited_goes() -> None:
    assert asked(row(1), now=NOON.replace(hour=7), quiet=QUIET) == (Form.SINGLE, 1)


def test_a_reminder_of_something_critical_does_not_wake_its_owner() -> None:
    reminder = row(1, Severity.CRITICAL, NOON, MessageKind.REMINDER)
    assert asked(reminder, now=NOON.replace(hour=23), quiet=QUIET)[0] is HoldReason.QUIET


def test_a_grouping_window_gathers_what_comes_within_it() -> None:
    window = timedelta(minutes=5)
    late = row(2, at=NOON + timedelta(minutes=4))
    assert asked(row(1), now=NOON + timedelta(minutes=4), group=window) == (HoldReason.GROUPING, NOON + window)
    assert asked(row(1), late, now=NOON + window, group=window) == (Form.GROUP, 1, 2)


def test_the_last_message_of_a_full_hour_sums_up_what_waits() -> None:
    sent = [NOON - timedelta(minutes=10)] * 29
    assert asked(row(1), row(2), row(3), sent=sent) == (Form.SUMMARY, 1, 2, 3)
    assert asked(row(1), sent=sent) == (Form.SINGLE, 1)


def test_a_full_hour_ends_an_hour_after_its_first_message() -> None:
    sent = [NOON - timedelta(minutes=minutes) for minutes in range(40, 10, -1)]
    assert asked(row(1), sent=sent) == (HoldReason.LIMIT, NOON + timedelta(minutes=20))


def test_a_digest_time_that_summer_time_skips_still_comes_once() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
    at = Policy(berlin).next_at(time(2, 30), before)
    assert before < at <= before + timedelta(hours=2)
    assert Policy(berlin).next_at(time(2, 30), at) > at + timedelta(hours=20)


def test_a_flood_does_not_keep_what_is_critical_from_its_owner() -> None:
    flood = [NOON - timedelta(minutes=1)] * 30
    rows = (row(1), row(2, Severity.CRITICAL))
    assert asked(*rows, sent=flood) == (HoldReason.LIMIT, NOON + timedelta(minutes=4))
    assert asked(*rows, sent=flood, now=NOON + timedelta(minutes=4)) == (Form.SUMMARY, 1, 2)
    assert asked(row(1), sent=flood, now=NOON + timedelta(minutes=4)) == (
        HoldReason.LIMIT,
        NOON + timedelta(minutes=59),
    )
