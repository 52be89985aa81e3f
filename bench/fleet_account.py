"""What a household's record says was to be told, held against what its phone got.

Three accounts, each of which can only be settled by the other side:

- what was read: every damage among the versions of its card was found (`unfound`)
- what was found: every event waits, was sent, or was over before anybody could be told (`untold`)
- what was sent: every message that the record calls sent came to this household's phone (`missing`), to no other one, and no
  more than twice; what came twice says that it may have come before
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from cardwarden.detect.finding import State
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import phrase
from cardwarden.store import bodies, versions
from cardwarden.store import findings as finding_store
from cardwarden.store import tables as t
from cardwarden.store.engine import Connection
from cardwarden.store.outbox import MessageKind
from cardwarden.wiring import Program

DAMAGED = re.compile(r"\+186080-\d{4}-\d{4}")
"""A number that a contact was damaged to; no two damages have the same."""
_EVENT = re.compile(r"\be(\d+)\b")
"""What a message calls the event that it is about."""
_AGAIN = Voice("en").say(phrase("message-repeated"))


@dataclass
class Account:
    """What does not agree, each with where to look; empty if all is told."""

    unfound: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)
    often: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: Account) -> Account:
        for name in ("unfound", "untold", "missing", "strange", "twice", "unsaid", "often"):
            getattr(self, name).extend(getattr(other, name))
        self.counts += other.counts
        return self


def settled(program: Program, got: Sequence[Mapping[str, Any]], own: str) -> Account:
    """The account of one household; `got` is what came to its phone, `own` the only contact that is its own."""
    account = Account()
    name = program.household or ""
    texts = [f"{one['title']}\n{one['message']}" for one in got]
    for text in texts:
        if own not in text or len(set(re.findall(r"Anna Home\d+\.", text))) > 1:
            account.strange.append(f"{name}: {text}")
    came: dict[tuple[bool, int], list[str]] = {}
    for one, text in zip(got, texts, strict=True):
        for event in set(map(int, _EVENT.findall(text))):
            came.setdefault((one["type"] == "failure", event), []).append(text)
    for (is_alert, event), same in came.items():
        said = f"{name}: {'alert' if is_alert else 'all-clear'} of e{event}, {len(same)} times"
        if len(same) > 1:
            (account.twice if len(same) == 2 else account.often).append(said)
            if any(_AGAIN not in text for text in same[1:]):
                account.unsaid.append(said)
    least = {channel.name: channel.min_severity for channel in program.channels}
    with program.store.read() as connection:
        read = _read(connection)
        checks = dict(connection.execute(select(t.events.c.id, t.events.c.check_id)).all())
        account.counts["damages that were read"] += len(read)
        account.unfound += [f"{name}: {number}" for check, number in read.items() if check not in checks.values()]
        alerts: set[int] = set()
        events = {event.id: event for event in finding_store.find_events(connection, checks)}
        for row in connection.execute(select(t.outbox).order_by(t.outbox.c.id)):
            kind, is_alert = MessageKind(row.kind), row.kind == MessageKind.ALERT.value
            number = read.get(checks[row.event_id], "")
            said = f"{name}: {kind} of e{row.event_id} ({number})"
            alerts.update([row.event_id] if is_alert else ())
            if row.state == "pending":
                is_digested = is_alert and events[row.event_id].event.severity < least[row.channel]
                account.counts["wait for the digest"] += is_digested
                account.untold += [] if is_digested else [f"{said} waits"]
            elif row.state != "sent":
                account.untold.append(f"{said} is {row.state}")
            elif row.sent_at is None:
                account.counts["over before they were told"] += 1
                if any(stored.state is State.OPEN for stored in events[row.event_id].findings):
                    account.untold.append(f"{said} was held for needless, and is open")
            else:
                account.counts[f"told: {kind}"] += 1
                texts = came.get((is_alert, row.event_id), [])
                if not any(number in text or not is_alert for text in texts):
                    account.missing.append(f"{said}, sent at {row.sent_at}")
        account.untold += [f"{name}: e{event} was never to be told" for event in sorted(checks.keys() - alerts)]
    return account


def _read(connection: Connection) -> dict[int, str]:
    """Every damage that a check read, by the check that read it first."""
    return {
        version.from_check: number
        for card in connection.scalars(select(t.cards.c.id))
        for version in versions.versions(connection, card)
        for number in DAMAGED.findall(bodies.body(connection, version.digest).decode())
    }
