"""What is put around a source asks about all books at once within its own bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from cardwarden.errors import SourceError
from cardwarden.progress import Work
from cardwarden.sources.counted import counted_source
from cardwarden.sources.limited import confined_source, limited_source
from cardwarden.sources.limits import HouseholdLimits, Room
from cardwarden.sources.source import Source
from support.in_memory import InMemory
from support.progress import RecordedProgress

TOKENS = {"one": "1", "two": "2", "three": "3", "four": "4"}


@dataclass
class Knowing(InMemory):
    """Knows of every book that it is unchanged."""

    path: Path | None = None
    asked: list[str] = field(default_factory=list)

    def unchanged(self, tokens: Mapping[str, str]) -> frozenset[str]:
        self.asked += tokens
        return frozenset(tokens)


def test_a_book_that_has_no_room_is_not_asked_about_and_so_is_refused_itself() -> None:
    room = Room({"one": None, "two": 5, "three": 4}, {"one": 9, "two": 5, "three": 5, "four": 0}, new=0)
    knowing = Knowing()
    source = limited_source(cast("Source", knowing), HouseholdLimits(), room)
    assert source.unchanged(TOKENS) == {"one", "two"}
    assert knowing.asked == ["one", "two"]


def test_what_leads_out_of_its_folders_is_not_asked(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    knowing = Knowing(tmp_path / "own")
    source = confined_source(cast("Source", knowing), [tmp_path / "own"])
    assert source.unchanged(TOKENS) == TOKENS.keys()
    knowing.path = tmp_path
    with pytest.raises(SourceError):
        source.unchanged(TOKENS)


def test_whoever_waits_sees_that_it_is_read() -> None:
    progress = RecordedProgress()
    assert counted_source(cast("Source", Knowing()), progress).unchanged(TOKENS) == TOKENS.keys()
    assert progress.said == [(Work.READING, None)]
