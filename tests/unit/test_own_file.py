"""What root's commands leave in somebody's folder is theirs: the service's record, the evidence in a home."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cardwarden.cli.main import run
from cardwarden.own_file import new_file, new_folder, replace_file
from support.lived import lived
from support.ports import free_port
from support.world import FakeClock, World

SERVICE, ANNA = 64801, 64802
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def owners(folder: Path) -> dict[str, int]:
    """Whose each file below a folder is."""
    return {str(path.relative_to(folder)): path.lstat().st_uid for path in folder.rglob("*")}


@pytest.fixture
def world(tmp_path: Path) -> World:
    clock = FakeClock()
    clock.at = datetime.now(UTC) - timedelta(days=20, hours=2)
    page = f'[web]\nlisten = "127.0.0.1:{free_port()}"\nurl = "https://home.example.org"\n'
    world = lived(tmp_path / "world", more=page, clock=clock)
    state = world.root / "state"
    for path in (state, *state.rglob("*")):
        os.chown(path, SERVICE, SERVICE)
    return world


def test_no_command_of_root_leaves_the_service_a_file_that_it_may_not_read(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "anna"
    home.mkdir()
    os.chown(home, ANNA, ANNA)
    monkeypatch.chdir(home)
    state = world.root / "state"
    for path in (*state.glob(".*.known"), *state.glob("*.locks/*")):
        path.unlink()
    for words in (
        "check",
        "status",
        "expect 30m --source family",
        "accept e1",
        "web link e1",
        "report e1 -o evidence.zip",
        "export --source family -o family.vcf",
        "export --source family -o books/family",
        "backup copy.db",
    ):
        assert run([*words.split(), "--config", str(world.config)]) in {0, 1}, words
    assert {name for name, owner in owners(state).items() if owner != SERVICE} == set()
    made = owners(home)
    assert {"evidence.zip", "family.vcf", "books/family", "copy.db"} <= set(made)
    assert set(made.values()) == {ANNA}


def test_what_was_there_is_not_given_away(tmp_path: Path) -> None:
    folder, others = tmp_path / "anna", tmp_path / "others"
    folder.mkdir()
    os.chown(folder, ANNA, ANNA)
    others.write_text("root's")
    (folder / ".noted.new").symlink_to(others)
    replace_file(folder / "noted", b"new")
    assert (folder / "noted").read_bytes() == b"new"
    (folder / "link").symlink_to(others)
    with pytest.raises(FileExistsError):
        new_file(folder / "link")
    with pytest.raises(FileExistsError):
        new_folder(folder / "link", 0o700)
    assert (others.stat().st_uid, others.read_text()) == (0, "root's")
