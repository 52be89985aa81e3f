"""Who is signed in at the page: a session begins with the right password, is known by its secret, and ends."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from cardwarden.clock import Clock
from cardwarden.store import web as web_store
from cardwarden.store.engine import Store
from cardwarden.store.web import Session

_SECRET = 32  # bytes


def begin_session(store: Store, who: str, length: timedelta, clock: Clock) -> str:
    """Somebody signed in for that long; gives the secret that their browser holds, of which only a digest is kept."""
    secret, now = secrets.token_urlsafe(_SECRET), clock.now()
    with store.write() as connection:
        web_store.begin_session(connection, secret, who, now, now + length)
    return secret


def session_of(store: Store, secret: str, now: datetime) -> Session | None:
    """Whose session a secret stands for; None if there is none, or it is over."""
    with store.read() as connection:
        return web_store.find_session(connection, secret, now)


def sessions_now(store: Store, now: datetime) -> list[Session]:
    """Everybody who is signed in, the latest first."""
    with store.read() as connection:
        return web_store.sessions(connection, now)


def end_session(store: Store, digest: str) -> None:
    """Somebody is not signed in any more, by the digest of their secret."""
    with store.write() as connection:
        web_store.end_session(connection, digest)


def end_sessions(store: Store) -> None:
    """Nobody is signed in any more."""
    with store.write() as connection:
        web_store.end_sessions(connection)
