"""`cardwarden systemd install`, as it is called."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cardwarden.cli.main import run

UNITS = ["cardwarden-check.service", "cardwarden-check.timer", "cardwarden.service"]


@pytest.fixture(autouse=True)
def _program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "prefix/bin/cardwarden"
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.setattr(sys, "executable", str(program.with_name("python")))


def test_the_units_and_the_user_are_written_with_the_path_of_this_program(tmp_path: Path) -> None:
    assert run(["systemd", "install", "--root", str(tmp_path)]) == 0
    assert sorted(path.name for path in (tmp_path / "etc/systemd/system").iterdir()) == UNITS
    assert (tmp_path / "etc/sysusers.d/cardwarden.conf").read_text("utf-8").count("\nu cardwarden ") == 1
    unit = (tmp_path / "etc/systemd/system/cardwarden.service").read_text("utf-8")
    assert f"\nExecStart={tmp_path}/prefix/bin/cardwarden run\n" in unit
    assert "/opt/cardwarden" not in unit


def test_a_user_gets_units_in_their_own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    assert run(["systemd", "install", "--user"]) == 0
    folder = tmp_path / "own/systemd/user"
    assert sorted(path.name for path in folder.iterdir()) == UNITS
    assert "User=" not in (folder / "cardwarden.service").read_text("utf-8")


def test_the_units_of_a_home_are_not_written_for_a_household(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["systemd", "install", "--household", "smith", "--root", str(tmp_path / "new")]) == 2
    assert "docs/how-to/households.md" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_it_says_what_it_did_and_what_comes_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["systemd", "install", "--root", str(tmp_path)])
    printed = capsys.readouterr().out
    assert f"written: {tmp_path}/etc/systemd/system/cardwarden.service\n" in printed
    assert "systemctl enable --now cardwarden.service" in printed


def test_a_second_time_changes_nothing_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["systemd", "install", "--root", str(tmp_path)])
    (tmp_path / "etc/systemd/system/cardwarden.service").write_text("old")
    capsys.readouterr()
    assert run(["systemd", "install", "--root", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert (printed.count("unchanged"), printed.count("replaced")) == (3, 1)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "etc").write_text("a file")
    assert run(["systemd", "install", "--root", str(tmp_path)]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_checkout_that_is_not_installed_has_nothing_to_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/bin/python")
    assert run(["systemd", "install", "--root", str(tmp_path)]) == 2
    assert "make install" in capsys.readouterr().err


def test_a_path_that_systemd_would_split_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "my programs/cardwarden"
    program.parent.mkdir()
    program.touch()
    monkeypatch.setattr(sys, "executable", str(program.with_name("python")))
    assert run(["systemd", "install", "--root", str(tmp_path)]) == 2
    assert "space" in capsys.readouterr().err
