"""What the collection that lists address books says of all of them at once: the state that each one is in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cardwarden.carddav import queries
from cardwarden.carddav.client import Client
from cardwarden.carddav.discovery import beside
from cardwarden.carddav.failure import DavError
from cardwarden.carddav.href import key_of
from cardwarden.carddav.multistatus import Resource

_SAID = frozenset({0, 200})


@dataclass(frozen=True, slots=True)
class BookState:
    """What differs when a book changed; "" for what its server does not have, or was not asked for.

    `sync_token` is the one that a sync-collection REPORT would bring (RFC 6578 section 4).
    """

    sync_token: str = ""
    ctag: str = ""

    def is_that_of(self, known: BookState) -> bool:
        """Whether a book that was in a `known` state has not changed since."""
        if known.sync_token:
            return self.sync_token == known.sync_token
        return self.ctag == known.ctag != ""


def unchanged_in(client: Client, home: str, known: Mapping[str, BookState]) -> frozenset[str]:
    """Which of these books, by their ids with the states they were in, a home lists in that same state. Raises DavError."""
    answer = client.propfind(home, _query(known.values()), depth=1)
    states: dict[str, set[BookState]] = {}
    for row in answer.rows:
        states.setdefault(_key(answer.url, row), set()).add(_state(row))
    return frozenset(book for book, state in known.items() if _is_one_of(states.get(book.rstrip("/"), set()), state))


def _query(known: Collection[BookState]) -> bytes:
    """For no more than is known: a server may have to go through all cards of a book for each of both."""
    by_token = sum(bool(state.sync_token) for state in known)
    if by_token == len(known):
        return queries.SYNC_TOKEN
    return queries.STATES if by_token else queries.CTAG


def _key(base: str, row: Resource) -> str:
    """The id of the collection that a row is about; "" if its href is no address."""
    try:
        return key_of(beside(base, row)).rstrip("/")
    except (DavError, ValueError):
        return ""


def _state(row: Resource) -> BookState:
    return BookState(row.sync_token, row.ctag) if row.status in _SAID else BookState()


def _is_one_of(said: Collection[BookState], known: BookState) -> bool:
    """Whether a server says that state, and of that book no other one."""
    return len(said) == 1 and all(state.is_that_of(known) for state in said)
