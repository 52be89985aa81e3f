"""Files that are written all together or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cardwarden.errors import RefusedError
from cardwarden.setup.files import CONFIG, SECRET, NewFile, read_if_there, refuse_unwritable, write_all


def everything(folder: Path) -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def test_a_secret_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_all([NewFile(tmp_path / "a/b/secret", b"x", SECRET), NewFile(tmp_path / "a/config", b"y", CONFIG)])
    finally:
        os.umask(before)
    assert (tmp_path / "a/b/secret").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "a/config").stat().st_mode & 0o777 == 0o640


def test_the_words_of_a_secret_are_in_no_repr() -> None:
    assert "x7" not in repr(NewFile(Path("/a"), b"x7", SECRET, None, b"x7"))


def test_where_one_cannot_be_written_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "config").write_bytes(b"old")
    (tmp_path / "file").write_bytes(b"")
    before = everything(tmp_path)
    with pytest.raises(RefusedError, match="Nothing was changed"):
        write_all(
            [
                NewFile(tmp_path / "new/secret", b"x", SECRET),
                NewFile(tmp_path / "config", b"new", CONFIG, None, b"old"),
                NewFile(tmp_path / "file/below", b"x", SECRET),
            ]
        )
    assert everything(tmp_path) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can lend its rights to nobody")
def test_a_folder_that_takes_no_file_is_refused_before_anything_is_asked(open_folder: Path) -> None:
    refuse_unwritable(open_folder / "new/config")
    os.seteuid(65534)
    try:
        with pytest.raises(RefusedError, match="new/config cannot be written"):
            refuse_unwritable(open_folder / "new/config")
    finally:
        os.seteuid(0)


def test_what_cannot_be_written_has_its_own_name(tmp_path: Path) -> None:
    long = "x" * 254  # has room for itself, and none for what is beside it until it is whole
    with pytest.raises(RefusedError, match=f"/{long} cannot be written"):
        write_all([NewFile(tmp_path / long, b"x", SECRET)])


def test_a_file_that_changed_since_it_was_shown_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "config").write_bytes(b"somebody's")
    before = everything(tmp_path)
    with pytest.raises(RefusedError, match="changed meanwhile"):
        write_all(
            [NewFile(tmp_path / "secret", b"x", SECRET), NewFile(tmp_path / "config", b"new", CONFIG, None, b"old")]
        )
    assert everything(tmp_path) == before


def test_an_interruption_between_two_renames_takes_the_first_back(tmp_path: Path) -> None:
    class Interrupting(type(tmp_path)):  # type: ignore[misc]  # Path has a class of its own for each system
        def replace(self, target: Path) -> Path:
            if target.name == "second":
                raise KeyboardInterrupt
            moved: Path = super().replace(target)
            return moved

        def with_name(self, name: str) -> Path:
            return Interrupting(super().with_name(name))

    (tmp_path / "first").write_bytes(b"old")
    before = everything(tmp_path)
    todo = [
        NewFile(Interrupting(tmp_path / "first"), b"new", CONFIG, None, b"old"),
        NewFile(Interrupting(tmp_path / "second"), b"new", CONFIG),
    ]
    with pytest.raises(KeyboardInterrupt):
        write_all(todo)
    assert everything(tmp_path) == before


def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert read_if_there(tmp_path / "a") is None
    with pytest.raises(RefusedError, match="cannot be read"):
        read_if_there(tmp_path)
