"""Shall this be sent? A pure function that answers with what goes out now, or with a named reason to wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from cardwarden.detect.finding import Severity
from cardwarden.store.outbox import MessageKind, Waiting

_HOUR = timedelta(hours=1)
_URGENT_PAUSE = timedelta(minutes=5)


class HoldReason(StrEnum):
    """Why nothing goes out now."""

    NOTHING = "nothing waits"
    BACK_OFF = "the channel failed and is tried again later"
    LIMIT = "enough was sent within the last hour"
    GROUPING = "more may come that belongs to it"
    QUIET = "quiet hours"
    DIGEST = "it comes with the next digest"


class Form(StrEnum):
    """How several things become one message."""

    SINGLE = "single"
    GROUP = "group"
    SUMMARY = "summary"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Send:
    """These go out now, as one message."""

    rows: tuple[Waiting, ...]
    form: Form


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing goes out now; `until` is when to ask again, None if something new has to come first."""

    reason: HoldReason
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The owner's wishes.

    zone    where the owner lives; `digest` and `quiet` are times of day there
    digest  when what was not sent at once is told together; None if it is not told
    quiet   from when to when only what is critical is sent
    group   how long something waits for more, so that they go out as one
    limit   messages an hour on one channel; the last of them sums up all that waits, and what is critical still comes
            every five minutes, in one message with all the rest
    remind  how often open critical findings are told again; 0 for never
    """

    zone: tzinfo = UTC
    digest: time | None = time(8)
    quiet: tuple[time, time] | None = None
    group: timedelta = timedelta()
    limit: int = 30
    remind: timedelta = timedelta(days=1)

    def next_at(self, moment: time, after: datetime) -> datetime:
        """The first time after `after` at which a clock on the owner's wall shows `moment`, in UTC."""
        local = after.astimezone(self.zone)
        for days in (0, 1, 2):
            wall = datetime.combine(local.date() + timedelta(days=days), moment, self.zone).astimezone(UTC)
            if wall > after:
                return wall
        raise AssertionError("a day has every time")

    def quiet_until(self, now: datetime) -> datetime | None:
        """When the quiet hours end, if it is quiet now."""
        if self.quiet is None:
            return None
        begin, end = self.quiet
        wall = now.astimezone(self.zone).time()
        is_quiet = begin <= wall < end if begin <= end else wall >= begin or wall < end
        return self.next_at(end, now) if is_quiet else None


def decide(
    rows: Sequence[Waiting], least: Severity, policy: Policy, now: datetime, *, sent: Sequence[datetime]
) -> Send | Hold:
    """What goes out on a channel at `now`.

    `rows` is what waits there, oldest first, `least` the severity from which it is told at once, `sent` when the
    messages of the last hour went out. Among what is told at once the order is kept.
    """
    prompt = tuple(row for row in rows if row.kind is not MessageKind.ALERT or row.severity >= least)
    rest = tuple(row for row in rows if row.kind is MessageKind.ALERT and row.severity < least)
    holds: list[Hold] = []
    quiet_until = policy.quiet_until(now)
    if quiet_until is not None:
        if any(not _is_urgent(row) for row in rows):
            holds.append(Hold(HoldReason.QUIET, quiet_until))
        prompt = tuple(filter(_is_urgent, prompt))
        rest = ()
    digest_at = policy.next_at(policy.digest, rest[0].created_at) if rest and policy.digest else None
    if digest_at is not None and now < digest_at:
        holds.append(Hold(HoldReason.DIGEST, digest_at))
    # A clock that was set back must not make anything wait for longer than the window.
    grouped_at = min(prompt[0].created_at, now) + policy.group if prompt and policy.group else now
    if now < grouped_at:
        holds.append(Hold(HoldReason.GROUPING, grouped_at))
    is_due = bool(prompt) and now >= grouped_at
    is_digest_due = digest_at is not None and now >= digest_at
    if (is_due or is_digest_due) and len(sent) >= policy.limit:
        until = sent[-policy.limit] + _HOUR
        if not is_due or not any(map(_is_urgent, prompt)):
            return Hold(HoldReason.LIMIT, until)
        # A flood of messages must not keep what is critical from its owner for an hour.
        urgent_at = min(until, sent[-1] + _URGENT_PAUSE)
        return Hold(HoldReason.LIMIT, urgent_at) if now < urgent_at else Send(prompt, Form.SUMMARY)
    if is_due:
        if len(sent) == policy.limit - 1 and len(prompt) > 1:
            return Send(prompt, Form.SUMMARY)
        if policy.group and len(prompt) > 1:
            return Send(prompt, Form.GROUP)
        return Send(prompt[:1], Form.SINGLE)
    if is_digest_due:
        return Send(rest, Form.DIGEST)
    return min(holds, key=lambda hold: hold.until or now, default=Hold(HoldReason.NOTHING))


def _is_urgent(row: Waiting) -> bool:
    return row.kind is MessageKind.ALERT and row.severity is Severity.CRITICAL
