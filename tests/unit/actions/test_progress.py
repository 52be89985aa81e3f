"""Each long action tells how far it is, and leaves nothing half done if it ends early."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.actions.diff import diff_books
from cardwarden.actions.export import export
from cardwarden.actions.history import books_at
from cardwarden.actions.report.archive import write_archive
from cardwarden.actions.report.gather import findings_evidence
from cardwarden.actions.verify import verify_store
from cardwarden.progress import Work
from cardwarden.store import findings as finding_store
from support.progress import RecordedProgress
from support.world import World

PLUS = "TEL;TYPE=CELL:+186080-1234-5602"


class Interrupting(RecordedProgress):
    """Somebody presses Ctrl-C at the third step of a work."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.work = work

    def advance(self, count: int = 1) -> None:
        super().advance(count)
        if sum(steps for steps, _ in self.steps(self.work)) == 3:
            raise KeyboardInterrupt


@pytest.fixture
def guarded(world: World) -> World:
    for number in range(5):
        world.put(f"Person {number}", PLUS)
    return world


def test_a_first_and_a_deep_check_count_the_cards_they_read_and_a_quick_one_those_that_changed(guarded: World) -> None:
    with guarded.program() as program:
        first, quick, deep = RecordedProgress(), RecordedProgress(), RecordedProgress()
        program.check("family", progress=first)
        assert first.steps(Work.READING)[-1] == (5, 5)
        assert len(first.steps(Work.JUDGING)) == 1
        guarded.put("Person 1", "TEL:1")
        program.check("family", progress=quick)
        assert quick.steps(Work.READING)[-1] == (1, None)
        program.check("family", deep=True, progress=deep)
        assert deep.steps(Work.READING)[-1] == (5, 5)


def test_verify_counts_links_and_cards(guarded: World) -> None:
    guarded.check()
    progress = RecordedProgress()
    with guarded.program() as program:
        done = verify_store(program.store, progress)
    assert progress.steps(Work.LINKING) == [(done.links, done.links)]
    assert progress.steps(Work.HASHING) == [(done.bodies, done.bodies)]


def test_diff_counts_the_cards_of_both(guarded: World) -> None:
    progress = RecordedProgress()
    diff_books(guarded.book, guarded.book, "JP", [], progress=progress)
    assert progress.steps(Work.READING) == [(5, 5), (5, 5)]


def exported(world: World, out: Path, progress: RecordedProgress) -> None:
    with world.program() as program, program.store.read() as connection:
        export(connection, books_at(connection, "family", program.clock.now(), program.clock.now()), out, progress)


@pytest.mark.parametrize("name", ["all.vcf", "folder", "below/another/folder"])
def test_an_export_that_is_interrupted_leaves_nothing(guarded: World, tmp_path: Path, name: str) -> None:
    guarded.check()
    place = tmp_path / "out"
    place.mkdir()
    with pytest.raises(KeyboardInterrupt):
        exported(guarded, place / name, Interrupting(Work.WRITING))
    assert list(place.iterdir()) == []
    progress = RecordedProgress()
    exported(guarded, place / name, progress)
    assert progress.steps(Work.WRITING) == [(5, 5)]
    assert (place / name).exists()


def test_an_export_into_a_folder_of_somebody_else_s_takes_back_only_what_it_made(
    guarded: World, tmp_path: Path
) -> None:
    guarded.check()
    place = tmp_path / "out"
    place.mkdir()
    (place / "mine.txt").write_text("mine")
    with pytest.raises(KeyboardInterrupt):
        exported(guarded, place, Interrupting(Work.WRITING))
    assert [path.name for path in place.iterdir()] == ["mine.txt"]


def test_a_report_counts_its_findings_and_its_files(guarded: World, tmp_path: Path) -> None:
    guarded.check()
    progress = RecordedProgress()
    with guarded.program() as program, program.store.read() as connection:
        found = finding_store.open_findings(connection)
        evidence = findings_evidence(
            connection, found, lambda _: "JP", program.clock.now(), program.voice, progress=progress
        )
    write_archive(evidence, tmp_path / "evidence.zip", progress)
    assert progress.steps(Work.PAGES) == [(len(found), len(found))]
    [(written, total)] = progress.steps(Work.WRITING)
    assert written == total
    with pytest.raises(KeyboardInterrupt):
        write_archive(evidence, tmp_path / "other.zip", Interrupting(Work.WRITING))
    assert not (tmp_path / "other.zip").exists()
