"""What the page keeps: who is signed in, which answers were given already, and what is let be for a while."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from cardwarden.phrases.phrase import Value
from cardwarden.store import tables as t
from cardwarden.store.batches import batches


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in until then. `digest` stands for the secret that their browser holds."""

    digest: str
    who: str
    since: datetime
    until: datetime


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def begin_session(connection: Connection, secret: str, who: str, at: datetime, until: datetime) -> None:
    """Somebody signed in. Only the digest of the secret is kept; sessions that are over go."""
    s = t.web_sessions.c
    connection.execute(delete(t.web_sessions).where(s.until <= at))
    connection.execute(insert(t.web_sessions).values(digest=_digest(secret), who=who, since=at, until=until))


def find_session(connection: Connection, secret: str, at: datetime) -> Session | None:
    """The session of a secret, if it lasts still."""
    s = t.web_sessions.c
    row = connection.execute(
        select(s.digest, s.who, s.since, s.until).where(s.digest == _digest(secret), s.until > at)
    ).first()
    return None if row is None else Session(*row)


def sessions(connection: Connection, at: datetime) -> list[Session]:
    """Everybody who is signed in, the latest first."""
    s = t.web_sessions.c
    rows = connection.execute(
        select(s.digest, s.who, s.since, s.until).where(s.until > at).order_by(s.since.desc(), s.digest)
    )
    return [Session(*row) for row in rows]


def end_session(connection: Connection, digest: str) -> None:
    """Somebody is not signed in any more."""
    connection.execute(delete(t.web_sessions).where(t.web_sessions.c.digest == digest))


def end_sessions(connection: Connection) -> None:
    """Nobody is signed in any more."""
    connection.execute(delete(t.web_sessions))


def use_token(connection: Connection, token: str, at: datetime, until: datetime) -> bool:
    """Note that a token that counts once was used; False if it was before. It is kept until it expires."""
    u = t.used_tokens.c
    connection.execute(delete(t.used_tokens).where(u.until <= at))
    try:
        with connection.begin_nested():
            connection.execute(insert(t.used_tokens).values(digest=_digest(token), until=until))
    except IntegrityError:
        return False
    return True


def let_be(connection: Connection, findings: Iterable[int], until: datetime, who: Value) -> None:
    """Nobody is reminded of findings until then, as long as they stay in the event that they belong to now."""
    q, f = t.quiet_findings.c, t.findings.c
    for batch in batches(sorted(set(findings))):
        connection.execute(delete(t.quiet_findings).where(q.finding_id.in_(batch)))
        events = connection.execute(select(f.id, f.event_id).where(f.id.in_(batch)))
        rows = [{"finding_id": number, "event_id": event, "until": until, "who": who} for number, event in events]
        if rows:
            connection.execute(insert(t.quiet_findings), rows)


def quiet_findings(connection: Connection, at: datetime, event_id: int | None = None) -> dict[int, datetime]:
    """The findings that are let be, of one event or of all, and until when."""
    q, f = t.quiet_findings.c, t.findings.c
    query = (
        select(q.finding_id, q.until)
        .join(t.findings, (f.id == q.finding_id) & (f.event_id == q.event_id))
        .where(q.until > at)
    )
    if event_id is not None:
        query = query.where(q.event_id == event_id)
    return dict(connection.execute(query).all())
