"""Bad input, and what it gets: a clear sentence, the right exit code, and nothing lost."""

from __future__ import annotations

import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from contract.on_files import another_user
from support.command import Command, calling
from support.receiver import Receiver
from support.world import YAMADA, FakeClock, World, card
from unit.actions.test_claim import held

HOME = YAMADA[0]
DAMAGED = (HOME, "TEL;TYPE=CELL:+186080-1234-5602")


@pytest.fixture
def guarded(world: World, command: Command) -> World:
    """A world whose book was checked once."""
    world.put("Yamada", *YAMADA)
    assert command("check").code == 0
    return world


def assert_baseline_is_kept(world: World) -> None:
    assert world.base("Yamada") == card("Yamada", *YAMADA)
    assert world.open() == []


def test_a_missing_folder_is_inconclusive(guarded: World, command: Command) -> None:
    shutil.rmtree(guarded.book)
    ran = command("check")
    assert ran.code == 3
    assert f"The folder {guarded.book} does not exist. Correct `path` in [sources.family]" in ran.out
    assert_baseline_is_kept(guarded)


def test_a_file_where_a_folder_should_be_is_inconclusive(guarded: World, command: Command) -> None:
    shutil.rmtree(guarded.book)
    guarded.book.write_bytes(b"")
    ran = command("check")
    assert (ran.code, 'type = "vcf-file"' in ran.out) == (3, True)
    assert_baseline_is_kept(guarded)


def test_a_folder_where_a_file_should_be_is_inconclusive(world: World, command: Command) -> None:
    world.put("Yamada", *YAMADA)
    world.more = f'[sources.phone]\ntype = "vcf-file"\npath = "{world.book}"\n'
    ran = command("check", "--source", "phone")
    assert (ran.code, 'type = "vdir"' in ran.out) == (3, True)


def test_what_may_not_be_read_is_inconclusive_and_the_way_out_is_named(
    open_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World(open_folder)
    command = calling(capsys, lambda: world.config)
    world.put("Yamada", *YAMADA)
    world.put("Keio", "TEL:03-1234-5603")
    assert command("check").code == 0
    shutil.copytree(open_folder, open_folder / "theirs", ignore=lambda *_: ["theirs"])
    for path in [open_folder, *open_folder.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    (world.book / "Keio.vcf").chmod(0)
    with another_user():
        one = command("check")
    world.book.chmod(0)
    with another_user():
        whole = command("check")
    world.book.chmod(0o755)
    assert (one.code, whole.code) == (3, 3)
    assert "Keio.vcf may not be read" in one.out
    assert "sudo setfacl" in one.out
    assert f"The folder {world.book} may not be read" in whole.out
    assert_baseline_is_kept(world)


def test_a_state_that_belongs_to_somebody_else_is_5_and_names_the_command(
    open_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World(open_folder)
    command = calling(capsys, lambda: world.config)
    assert command("check").code == 0
    (open_folder / "cardwarden.toml").chmod(0o666)
    (open_folder / "state").chmod(0o500)
    with another_user():
        ran = command("findings")
    (open_folder / "state").chmod(0o700)
    assert ran.code == 5
    assert "sudo -u " in ran.err


def test_a_configuration_that_is_missing_or_a_folder_is_4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path, said in ((tmp_path / "none.toml", "There is no configuration"), (tmp_path, "is a directory")):
        ran = calling(capsys, lambda path=path: path)("check")  # type: ignore[misc]
        assert ran.code == 4
        assert said in ran.err


def test_an_emptied_file_is_inconclusive_and_critical_when_it_is_seen_again(
    world: World, command: Command, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHONE", receiver.url)
    world.phone = receiver.url
    world.settings += 'believe_after = "0s"\n'
    export = world.root / "export.vcf"
    world.more = f'[sources.phone]\ntype = "vcf-file"\npath = "{export}"\n'
    world.write(export, b"".join(card(f"Person {n}", uid="-") for n in range(5)))
    assert command("check").code == 0
    world.write(export, b"")
    first = command("check")
    assert first.code == 3
    assert "The address book is empty; it had 5 contacts" in first.out
    assert [request["title"] for request in receiver.requests] == ["phone looks empty"]
    again = command("check", "--json")
    assert again.code == 1
    [event] = again.json["events"]
    assert (event["severity"], event["count"]) == ("critical", 5)
    assert len(receiver.requests) == 2
    world.write(export, b"".join(card(f"Person {n}", uid="-") for n in range(5)))
    assert command("check").code == 0


def test_bytes_that_are_no_vcard_are_inconclusive_first(world: World, command: Command) -> None:
    export = world.root / "export.vcf"
    world.more = f'[sources.phone]\ntype = "vcf-file"\npath = "{export}"\n'
    whole = b"".join(card(f"Person {n}", uid="-") for n in range(12))
    world.write(export, whole)
    assert command("check").code == 0
    for junk in (b"<html>Please sign in</html>", bytes(range(256)) * 50):
        world.write(export, junk)
        assert command("check").code == 3
        world.write(export, whole)
        assert command("check").code == 0


def test_a_card_of_junk_among_good_ones_is_told(guarded: World, command: Command) -> None:
    guarded.put("Keio", "TEL:03-1234-5603")
    command("check")
    guarded.write(guarded.book / "Keio.vcf", b"\x00\x01\x02 nothing of a card")
    ran = command("check")
    assert ran.code == 1
    assert "Keio: contact cannot be read" in ran.out


def test_escapes_in_a_name_reach_no_terminal_no_message_and_no_log(
    world: World,
    command: Command,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("PHONE", receiver.url)
    world.phone = receiver.url
    evil = "Evil \x1b]0;owned\x07\x1b[2J\x9b31m\u202eeman"
    world.put(evil, *YAMADA, "NOTE:\x1b[31mred", file="evil.vcf", uid="evil\x1b[1m")
    caplog.set_level("DEBUG")
    assert command("check").code == 0
    world.put(evil, *DAMAGED, "NOTE:\x1b[32mgreen", file="evil.vcf", uid="evil\x1b[1m")
    world.put(f"{evil} 2", file="evil2\x1b[31m.vcf", uid="-")
    ran = [
        command("check"), command("findings", "--all"), command("show", "e2"), command("show", "1"),
        command("show", "--card", "Evil"), command("show", "--card", "evil\x1b[1m"), command("findings", "--json"),
        command("diff", str(world.book), str(world.book / "evil.vcf")), command("accept", "1", "--json"),
    ]  # fmt: skip
    assert ran[0].code == 1
    assert ran[4].code == 2  # two fit
    texts = "".join(one.out + one.err for one in ran) + "".join(r["title"] + r["message"] for r in receiver.requests)
    assert "Evil" in texts
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(texts + caplog.text)
    assert len(receiver.requests) == 1


def test_a_country_that_does_not_exist_is_refused(world: World, command: Command) -> None:
    world.settings = 'region = "XX"\n'
    ran = command("check")
    assert (ran.code, "region: write a country's two letters" in ran.err) == (4, True)
    ran = command("diff", "--region", "XX", str(world.book), str(world.book))
    assert (ran.code, 'There is no country "XX"' in ran.err) == (2, True)


def test_a_book_without_a_region_is_checked_and_its_blindness_told(world: World, command: Command) -> None:
    world.settings = ""
    world.put("Yamada", *YAMADA)
    ran = command("check")
    assert ran.code == 0
    assert "No region is set for family" in ran.out


@contextmanager
def small_disk(path: Path) -> Iterator[Path]:
    """A file system of one megabyte at `path`; skipped where this user may not mount one."""
    path.mkdir(mode=0o700)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(path)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk; the test with a file size limit stands for it")
    try:
        yield path
    finally:
        subprocess.run(["umount", str(path)], check=True)


def test_a_full_disk_loses_nothing(world: World, command: Command) -> None:
    with small_disk(world.root / "state") as disk:
        world.put("Yamada", *YAMADA)
        assert command("check").code == 0
        with (disk / "filler").open("wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                pass
        world.put("Yamada", *DAMAGED)
        ran = command("check")
        assert ran.code == 5
        assert "The disk is full" in ran.err
        advice = command("doctor").out
        assert f"du -xh -d1 {disk}" in advice
        assert "BACKUP" not in advice, "a whole database would be replaced by an older one"
        (disk / "filler").unlink()
        assert_baseline_is_kept(world)
        assert command("check").code == 1
        assert world.titles() == ["Yamada: Number gained a +"]


def test_a_database_that_may_not_grow_loses_nothing(guarded: World, command: Command) -> None:
    guarded.put("Yamada", *DAMAGED)
    config = guarded.config
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        ran = command("check")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert config.exists()
    assert ran.code == 5
    assert "nothing of this step was recorded" in ran.err
    assert_baseline_is_kept(guarded)
    assert command("check").code == 1


def test_a_database_from_a_newer_version_is_left_alone(guarded: World, command: Command) -> None:
    database = guarded.root / "state/cardwarden.db"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = database.read_bytes()
    ran = command("check")
    assert (ran.code, "was written by a newer version of cardwarden" in ran.err) == (5, True)
    assert database.read_bytes() == before


def test_a_folder_or_another_file_in_place_of_the_database_is_5(world: World, command: Command) -> None:
    database = world.root / "state/cardwarden.db"
    database.mkdir(parents=True)
    ran = command("check")
    assert (ran.code, "is a folder, not a database" in ran.err) == (5, True)
    database.rmdir()
    database.write_bytes(b"not a database at all, but long enough to be looked at as one" * 20)
    ran = command("check")
    assert (ran.code, "is not a database and was left as it is" in ran.err) == (5, True)


def test_a_second_process_is_refused_and_told_who_has_the_book(
    guarded: World, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cardwarden.wiring.SystemClock", FakeClock)
    guarded.put("Yamada", *DAMAGED)
    with held(guarded.root / "state/cardwarden.db") as other:
        ran = command("check")
        assert ran.code == 7
        assert f"Another cardwarden (process {other.pid}) has been busy with family" in ran.out
        assert_baseline_is_kept(guarded)
    assert command("check").code == 1
    with held(guarded.root / "state/cardwarden.db") as other:
        ran = command("accept", "1")
        assert (ran.code, f"(process {other.pid})" in ran.err) == (7, True)
