"""What long work says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from cardwarden.progress import Work


@dataclass
class RecordedProgress:
    """`said` has a (work, total) for each beginning and a number for each step."""

    said: list[tuple[Work, int | None] | int] = field(default_factory=list)

    def begin(self, work: Work, total: int | None = None) -> None:
        self.said.append((work, total))

    def advance(self, count: int = 1) -> None:
        self.said.append(count)

    def steps(self, work: Work) -> list[tuple[int, int | None]]:
        """Of each time that work was done: how many steps were made, and of how many."""
        found: list[tuple[int, int | None]] = []
        here = False
        for one in self.said:
            if isinstance(one, tuple):
                here = one[0] is work
                found += [(0, one[1])] if here else []
            elif here:
                found[-1] = (found[-1][0] + one, found[-1][1])
        return found
