"""On a terminal of 80 columns sentences break between words, and what is typed does not break."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.text import columns
from support.terminal import copy_on_terminal
from support.world import World


def lines(*arguments: str, world: World, code: int) -> list[str]:
    """What a command shows there."""
    with copy_on_terminal(*arguments, HOME=str(world.root), CARDWARDEN_CONFIG=str(world.config)) as terminal:
        assert terminal.ends() == code, terminal.screen
    return terminal.screen.splitlines()


@pytest.mark.parametrize("language", ["en", "ja", "de"])
def test_what_is_wrong_is_said_in_lines_that_fit(world: World, language: str) -> None:
    world.settings = f'region = "JP"\nlanguage = "{language}"\n'
    world.check()
    said = lines("restore", "--mirror", "phone", world=world, code=2)
    assert len(said) > 1
    assert max(map(columns, said)) <= 80
    assert said[0].startswith("cardwarden: ")


def test_a_command_that_mends_is_one_line_however_long_it_is(tmp_path: Path) -> None:
    world = World(tmp_path / ("a folder with a name that is longer than the half of a line" * 2))
    world.put("Anna")
    with world.program():
        pass  # there is a record now, and no check in it
    said = lines("doctor", world=world, code=1)
    mends = [line for line in said if line.lstrip().startswith("$ cardwarden check")]
    assert mends
    assert all(line.endswith(f"--config '{world.config}'") for line in mends)
