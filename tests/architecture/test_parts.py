"""`make test-fast` runs what starts nothing, and `make test` the rest of it, too: each test is in one of the two."""

from __future__ import annotations

import tomllib
from pathlib import Path

from support.command import calling, program
from support.daemon import running
from support.fake_dav import serving
from support.judging import judged
from support.page import page_of
from support.receiver import receiving
from support.starting import FILES, reaches
from support.terminal import on_terminal
from support.world import World

ROOT = Path(__file__).parents[2]


def runs_a_program() -> None:
    with program("status"):
        pass


def test_what_starts_a_program_or_a_server_is_found_however_deep_it_stands() -> None:
    for starting in (program, on_terminal, running, receiving, page_of, serving, runs_a_program):
        assert reaches(starting), starting


def test_what_starts_nothing_is_not_taken_for_it() -> None:
    for quiet in (World.check, World.program, judged, calling):
        assert not reaches(quiet), quiet


def test_every_file_that_is_named_is_there() -> None:
    assert [file for file in FILES if not Path(file).is_file()] == []


def test_the_two_parts_are_all_that_is_run_without_further_servers() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    [always] = [line.partition(" := ")[2] for line in makefile.splitlines() if line.startswith("HERE := ")]
    options = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]["addopts"]
    assert options.endswith(f"-m '{always}'")
    for part in ("not starts", "starts"):
        assert makefile.count(f'$(IN_MEMORY) $(PYTEST) -m "{part} and $(HERE)" $(PIECES)\n') == 1
