"""The commands that concern copies: a file to import, the difference by hand, how the pair stands."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from cardwarden.cli.main import run
from support.mirrored import Mirrored, exported, people

ALL = people() | {"Guest No3": ("TEL;TYPE=CELL:186090-7777-1111", "NOTE:met at fair 3")}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mirrored:
    """A copy in which a number gained a + and a contact is missing; nothing may be written into it."""
    world = Mirrored(tmp_path / "world")
    for name, lines in ALL.items():
        world.put(name, *lines)
    damaged = ALL | {"Guest No3": ("TEL;TYPE=CELL:+186090-7777-1111", "NOTE:met at fair 3")}
    del damaged["Guest No5"]
    world.copy(exported(damaged))
    world.look()
    monkeypatch.chdir(tmp_path)
    return world


def test_a_copy_that_may_not_be_written_gets_a_file_to_import(
    world: Mirrored, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = world.export.read_bytes()
    assert run(["restore", "--mirror", "phone", "--config", str(world.config)]) == 0
    assert "2 contacts are in phone-import.vcf" in capsys.readouterr().out
    made = (tmp_path / "phone-import.vcf").read_text("utf-8")
    assert made.count("BEGIN:VCARD") == 2
    assert "TEL;TYPE=CELL:186090-7777-1111" in made
    assert "FN:Guest No5" in made
    assert world.export.read_bytes() == before


def test_a_contact_that_the_copy_lost_is_in_the_file_once(world: Mirrored, tmp_path: Path) -> None:
    world.copy(exported({name: lines for name, lines in ALL.items() if name != "Guest No6"}))
    world.look(after=timedelta(days=2))
    world.look()
    assert run(["restore", "--mirror", "phone", "-o", "lost.vcf", "--config", str(world.config)]) == 0
    assert (tmp_path / "lost.vcf").read_text("utf-8").count("FN:Guest No6") == 1


@pytest.mark.parametrize("gone", [False, True])
def test_a_file_to_import_asks_nothing_of_the_copy_and_is_for_its_owner_alone(
    world: Mirrored, tmp_path: Path, *, gone: bool
) -> None:
    """An export's name is a pattern, and the phone that it came from may be off."""
    if gone:
        world.export.unlink()
    read = world.text
    pattern = str(world.export.with_name("*.vcf"))
    world.text = lambda: read().replace(str(world.export), pattern)  # type: ignore[method-assign]
    assert run(["restore", "--mirror", "phone", "--dry-run", "--config", str(world.config)]) == 0
    assert run(["restore", "--mirror", "phone", "-o", "repair.vcf", "--config", str(world.config)]) == 0
    assert (tmp_path / "repair.vcf").read_text("utf-8").count("BEGIN:VCARD") == 2
    assert (tmp_path / "repair.vcf").stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_not_written_over(world: Mirrored, tmp_path: Path) -> None:
    mine = tmp_path / "mine.vcf"
    mine.write_text("mine")
    assert run(["restore", "--mirror", "phone", "-o", str(mine), "--config", str(world.config)]) == 2
    assert mine.read_text() == "mine"


@pytest.mark.parametrize(
    "words", [("restore", "--mirror", "phnoe"), ("diff", "--source", "family", "--source", "phnoe/x")]
)
def test_a_pair_or_a_book_that_there_is_not_suggests_the_nearest(
    world: Mirrored, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert run([*words, "--config", str(world.config)]) == 2
    assert 'Did you mean "phone"?' in capsys.readouterr().err


def test_two_sources_are_compared(world: Mirrored, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "--source", "family", "--source", "phone", "--config", str(world.config)]) == 1
    out = capsys.readouterr().out
    assert "number gained a + in the copy" in out
    assert "Guest No5 is not in the copy" in out
    assert run(["diff", "--source", "family", "--source", "family", "--config", str(world.config)]) == 0


def test_the_list_names_the_contact_that_is_missing(world: Mirrored, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["findings", "--config", str(world.config)]) == 0
    [line] = [line for line in capsys.readouterr().out.splitlines() if "is not in the copy" in line]
    assert line.count("Guest No5") == 2


def test_how_the_pair_stands_is_shown(world: Mirrored, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "--config", str(world.config)]) == 0
    assert "phone is a copy of family (phone)" in capsys.readouterr().out
    assert run(["status", "--json", "--config", str(world.config)]) == 0
    [mirror] = json.loads(capsys.readouterr().out)["mirrors"]
    assert (mirror["state"], mirror["open"], mirror["waiting"]) == ("compared", 2, 0)
