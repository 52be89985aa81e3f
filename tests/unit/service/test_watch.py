"""Changes of files are seen, reading is none, and a lost watch is noticed and built anew."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardwarden.phrases.phrase import dumped, phrase
from cardwarden.service.watch import Watches
from cardwarden.sources.watched import file_target, folder_target
from support.daemon import PATIENCE, eventually


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "contacts"
    made.mkdir()
    return made


class Seen:
    """Watches of one folder, and the names that were told."""

    def __init__(self, folder: Path) -> None:
        self.heard: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.watches = Watches(lambda _, name: self.heard.put(name))
        self.watches.set({"family": folder_target(folder)})

    def until(self, name: str) -> set[str]:
        """Every name that is told until that one is."""
        names: set[str] = set()
        while name not in names:
            names.add(self.heard.get(timeout=PATIENCE))
        return names


@pytest.fixture
def seen(folder: Path) -> Iterator[Seen]:
    made = Seen(folder)
    yield made
    made.watches.stop()


def test_writes_moves_and_removals_are_told(seen: Seen, folder: Path) -> None:
    assert seen.watches.modes() == {"family": "watched"}
    (folder / "a.vcf").write_bytes(b"x")
    seen.until("a.vcf")
    (folder / ".b.tmp").write_bytes(b"x")
    (folder / ".b.tmp").rename(folder / "b.vcf")
    seen.until("b.vcf")
    (folder / "c.vcf").touch()
    seen.until("c.vcf")


def test_reading_sets_nothing_off(folder: Path) -> None:
    (folder / "a.vcf").write_bytes(b"x")
    seen = Seen(folder)
    (folder / "a.vcf").read_bytes()
    (folder / "next.vcf").write_bytes(b"x")
    assert "a.vcf" not in seen.until("next.vcf")
    seen.watches.stop()


def test_a_folder_that_is_made_anew_is_watched_again(seen: Seen, folder: Path) -> None:
    folder.rmdir()
    assert seen.watches.supervise() == ["family"]
    assert seen.watches.modes() == {"family": dumped(phrase("watch-folder-gone"))}
    assert seen.watches.supervise() == []
    folder.mkdir()
    assert seen.watches.supervise() == ["family"]
    assert seen.watches.modes() == {"family": "watched"}
    (folder / "a.vcf").write_bytes(b"x")
    seen.until("a.vcf")


def test_a_watching_thread_that_ended_is_replaced(seen: Seen, folder: Path) -> None:
    observer = seen.watches._watches["family"].observer
    assert observer is not None
    observer.stop()
    observer.join()
    eventually(lambda: seen.watches.supervise() == ["family"])
    (folder / "a.vcf").write_bytes(b"x")
    seen.until("a.vcf")


def test_a_network_file_system_is_not_watched_and_that_is_said(folder: Path, tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text("1 1 0:1 / / rw - nfs4 nas:/ rw\n")
    watches = Watches(lambda *_: None, mounts)
    watches.set({"family": folder_target(folder)})
    assert watches.modes() == {"family": dumped(phrase("watch-on-network", kind="nfs4"))}
    assert watches.supervise() == []
    watches.stop()


def test_only_names_that_belong_to_the_book_matter(tmp_path: Path) -> None:
    cards = folder_target(tmp_path)
    names = ("a.vcf", "B.VCF", ".hidden.vcf", "a.tmp", "c.vcard")
    assert [name for name in names if cards.concerns(name)] == ["a.vcf", "B.VCF", "c.vcard"]
    export = file_target(tmp_path / "export-*.vcf")
    assert export is not None
    assert [export.concerns(name) for name in ("export-1.vcf", "other.vcf")] == [True, False]
    assert file_target(tmp_path / "*" / "export.vcf") is None
