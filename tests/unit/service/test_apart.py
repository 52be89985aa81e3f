"""A large book is read and judged by a process of its own: the same comes out, whatever becomes of that process."""

from __future__ import annotations

import logging
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cardwarden.actions.checked import Checked
from cardwarden.actions.claim import claim
from cardwarden.detect.outcome import Outcome
from cardwarden.errors import UsageError
from cardwarden.heap import LARGE_BOOK
from cardwarden.service import apart, checks
from cardwarden.service.apart import check_apart, reads_large_book
from cardwarden.service.checks import Checks
from cardwarden.store.books import books
from cardwarden.wiring import Program
from support.daemon import eventually
from support.guard import guarding
from support.world import YAMADA, World

pytestmark = pytest.mark.starts

BAD = ("TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")
FEW = 3


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "LARGE_BOOK", FEW)


@pytest.fixture
def large(world: World, few_are_many: None) -> World:
    for number in range(FEW):
        world.put(f"Yamada {number}", *YAMADA)
    return world


def is_large(world: World) -> bool:
    with world.program() as program:
        return reads_large_book(program, "family")


def test_a_first_look_at_many_files_is_one_of_a_large_book(large: World) -> None:
    assert is_large(large)
    large.remove("Yamada 0")
    assert not is_large(large)


def test_files_in_folders_of_a_folder_count(world: World, few_are_many: None) -> None:
    (world.book / "friends").mkdir()
    for number in range(FEW):
        world.write(world.book / f"friends/{number}.vcf", b"")
    assert is_large(world)


def test_a_first_look_at_a_long_file_is_one_of_a_large_book(world: World) -> None:
    book = world.root / "all.vcf"
    world.more = f'[sources.all]\ntype = "vcf-file"\npath = "{book}"\n'
    for size, expected in ((0, False), (LARGE_BOOK * 200 - 1, False), (LARGE_BOOK * 200, True)):
        book.write_bytes(bytes(size))
        with world.program() as program:
            assert reads_large_book(program, "all") is expected


def test_what_is_not_there_is_no_large_book(large: World) -> None:
    for file in large.book.iterdir():
        file.unlink()
    large.book.rmdir()
    assert not is_large(large)


def test_a_known_book_is_one_only_while_it_is_to_be_judged_by_other_settings(large: World) -> None:
    large.check()
    assert not is_large(large)
    large.settings = 'region = "DE"\n'
    assert is_large(large)
    large.check()
    assert not is_large(large)


def test_a_known_book_counts_its_cards_not_its_files(large: World) -> None:
    large.remove("Yamada 0")
    large.check()
    large.put("Yamada 0", *YAMADA)
    large.settings = 'region = "DE"\n'
    assert not is_large(large)


def test_what_it_finds_is_told_and_recorded(world: World) -> None:
    world.put("Yamada", *YAMADA)
    with world.program() as program:
        first = check_apart(program, "family", deep=False)
        assert first == [Checked("family", "contacts", Outcome.CLEAN, cards=1, check=1)]
        world.put("Yamada", *BAD)
        second = check_apart(program, "family", deep=False)
    assert second is not None
    assert (second[0].outcome, second[0].check, second[0].events) == (Outcome.FINDINGS, 2, (1,))
    assert world.titles() == ["Yamada: Number gained a +"]


def test_what_it_raises_is_raised_here(world: World) -> None:
    with world.program() as program, pytest.raises(UsageError, match="neighbours"):
        check_apart(program, "neighbours", deep=False)


@pytest.mark.parametrize(
    "answer", [b"", pickle.dumps([1, 2, 3])[:-2], b"\0"], ids=["none", "a part of one", "no answer"]
)
def test_one_that_ends_before_its_time_has_no_result(
    world: World, answer: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "answer").write_bytes(answer)
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\ncat {tmp_path}/answer\nkill -9 $$\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with world.program() as program:
        assert check_apart(program, "family", deep=False) is None
    [entry] = [entry for entry in caplog.records if entry.name == apart.__name__]
    assert (entry.levelno, entry.getMessage()) == (
        logging.WARNING, "the process that checks family is lost (-9); it is checked here",
    )  # fmt: skip


def test_one_that_cannot_begin_has_no_result(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(world.root / "no-python"))
    with world.program() as program:
        assert check_apart(program, "family", deep=False) is None


@contextmanager
def waiting(program: Program) -> Iterator[subprocess.Popen[bytes]]:
    """The process, while it waits for a book that this one works on."""
    with (
        claim(program.store, "family", "", program.clock),
        subprocess.Popen([sys.executable, "-m", apart.__name__], stdin=subprocess.PIPE) as process,
    ):
        try:
            assert process.stdin
            pickle.dump((program.settings, "family", False), process.stdin)
            process.stdin.flush()
            yield process
        finally:
            process.kill()


def test_it_ends_when_who_asked_is_gone_and_not_by_a_signal_to_all(world: World) -> None:
    def ignores(number: signal.Signals) -> bool:
        status = Path(f"/proc/{process.pid}/status").read_text()
        [mask] = [line.split()[1] for line in status.splitlines() if line.startswith("SigIgn:")]
        return bool(int(mask, 16) >> (number - 1) & 1)

    world.put("Yamada", *YAMADA)
    with world.program() as program, waiting(program) as process:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            eventually(lambda: ignores(number))  # noqa: B023
            process.send_signal(number)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        assert process.stdin
        process.stdin.close()
        assert process.wait(30) == 1


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[Checked] | None]:
    """What other processes made for the daemon."""
    given: list[list[Checked] | None] = []

    def asked(program: Program, name: str, *, deep: bool) -> list[Checked] | None:
        given.append(check_apart(program, name, deep=deep))
        return given[-1]

    monkeypatch.setattr(checks, "check_apart", asked)
    return given


def cards(program: Program) -> list[int]:
    with program.store.read() as connection:
        return [book.cards for book in books(connection, "family")]


def test_the_daemon_has_a_large_book_looked_at_first_by_another_process_and_goes_on_itself(
    large: World, asked: list[list[Checked] | None]
) -> None:
    with guarding(large, helped=True) as guard:
        guard.go_on()
        [made] = asked
        assert made is not None
        assert made[0].cards == FEW
        large.put("Yamada 0", *BAD)
        guard.note_change()
        guard.go_on()
        assert len(asked) == 1
    assert large.titles() == ["Yamada 0: Number gained a +"]


def test_a_process_that_may_have_no_other_one_makes_the_check_itself(
    large: World, asked: list[list[Checked] | None]
) -> None:
    with guarding(large) as guard:
        guard.go_on()
        assert cards(guard.daemon.program) == [FEW]
    assert asked == []


def test_what_is_lost_is_checked_by_the_daemon(
    large: World, asked: list[list[Checked] | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with guarding(large, helped=True) as guard:
        guard.go_on()
        assert asked == [None]
        assert cards(guard.daemon.program) == [FEW]


def test_what_is_lost_as_the_daemon_ends_is_not_begun_anew(large: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[Checks] = []

    def lost(*_: object, **__: object) -> None:
        ends[0].close()

    monkeypatch.setattr(checks, "check_apart", lost)
    with guarding(large, helped=True) as guard:
        ends.append(guard.daemon._checks)
        guard.go_on()
        assert cards(guard.daemon.program) == []
