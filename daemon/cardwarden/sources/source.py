"""The Source protocol: what a book's reader offers. It has no method that writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cardwarden.phrases.phrase import Value
from cardwarden.sources.watched import WatchTarget


@dataclass(frozen=True, slots=True)
class BookRef:
    """One address book of a source. `id` is stable inside the source (a path, a collection URL's path)."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the last conclusive check saw: every member's stamp by href, and the source's own token ("" at first).

    The stamp is "" for a member that has to be read again whatever it is now. `members` are loaded when they are asked
    for; a source that knows that nothing changed gives them back as they are.
    """

    members: Mapping[str, str]
    token: str = ""


@dataclass(frozen=True, slots=True)
class WrittenBy:
    """Who wrote a member last, as far as its server says it: the program by its User-Agent, when, and the server's user."""

    program: str
    at: datetime
    user: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One member's bytes as they were sent; `stamp` is the one that belongs to these bytes.

    `written` is who wrote it last, None if the server does not say. `settled` is False if the member was written so
    lately that another writing could leave the same stamp: it is not known then, and is read again.
    """

    href: str
    stamp: str
    data: bytes
    settled: bool = True
    written: WrittenBy | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """One member that is listed but could not be fetched, and why, in words for its owner."""

    href: str
    stamp: str
    reason: Value


@dataclass(frozen=True, slots=True)
class Observation:
    """What a book holds now.

    members  every member's stamp by href: the whole book, also what did not change. A stamp is an opaque text that
             differs when the member was written (an etag; a stat's mtime, ctime, size and inode)
    bodies   the members that look new or changed (quick) or all of them (deep), fetched lazily, consumed once
    token    what to hand in next time
    only     reads just these members, if a source can that without having gone through all; None if it cannot
    """

    members: Mapping[str, str]
    bodies: Iterable[Fetched | Missed]
    token: str = ""
    only: Callable[[Iterable[str]], Iterable[Fetched | Missed]] | None = None


class Source(Protocol):
    """A reader of address books. It lives as long as its settings do, with its connections and what it remembers."""

    @property
    def name(self) -> str:
        """The name the settings give it."""

    @property
    def host(self) -> str:
        """The server that it asks, as a message shows it; "" if it reads this machine's own files."""

    @property
    def path(self) -> Path | None:
        """What it reads on this machine; None if it asks a server."""

    @property
    def watch(self) -> WatchTarget | None:
        """What tells of its changes on this machine; None if nothing does and only its schedule finds them."""

    def begin(self) -> None:
        """A check or a restore begins: what it may take in all is counted from now on."""

    def close(self) -> None:
        """Let go of what it holds open. It may be used again."""

    def books(self) -> list[BookRef]:
        """The address books it holds now.

        Raises SourceError if that cannot be found out.
        """

    def keeps(self, book: BookRef) -> bool:
        """Whether the settings still name a book that was known once: one that is left out on purpose is not missed."""

    def unchanged(self, tokens: Mapping[str, str]) -> frozenset[str]:
        """Which of these books, by their ids with the tokens of the last look, hold what they held then.

        For a source that can tell that of several books with one question. A book that is left out is to be looked at itself,
        as all are if the question is refused. Raises SourceError if nothing may be read.
        """

    def observe(self, book: BookRef, known: Known, *, deep: bool) -> Observation:
        """List a book and fetch what looks changed since `known` (quick), or everything (deep).

        Raises SourceError if the listing cannot be believed: nothing may be concluded then. Iterating `bodies` may
        raise it too.
        """

    def ask_again(self, book: BookRef, hrefs: Sequence[str]) -> Iterable[Fetched | Missed]:
        """Ask once more for members that were known and are listed no more: a listing can lack what is there.

        One that is gone is left out; a source whose listing is sure of that gives nothing. `Missed` stands for one of which
        it cannot be told now. Raises SourceError if nothing may be concluded.
        """
