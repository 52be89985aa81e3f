"""The source vcf-file: the newest match, and what it says if it cannot read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cardwarden.errors import SourceError
from cardwarden.sources.source import Fetched, Known, Observation
from cardwarden.sources.vcf_file import VcfFile
from cardwarden.sources.vcf_file_options import VcfFileOptions
from contract.on_files import LaterClock, another_user


def observe(path: Path, known: Known = Known({}), /, **options: object) -> Observation:  # noqa: B008 - frozen
    source = VcfFile(
        "phone", VcfFileOptions.model_validate({"type": "vcf-file", "path": path, **options}), LaterClock()
    )
    (book,) = source.books()
    return source.observe(book, known, deep=False)


def content(path: Path, known: Known = Known({})) -> bytes:  # noqa: B008 - frozen
    (body,) = observe(path, known).bodies
    assert isinstance(body, Fetched)
    return body.data


def refusal(path: Path, **options: object) -> str:
    with pytest.raises(SourceError) as caught:
        list(observe(path, Known({}), **options).bodies)
    return str(caught.value)


def export(path: Path, data: bytes, *, day: int) -> None:
    path.write_bytes(data)
    os.utime(path, (day * 86_400, day * 86_400))


def test_of_a_pattern_the_newest_match_is_read(tmp_path: Path) -> None:
    export(tmp_path / "contacts-b.vcf", b"new", day=2)
    export(tmp_path / "contacts-c.vcf", b"old", day=1)
    assert content(tmp_path / "contacts-*.vcf") == b"new"


def test_of_matches_of_one_time_the_last_name_is_read(tmp_path: Path) -> None:
    for name in ("contacts-2.vcf", "contacts-1.vcf"):
        export(tmp_path / name, name.encode(), day=1)
    assert content(tmp_path / "contacts-*.vcf") == b"contacts-2.vcf"


def test_the_next_export_is_the_same_member_with_a_new_stamp(tmp_path: Path) -> None:
    export(tmp_path / "contacts-1.vcf", b"one", day=1)
    first = observe(tmp_path / "contacts-*.vcf")
    export(tmp_path / "contacts-2.vcf", b"two", day=2)
    second = observe(tmp_path / "contacts-*.vcf", Known(first.members))
    assert set(first.members) == set(second.members) == {"contacts-*.vcf"}
    assert content(tmp_path / "contacts-*.vcf", Known(first.members)) == b"two"


def test_a_pattern_leaves_out_folders_and_hidden_files(tmp_path: Path) -> None:
    export(tmp_path / "a.vcf", b"this", day=1)
    export(tmp_path / ".b.vcf", b"unfinished", day=2)
    (tmp_path / "c.vcf").mkdir()
    assert content(tmp_path / "*.vcf") == b"this"


def test_a_name_with_brackets_is_a_name_where_such_a_file_exists(tmp_path: Path) -> None:
    export(tmp_path / "contacts [1].vcf", b"this", day=1)
    assert content(tmp_path / "contacts [1].vcf") == b"this"


def test_an_empty_file_is_for_the_guard_to_judge(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").touch()
    assert content(tmp_path / "a.vcf") == b""


def test_a_missing_file_says_which_setting_names_it(tmp_path: Path) -> None:
    path = tmp_path / "contacts.vcf"
    assert refusal(path) == (f"{path} does not exist. Correct `path` in [sources.phone], or mount the disk it lies on.")


def test_a_pattern_without_a_match_says_so(tmp_path: Path) -> None:
    path = tmp_path / "contacts-*.vcf"
    assert refusal(path) == (
        f"No file matches {path}. Correct `path` in [sources.phone], or export the contacts again."
    )


def test_a_pattern_in_a_missing_folder_says_so(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "away" / "contacts-*.vcf")


def test_a_folder_where_a_file_should_be_names_the_other_type(tmp_path: Path) -> None:
    assert refusal(tmp_path) == (
        f'{tmp_path} is a folder, not a file. Use type = "vdir" in [sources.phone] for a folder of .vcf files.'
    )


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.vcf")
    assert "not a regular file" in refusal(tmp_path / "a.vcf")


def test_a_file_that_is_too_large_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").write_bytes(b"12345678901")
    assert "max_bytes" in refusal(tmp_path / "a.vcf", max_bytes=10)


def test_a_file_that_vanishes_before_it_is_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").touch()
    observed = observe(tmp_path / "a.vcf")
    (tmp_path / "a.vcf").unlink()
    with pytest.raises(SourceError, match="does not exist"):
        list(observed.bodies)


def test_a_file_that_may_not_be_read_says_who_and_how(open_folder: Path) -> None:
    path = open_folder / "contacts.vcf"
    path.touch()
    path.chmod(0o000)
    with another_user():
        said = refusal(path)
    assert said.startswith(f"{path} may not be read: cardwarden runs as the user ")
    assert said.endswith(f":r {path}")


@pytest.mark.parametrize("name", ["contacts.vcf", "*.vcf"])
def test_a_folder_that_may_not_be_entered_is_the_one_that_is_named(open_folder: Path, name: str) -> None:
    (open_folder / "home").mkdir()
    (open_folder / "home").chmod(0o000)
    with another_user():
        assert f"{open_folder / 'home'} may not be" in refusal(open_folder / "home" / name)
