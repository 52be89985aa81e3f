"""A file as a source sees it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cardwarden.clock import SystemClock
from cardwarden.filename import href_of, name_of
from cardwarden.sources import files
from cardwarden.sources.vdir_options import VdirOptions
from contract.on_files import LaterClock


class CountingClock(SystemClock):
    """Counts the waits instead of waiting."""

    def __init__(self) -> None:
        self.waits = 0

    def sleep(self, seconds: float) -> None:
        self.waits += 1


@pytest.mark.parametrize(
    "name", [b"a.vcf", "山田 太郎.vcf".encode(), b"\xff\xfe.vcf", b"100%.vcf", b"%FF.vcf", b"a\nb\x1b.vcf"]
)
def test_a_file_name_goes_to_a_href_and_back(name: bytes) -> None:
    href = href_of(name)
    assert name_of(href) == name
    href.encode()  # a database takes it


def test_a_href_reads_like_the_name() -> None:
    assert href_of("山田.vcf".encode()) == "山田.vcf"


def test_two_names_never_share_a_href() -> None:
    assert href_of(b"\xff.vcf") != href_of(b"%FF.vcf")


def test_bytes_read_right_after_a_write_get_a_stamp_that_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes(b"x")
    listed = files.stamp_of(path.stat())
    written = datetime.fromtimestamp(path.stat().st_ctime, UTC)

    class Then(SystemClock):
        def now(self) -> datetime:
            return written

    class Later(SystemClock):
        def now(self) -> datetime:
            return written + timedelta(seconds=3)

    assert files.read_whole(os.fsencode(path), 10, Then()) == files.Whole(listed, b"x", settled=False)
    assert files.read_whole(os.fsencode(path), 10, Later()) == files.Whole(listed, b"x", settled=True)


def test_a_file_that_never_stops_changing_is_not_believed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes(b"x")
    stats = os.fstat

    def write_meanwhile(descriptor: int) -> os.stat_result:
        with path.open("ab") as file:
            file.write(b"y")
        return stats(descriptor)

    monkeypatch.setattr(os, "fstat", write_meanwhile)
    clock = CountingClock()
    with pytest.raises(files.UnreadError, match="file-restless"):
        files.read_whole(os.fsencode(path), 1000, clock)
    assert clock.waits == files.TRIES


def test_a_file_that_changes_once_while_it_is_read_is_read_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes(b"old")
    stats, seen = os.fstat, []

    def replaced_after_the_first_look(descriptor: int) -> os.stat_result:
        seen.append(stats(descriptor))
        if len(seen) == 2:
            path.write_bytes(b"new and longer")
            return stats(descriptor)
        return seen[-1]

    monkeypatch.setattr(os, "fstat", replaced_after_the_first_look)
    read = files.read_whole(os.fsencode(path), 1000, LaterClock())
    assert (read.stamp, read.data) == (files.stamp_of(path.stat()), b"new and longer")


@pytest.mark.parametrize(("path", "message"), [("contacts", "whole path"), ("a\0b", "U\\+0000")])
def test_a_path_that_depends_on_the_start_is_refused(path: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        VdirOptions(type="vdir", path=path)  # type: ignore[arg-type]


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/srv/anna")
    assert VdirOptions(type="vdir", path="~/contacts").path == Path("/srv/anna/contacts")  # type: ignore[arg-type]
