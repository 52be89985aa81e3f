"""What may happen to a restore: kill -9 between any two steps, a full disk, a failing one, others at work at the same time."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from cardwarden.actions.restore.perform import Restored, plans, restore
from cardwarden.actions.restore.plan import RestoreRequest
from cardwarden.errors import RefusedError
from support.command import program
from support.store import environment
from support.world import YAMADA, World, card

DAMAGED = "TEL;TYPE=CELL:+186080-1234-5602"
KEIO = "TEL:03-1234-5603"

STRIDE = 4  # 1 dies at every step, which takes a minute

# Forks a child for each step of a restore (a file opened, written, confirmed, renamed, linked, removed; a transaction
# begun or ended), lets it die there, says what it left, and gives the same command again in another child.
KILLER = """
import contextlib, io, json, os, shutil, signal, sys
from pathlib import Path
from sqlalchemy import Engine, event
import cardwarden.cli.commands.check, cardwarden.cli.commands.restore  # loaded once, not in each child
import cardwarden.settings.load
from cardwarden.cli.main import run

config, root, then = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
saved = root / "saved"
saved.mkdir()
for name in ("state", "contacts"):
    (root / name).rename(saved / name)
STEPS = {"open", "os.rename", "os.link", "os.remove"}
restoring = ["restore", "--source", "family", "--at", then, "--yes", "--json"]

def called(*arguments):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = run([*arguments, "--config", config])
    return code, out.getvalue()

def dying_at(step):
    left = step
    def count(*_):
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    event.listen(Engine, "begin", count)
    event.listen(Engine, "commit", count)
    there = os.fsencode(root / "contacts")
    sys.addaudithook(
        lambda name, given: count() if name in STEPS and isinstance(given[0], bytes) and given[0].startswith(there) else None
    )
    write, fsync = os.write, os.fsync
    def writing(handle, data):
        count()
        done = write(handle, data[: max(1, len(data) // 2)])
        count()
        return done
    def confirming(handle):
        count()
        fsync(handle)
        count()
    os.write, os.fsync = writing, confirming
    called(*restoring)
    os._exit(0)

def book():
    return {path.name: path.read_text() for path in sorted((root / "contacts").glob("[!.]*"))}

def looking(died):
    left = book()
    again, _ = called(*restoring)
    _, told = called("check", "--deep", "--json")
    _, records = called("restore", "--list", "--json")
    hidden = [path.name for path in (root / "contacts").glob(".*")]
    print(json.dumps({"died": died, "left": left, "again": again, "book": book(), "hidden": hidden,
                      "outcome": json.loads(told)["outcome"], "events": json.loads(told)["events"],
                      "open": json.loads(told)["open"], "records": json.loads(records)["restores"]}), flush=True)
    os._exit(0)

for step in range(0, 2000, int(sys.argv[4])):
    for name in ("state", "contacts"):
        shutil.rmtree(root / name, ignore_errors=True)
        shutil.copytree(saved / name, root / name)
    child = os.fork() or dying_at(step)
    died = os.waitpid(child, 0)[1] == signal.SIGKILL
    os.waitpid(os.fork() or looking(died), 0)
    if not died:
        break
"""


@pytest.fixture
def world(world: World) -> World:
    world.more = "restore = true\n"
    return world


def test_a_restore_that_is_killed_at_any_step_leaves_whole_cards_and_is_finished_by_the_same_command(
    world: World,
) -> None:
    world.put("Yamada", *YAMADA)
    world.put("Keio", KEIO)
    good = {"Keio.vcf": card("Keio", KEIO).decode(), "Yamada.vcf": card("Yamada", *YAMADA).decode()}
    world.check()
    then = world.clock.at - timedelta(minutes=5)
    world.put("Yamada", YAMADA[0], DAMAGED)
    world.put("Yamada", "TEL:+18603-1234-5601", file="copy.vcf", uid="yamada-2")
    world.remove("Keio")
    world.check()
    bad = {path.name: path.read_bytes().decode() for path in world.book.iterdir()}
    assert bad.keys() == {"Yamada.vcf", "copy.vcf"}
    arguments = [sys.executable, "-c", KILLER, str(world.config), str(world.root), then.isoformat(), str(STRIDE)]
    process = subprocess.Popen(
        arguments, stdout=subprocess.PIPE, text=True, env={**environment(), "PYTHONWARNINGS": "ignore"}
    )
    assert process.stdout
    steps = leftovers = 0
    states = set()
    for line in process.stdout:
        report = json.loads(line)
        whole = {
            name: {text.replace("\r\n", "\n") for text in (good.get(name), bad.get(name)) if text}
            for name in good | bad
        }
        assert all(text in whole[name] for name, text in report["left"].items()), report
        assert report["again"] == 0, report
        assert report["book"] == {name: text.replace("\r\n", "\n") for name, text in good.items()}
        assert (report["outcome"], report["events"], report["open"]) == ("clean", [], 0), report
        leftovers += len(report["hidden"])
        states |= {record["state"] for record in report["records"]}
        steps += report["died"]
    process.stdout.close()
    assert process.wait() == 0
    assert steps * STRIDE > 30
    assert leftovers <= 2  # between the link that makes a file and the end of its other, hidden name
    assert states == {"done", "interrupted"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a file system")
    place = tmp_path / "small"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    return filler


def test_a_full_disk_under_the_book_leaves_the_card_as_it_was(small_disk: Path, tmp_path: Path) -> None:
    world = World(tmp_path, more="restore = true\n")
    world.book.rmdir()
    world.book.symlink_to(small_disk)
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", YAMADA[0], DAMAGED)
    world.check()
    filler = fill(small_disk)
    before = (world.book / "Yamada.vcf").read_bytes()
    [done] = restoring(world)
    assert "The disk is full" in str(done.stopped)
    assert (world.book / "Yamada.vcf").read_bytes() == before
    assert sorted(path.name for path in small_disk.iterdir()) == ["Yamada.vcf", "filler"]
    world.check()
    assert len(world.open()) == 1
    filler.unlink()
    [done] = restoring(world)
    assert done.stopped is None
    assert (world.book / "Yamada.vcf").read_bytes() == card("Yamada", *YAMADA)


@pytest.mark.parametrize("failing", [1, 2])
def test_a_disk_that_does_not_confirm_is_told_and_leaves_a_whole_card(
    world: World, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """The first time for the file that is written beside, the second for the folder after the rename."""
    damaged(world)
    before = (world.book / "Yamada.vcf").read_bytes()
    calls = 0
    real = os.fsync

    def fsync(handle: int) -> None:
        nonlocal calls
        calls += 1
        if calls == failing:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        [done] = restoring(world)
    assert isinstance(done.stopped, RefusedError)
    assert "Check the disk" in str(done.stopped)
    there = (world.book / "Yamada.vcf").read_bytes()
    assert there == (before if failing == 1 else card("Yamada", *YAMADA))
    assert [path.name for path in world.book.iterdir()] == ["Yamada.vcf"]
    world.check()
    assert len(world.open()) == (1 if failing == 1 else 0)


def test_two_restores_at_once_write_once(world: World) -> None:
    damaged(world)
    world.check()
    both = [program("restore", "--source", "family", "--yes", "--config", str(world.config)) for _ in range(2)]
    ended = [(process.communicate(), process.returncode) for process in both]
    assert {code for _, code in ended} == {0}, ended
    assert (world.book / "Yamada.vcf").read_bytes() == card("Yamada", *YAMADA)
    assert world.check(deep=True).outcome == "clean"


def test_a_restore_beside_checks_is_seen_by_them(world: World) -> None:
    damaged(world)
    config = str(world.config)
    checks = [program("check", "--deep", "--config", config) for _ in range(3)]
    one = program("restore", "--source", "family", "--yes", "--config", config)
    ended = [(process.communicate(), process.returncode) for process in (one, *checks)]
    assert ended[0][1] == 0, ended
    assert {code for _, code in ended[1:]} <= {0, 1}, ended
    assert (world.book / "Yamada.vcf").read_bytes() == card("Yamada", *YAMADA)
    assert world.open() == []


def damaged(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", YAMADA[0], DAMAGED)
    world.check()


def restoring(world: World) -> list[Restored]:
    request = RestoreRequest(source="family")
    with world.program() as running:
        shown = plans(running.store, request, running.judging)
        return restore(running.store, request, shown, running.writer, running.judging, running.clock)
