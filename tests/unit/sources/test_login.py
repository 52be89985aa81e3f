"""An exchanged sign-in takes the place of the old one: whole, and for this user alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.sources.login import keeper
from cardwarden.sources.sealed import opened


def test_it_takes_the_place_of_the_old_one_for_this_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "login"
    path.write_text("old")
    path.chmod(0o644)
    (tmp_path / ".login.new").write_text("of a run that was killed")
    (tmp_path / ".login.new").chmod(0o666)
    keeper(path)("new")
    assert opened(path, path.read_text().strip()) == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(one.name for one in tmp_path.iterdir()) == [".login.key", "login"]


def test_nothing_is_written_through_a_link_that_lies_there(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    (tmp_path / ".login.new").symlink_to(other)
    keeper(tmp_path / "login")("new")
    assert other.read_text() == "mine"


def test_one_that_cannot_be_kept_is_said_without_the_token(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    keeper(tmp_path / "nowhere" / "login")("secret-token")
    keeper(None)("secret-token")
    assert len(caplog.records) == 2
    assert "it will end" in caplog.text
    assert "secret-token" not in caplog.text
