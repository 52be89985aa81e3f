"""Long work on a terminal, in a pipe, and when Ctrl-C is pressed."""

from __future__ import annotations

import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.command import program
from support.daemon import eventually
from support.terminal import impatiently, on_terminal
from support.world import World, card

CARDS = 12_000


@pytest.fixture
def large(world: World) -> World:
    """A book that takes some seconds to read."""
    for number in range(CARDS):
        world.put(f"Person {number}", f"TEL:03-1234-{number:05}", f"NOTE:{'x' * 200}{number}")
    return world


def test_a_first_reading_shows_a_bar_with_count_and_rate(large: World) -> None:
    with on_terminal("check", HOME=str(large.root), CARDWARDEN_CONFIG=str(large.config)) as terminal:
        terminal.sees("Reading")
        terminal.sees(f"/{CARDS}")
        terminal.sees("/s")
        assert terminal.ends() == 0
    assert f"clean, {CARDS:,} cards." in terminal.screen


def test_init_shows_how_far_its_look_at_the_book_is_and_ctrl_c_leaves_nothing(large: World, tmp_path: Path) -> None:
    config = tmp_path / "new/cardwarden.toml"
    (tmp_path / "scratch").mkdir()
    asked = ("init", "--language", "en", "--region", "JP", "--book", str(large.book), "--config", str(config))
    with on_terminal(*asked, HOME=str(tmp_path), TMPDIR=str(tmp_path / "scratch")) as terminal:
        terminal.sees(f"/{CARDS}")
        assert terminal.interrupts() == 130
    assert "Traceback" not in terminal.screen
    assert not config.parent.exists()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_pipe_gets_no_bar(large: World) -> None:
    with program("check", "--config", str(large.config)) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Reading" not in out + err


def test_ctrl_c_ends_a_first_reading_within_a_second_and_the_next_check_is_a_first_one(large: World) -> None:
    with on_terminal("check", HOME=str(large.root), CARDWARDEN_CONFIG=str(large.config)) as terminal:
        terminal.sees("Reading")
        began = time.monotonic()
        assert terminal.interrupts() == 130
        assert time.monotonic() - began < 3  # a second, and what a busy machine adds
    assert "Traceback" not in terminal.screen
    assert large.check().outcome.is_conclusive
    assert large.open() == []


def test_ctrl_c_in_an_export_leaves_nothing(large: World, tmp_path: Path) -> None:
    large.check()
    out = tmp_path / "out"
    with on_terminal(
        "export",
        "--source",
        "family",
        "--at",
        "2031-02-01",
        "-o",
        str(out),
        HOME=str(large.root),
        CARDWARDEN_CONFIG=str(large.config),
    ) as terminal:
        eventually(out.exists)
        code = terminal.interrupts()
    assert code in {0, 130}
    assert not out.exists() if code else len(list(out.iterdir())) == CARDS  # it may have been done before


MANY, DAMAGED = 3_000, 400
BETWEEN = "2031-01-01T12:05"  # the two checks of `lived`


def said(number: int, plus: str = "") -> tuple[str, str, str]:
    return f"Person {number}", f"TEL;TYPE=CELL:{plus}90-1234-{number:05}", f"NOTE:{'x' * 200}{number}"


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A book with a history: some hundred of its numbers were damaged since the first check. `before`, the source "copy", has
    it as it was.
    """
    world = World(tmp_path_factory.mktemp("world") / "lived")
    world.more = f'restore = true\n[sources.copy]\ntype = "vdir"\npath = "{world.root}/before"\n'
    for number in range(MANY):
        world.put(*said(number))
    world.check()
    shutil.copytree(world.book, world.root / "before")
    with world.program() as program_:
        program_.check("copy")
    for number in range(DAMAGED):
        world.put(*said(number, "+"))
    world.check()
    shutil.copytree(world.root, world.root.with_name("saved"))
    return world


@pytest.fixture
def lived(damaged: World) -> World:
    """It, whatever was done to it before."""
    shutil.rmtree(damaged.root)
    shutil.copytree(damaged.root.with_name("saved"), damaged.root)
    return damaged


@dataclass(frozen=True)
class LongWork:
    """A command, the work of it that is counted and of how many, and the exit code; {out} is what it makes."""

    words: str
    work: str
    total: int
    code: int

    def typed(self, world: World, out: Path) -> list[str]:
        return self.words.format(out=out, before=world.root / "before", after=world.book, at=BETWEEN).split()


LONG = {
    "deep check": LongWork("check --deep", "Reading", MANY, 1),
    "verify": LongWork("verify", "Hashing cards", MANY + DAMAGED, 0),
    "export": LongWork("export --source family --at {at} -o {out}", "Writing", MANY, 0),
    "report": LongWork("report --since 2030-01-01 -o {out}", "Collecting evidence", DAMAGED, 0),
    "diff of files": LongWork("diff {before} {after} --region JP", "Reading", MANY, 1),
    "diff of times": LongWork("diff --source family --at {at} --to 2031-01-02", "Reading", MANY, 1),
    "diff of copies": LongWork("diff --source copy --source family", "Comparing", MANY, 1),
    "restore": LongWork("restore --source family --yes", "Writing", DAMAGED, 0),
}


@pytest.mark.parametrize("name", LONG)
def test_long_work_has_no_bar_in_a_pipe_a_bar_on_a_terminal_and_leaves_nothing_when_it_is_ended(
    lived: World, tmp_path: Path, name: str
) -> None:
    long, out = LONG[name], tmp_path / "out.zip"
    typed = long.typed(lived, out)
    home = {"HOME": str(lived.root), "CARDWARDEN_CONFIG": str(lived.config)}
    with impatiently(*typed, **home) as terminal:
        terminal.sees(long.work)
        began = time.monotonic()
        assert terminal.interrupts() == 130
        assert time.monotonic() - began < 3  # a second, and what a busy machine adds
    assert "Traceback" not in terminal.screen
    assert not out.exists()
    left = 0
    for number in range(MANY):
        file = (lived.book / f"Person {number}.vcf").read_bytes()
        assert file in {card(*said(number)), card(*said(number, "+"))}
        left += file == card(*said(number, "+"))
    total = left if name == "restore" else long.total  # some may have been put back before it was ended
    assert sorted(path.suffix for path in lived.book.iterdir()) == [".vcf"] * MANY
    with impatiently(*typed, **home) as terminal:
        assert terminal.ends() == long.code
    counted = re.compile(rf"{long.work} +[━╸╺]+ +\d+/{total} +[\d,]+/s +[-\d]+:[-\d:]+")
    assert counted.search(terminal.screen), terminal.screen[:2000]
    shutil.move(out, tmp_path / "done") if out.exists() else None
    with program(*typed, **home) as process:
        printed = "".join(process.communicate(timeout=60))
    assert process.returncode == (long.code if name != "restore" else 0)
    assert "━" not in printed
    assert long.work not in printed
