"""What restore must do to every kind of book: put back what was there, and nothing that somebody else wrote meanwhile."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from cardwarden.cli.main import run
from cardwarden.cli.story.book import book, first_pass, second_pass
from support.contract import held_to_contract
from support.world import card

JANE = card("Jane", "TEL;TYPE=CELL:186080-1234-5602", "EMAIL:jane@example.org", "NOTE:mine")
KEIO = card("Keio", "TEL;TYPE=WORK:03-1234-5603")
PLUS = JANE.replace(b":186", b":+186")


class Book(ABC):
    """A book that another program writes into."""

    @abstractmethod
    def settings(self) -> str:
        """Its lines under [sources.family]."""

    @abstractmethod
    def put(self, name: str, data: bytes) -> None:
        """Write a card that is new or was there."""

    @abstractmethod
    def delete(self, name: str) -> None:
        """Remove a card."""

    @abstractmethod
    def cards(self) -> dict[str, bytes]:
        """What another program reads, by name."""


class Guard:
    """The command line over one book."""

    def __init__(self, folder: Path, there: Book, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._config = folder / "cardwarden.toml"
        self._config.write_text(
            f'region = "JP"\n[store]\nurl = "sqlite:///{folder}/state/cardwarden.db"\n'
            f"[sources.family]\nrestore = true\n{there.settings()}"
        )

    def __call__(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        self._capsys.readouterr()
        code = run([*arguments, "--json", "--config", str(self._config)])
        said = self._capsys.readouterr().out
        held_to_contract((*arguments, "--json"), said)
        return code, json.loads(said) if said else {}


class RestoreContract:
    """The fixture `there` gives an empty Book."""

    @pytest.fixture
    def guard(self, tmp_path: Path, there: Book, capsys: pytest.CaptureFixture[str]) -> Guard:
        return Guard(tmp_path, there, capsys)

    def test_the_story_s_damage_is_undone(self, there: Book, guard: Guard) -> None:
        """97 numbers that gained a +, then a doubled card and an added number."""
        good = book()
        write(there, good, {})
        assert guard("check")[0] == 0
        before = there.cards()
        write(there, first_pass(good), good)
        assert guard("check")[1]["open"] == 97
        code, printed = guard("restore", "e1", "--yes")
        assert (code, len(printed["books"][0]["cards"])) == (0, 97)
        assert there.cards() == before
        assert guard("findings")[1]["findings"] == []
        write(there, second_pass(good), good)
        assert guard("check")[0] == 1
        assert guard("restore", "--source", "family", "--yes")[0] == 0
        assert there.cards() == before
        code, printed = guard("check", "--deep")
        assert (code, printed["open"], printed["events"]) == (0, 0, [])

    def test_a_finding_goes_back_and_other_lines_stay(self, there: Book, guard: Guard) -> None:
        damaged(there, guard, PLUS.replace(b"NOTE:mine", b"NOTE:changed by me"))
        assert guard("restore", number(guard), "--yes")[0] == 0
        assert lines(there.cards()["jane"]) == lines(JANE.replace(b"NOTE:mine", b"NOTE:changed by me"))
        assert guard("check", "--deep")[0] == 0

    def test_a_restore_is_idempotent(self, there: Book, guard: Guard) -> None:
        damaged(there, guard, PLUS)
        finding = number(guard)
        assert guard("restore", finding, "--yes")[0] == 0
        after = there.cards()
        for _ in range(2):
            code, printed = guard("restore", finding, "--yes")
            assert (code, printed["books"][0]["cards"]) == (0, [])
        assert there.cards() == after

    def test_a_lost_card_comes_back_and_goes_again_when_that_is_undone(self, there: Book, guard: Guard) -> None:
        there.put("jane", JANE)
        there.put("keio", KEIO)
        guard("check")
        sleep(0.01)
        then = datetime.now(UTC).isoformat()
        before = there.cards()
        there.delete("jane")
        guard("check")
        assert guard("restore", "--card", "Jane", "--at", then, "--yes")[0] == 0
        assert there.cards() == before
        code, printed = guard("check", "--deep")
        assert (code, printed["events"]) == (0, [])
        assert guard("restore", "--card", "Jane", "--at", then, "--yes")[1]["books"][0]["cards"] == []
        assert guard("restore", "--undo", "1", "--yes")[0] == 0
        assert list(there.cards()) == ["keio"]

    def test_what_somebody_wrote_meanwhile_is_not_overwritten(self, there: Book, guard: Guard) -> None:
        damaged(there, guard, PLUS)
        there.put("jane", PLUS.replace(b"NOTE:mine", b"NOTE:a moment ago"))
        before = there.cards()
        assert guard("restore", number(guard), "--yes")[0] == 7
        assert there.cards() == before

    def test_what_somebody_removed_meanwhile_stays_removed(self, there: Book, guard: Guard) -> None:
        damaged(there, guard, PLUS)
        there.delete("jane")
        assert guard("restore", number(guard), "--yes")[0] == 7
        assert list(there.cards()) == ["keio"]

    def test_a_lost_card_is_not_put_over_one_that_is_there_again(self, there: Book, guard: Guard) -> None:
        there.put("jane", JANE)
        there.put("keio", KEIO)
        guard("check")
        sleep(0.01)
        then = datetime.now(UTC).isoformat()
        there.delete("jane")
        guard("check")
        there.put("jane", JANE.replace(b"NOTE:mine", b"NOTE:written anew"))
        before = there.cards()
        assert guard("restore", "--card", "Jane", "--at", then, "--yes")[0] == 7
        assert there.cards() == before

    def test_a_card_goes_back_to_a_time_and_forth_again(self, there: Book, guard: Guard) -> None:
        there.put("jane", JANE)
        there.put("keio", KEIO)
        guard("check")
        sleep(0.01)
        then = datetime.now(UTC).isoformat()
        before = there.cards()
        there.put("jane", JANE.replace(b"NOTE:mine", b"NOTE:mine\r\nTITLE:new"))
        guard("check")
        after = there.cards()
        assert guard("restore", "--card", "Jane", "--at", then, "--yes")[0] == 0
        assert there.cards() == before
        assert guard("check", "--deep")[1]["events"] == []
        assert guard("restore", "--undo", "1", "--yes")[0] == 0
        assert there.cards() == after
        assert guard("check", "--deep")[1]["events"] == []


def write(there: Book, files: Mapping[str, str], before: Mapping[str, str]) -> None:
    for name in before.keys() - files.keys():
        there.delete(name.removesuffix(".vcf"))
    for name, text in files.items():
        if before.get(name) != text:
            there.put(name.removesuffix(".vcf"), text.encode())


def damaged(there: Book, guard: Guard, data: bytes) -> None:
    there.put("jane", JANE)
    there.put("keio", KEIO)
    guard("check")
    there.put("jane", data)
    guard("check")


def number(guard: Guard) -> str:
    """The open finding's."""
    [found] = [one for one in guard("findings")[1]["findings"] if one["severity"] == "critical"]
    return str(found["id"])


def lines(data: bytes) -> list[bytes]:
    """A card's lines in any order, without those of the server's own."""
    return sorted(line for line in data.split(b"\r\n") if line and not line.startswith((b"REV", b"PRODID")))
