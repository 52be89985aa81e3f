"""Two books that are to say the same, as the settings name them, and which books these are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from cardwarden.actions.terms import Judging
from cardwarden.store import books as book_store
from cardwarden.store import mirrors as mirror_store
from cardwarden.store.books import StoredBook
from cardwarden.store.engine import Connection
from cardwarden.store.mirrors import StoredMirror
from cardwarden.vcard.digest import digest_of


@dataclass(frozen=True, slots=True)
class Mirror:
    """Two books that are to say the same, as the settings name them: `source`, or `source/book`.

    lag     how long a change may take to come to the copy
    keeps   the properties that the copy keeps, as its owner says; None: that is learnt
    judging what the origin and the copy are judged by
    """

    name: str
    origin: str
    copy: str
    lag: timedelta
    keeps: tuple[str, ...] | None
    judging: tuple[Judging, Judging]

    @property
    def sources(self) -> tuple[str, str]:
        """The sources of the origin and of the copy."""
        return self.origin.partition("/")[0], self.copy.partition("/")[0]

    @property
    def settings_digest(self) -> str:
        """Differs when anything differs that decides what is drift, so that all cards are compared anew."""
        ours, theirs = self.judging
        said = repr((self.origin, self.copy, self.lag, self.keeps, ours.settings_digest, theirs.settings_digest))
        return digest_of(said.encode("utf-8"))[:16]


def book_called(connection: Connection, name: str) -> StoredBook | None:
    """The book that the settings call `source` or `source/book`: by its title, or by what its source calls it.

    None if it was never seen, or if the source has several and none is named.
    """
    source, _, book = name.partition("/")
    known = [book for book in book_store.books(connection, source) if book.last_conclusive_at]
    if book:
        known = [stored_book for stored_book in known if book in {stored_book.title, stored_book.book}]
    return known[0] if len(known) == 1 else None


def stored_pair(connection: Connection, mirror: Mirror) -> StoredMirror | None:
    return next((stored for stored in mirror_store.mirrors(connection) if stored.name == mirror.name), None)
