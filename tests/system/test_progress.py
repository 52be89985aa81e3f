"""Long work on a terminal, in a pipe, and when Ctrl-C is pressed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from support.command import program
from support.daemon import eventually
from support.terminal import on_terminal
from support.world import World

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
