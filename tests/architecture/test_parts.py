"""`make test-fast` runs what is small and starts nothing, `make test` that and the rest, and the gate all."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def folders_in(makefile: str, variable: str) -> list[str]:
    """The folders that a variable names, those of the variables in it included."""
    [value] = [line.partition(" := ")[2] for line in makefile.splitlines() if line.startswith(f"{variable} := ")]
    words = [folders_in(makefile, word[2:-1]) if word.startswith("$(") else [word] for word in value.split()]
    return [folder for named in words for folder in named]


def test_the_parts_are_all_that_is_run_without_further_servers() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    [always] = [line.partition(" := ")[2] for line in makefile.splitlines() if line.startswith("HERE := ")]
    options = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]["addopts"]
    assert options.endswith(f"-m '{always}'")
    for run, part, pieces in (
        ("$(WAITING)", "not (large or searches)", "$(PIECES) tests/contract"),
        ("$(PYTEST)", "(large or searches)", "$(PIECES) tests/laws"),
    ):
        assert makefile.count(f'$(IN_MEMORY) {run} -m "{part} and $(HERE)" {pieces}\n') == 1
    assert makefile.count("$(WAITING) tests/system\n") == 1


def test_every_folder_of_tests_is_in_one_of_them() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    pieces = folders_in(makefile, "PIECES")
    folders = {
        f"tests/{path.parent.relative_to(ROOT / 'tests').parts[0]}" for path in ROOT.glob("tests/*/**/test_*.py")
    }
    assert folders == {*pieces, "tests/contract", "tests/laws", "tests/system", "tests/servers", "tests/browser"}


def test_the_fast_part_is_some_of_what_make_test_runs() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert makefile.count('$(IN_MEMORY) $(PYTEST) -m "not (starts or large or searches) and $(HERE)" $(SMALL)\n') == 1
    assert {*folders_in(makefile, "SMALL")} < {*folders_in(makefile, "PIECES")}


def test_the_gate_runs_every_part() -> None:
    gate = (ROOT / ".ci/run").read_text("utf-8")
    made = {target for line in gate.splitlines() if line.strip().startswith("make ") for target in line.split()}
    assert {"test", "test-laws", "test-daemons", "test-servers", "test-browser", "test-system"} <= made


@settings(max_examples=1)
@given(nothing=st.none())
def test_a_search_for_a_counterexample_is_known_as_one(request: pytest.FixtureRequest, nothing: None) -> None:
    assert request.node.get_closest_marker("searches")
