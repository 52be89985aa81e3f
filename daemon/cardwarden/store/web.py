"""What the page keeps: who is signed in, which answers were given already, and what is let be for a while."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from cardwarden.phrases.phrase import Value
from cardwarden.store import tables as t


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


def let_be(connection: Connection, event_id: int, until: datetime, who: Value) -> None:
    """Nobody is reminded of an event until then."""
    q = t.quiet_events.c
    connection.execute(delete(t.quiet_events).where(q.event_id == event_id))
    connection.execute(insert(t.quiet_events).values(event_id=event_id, until=until, who=who))


def quiet_events(connection: Connection, at: datetime) -> dict[int, datetime]:
    """The events that are let be, and until when."""
    q = t.quiet_events.c
    return dict(connection.execute(select(q.event_id, q.until).where(q.until > at)).all())
