"""A source of members in memory: it lists stamps, and gives those that are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cardwarden.sources.source import BookRef, Fetched, Known, Missed, Observation
from support.in_memory import InMemory


@dataclass
class Shelf(InMemory):
    """A book of members in memory."""

    truth: dict[str, bytes] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    stuck: dict[str, str] = field(default_factory=dict)
    """Stamps that stay as they are though their members were written."""

    def stamp(self, href: str) -> str:
        return self.stuck.get(href) or str(hash(self.truth[href]))

    def books(self) -> list[BookRef]:
        return [BookRef("book", "Book")]

    def observe(self, book: BookRef, known: Known, *, deep: bool) -> Observation:
        stamps = {href: self.stamp(href) for href in self.truth}
        wanted = (href for href in stamps if deep or known.members.get(href) != stamps[href])
        return Observation(stamps, self.given(wanted), only=self.given)

    def given(self, hrefs: Iterable[str]) -> Iterable[Fetched | Missed]:
        for href in hrefs:
            self.read.append(href)
            yield Fetched(href, self.stamp(href), self.truth[href])
