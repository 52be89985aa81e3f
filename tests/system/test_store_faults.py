"""What a store must survive: kill -9, a power cut, a full disk, damage, a clock that jumps. Nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from cardwarden.actions.backup import backup
from cardwarden.actions.verify import verify_store
from cardwarden.clock import SystemClock
from cardwarden.errors import StoreError
from cardwarden.store import engine, migrate
from cardwarden.store.engine import open_store
from cardwarden.store.versions import versions
from support import former
from support.store import environment, put, url
from support.world import YAMADA, World

# Writes one version after the other, and tells the number of each when it is acknowledged.
WRITER = """
import sys
from cardwarden.store.engine import open_store
from support.store import put, url
from pathlib import Path
store = open_store(url(Path(sys.argv[1])))
row = None
for number in range(100_000):
    with store.write() as connection:
        _, row = put(connection, number, "k1", b"FN:one\\r\\n" + b"NOTE:%d\\r\\n" % number * 50, row=row)
    print(number, flush=True)
"""


@contextmanager
def writing(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, env=environment())
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def acknowledged(process: subprocess.Popen[bytes], count: int) -> int:
    """Wait until that many more writes were acknowledged; gives the number of the last."""
    assert process.stdout
    return int([process.stdout.readline() for _ in range(count)][-1])


def kept(path: Path) -> int:
    """How many versions the store holds that lies there, after it was verified."""
    store = open_store(url(path))
    try:
        assert verify_store(store).flaw is None
        with store.read() as connection:
            return len(versions(connection, 1))
    finally:
        store.close()


def test_after_a_power_cut_at_any_moment_every_acknowledged_write_is_there_and_verifies(tmp_path: Path) -> None:
    path = tmp_path / "state" / "cardwarden.db"
    chance = random.Random(860)
    with writing(path) as process:
        for cut in range(6):
            last = acknowledged(process, chance.randrange(1, 40))
            time.sleep(chance.random() / 100)
            process.send_signal(signal.SIGSTOP)
            copies = tmp_path / f"cut{cut}"
            copies.mkdir()
            for file in path.parent.glob("cardwarden.db*"):
                if not file.name.endswith("-shm"):  # it is memory
                    shutil.copy(file, copies)
            process.send_signal(signal.SIGCONT)
            assert kept(copies / path.name) > last


def test_after_kill_9_at_any_moment_every_acknowledged_write_is_there_and_verifies(tmp_path: Path) -> None:
    chance = random.Random(186)
    for life in range(4):
        path = tmp_path / f"{life}" / "cardwarden.db"
        with writing(path) as process:
            last = acknowledged(process, chance.randrange(1, 60))
            time.sleep(chance.random() / 100)
            process.kill()
        assert kept(path) > last


def test_a_backup_that_is_made_while_another_writes_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "state" / "cardwarden.db"
    with writing(path) as process:
        last = acknowledged(process, 20)
        store = open_store(url(path))
        backup(store, tmp_path / "copy.db", SystemClock())
        store.close()
        acknowledged(process, 1)
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    assert kept(tmp_path / "copy.db") > last


SECOND = """
import os, signal
import sqlalchemy as sa
from alembic import op
revision = "0003"
down_revision = "0002"
def upgrade():
    op.add_column("books", sa.Column("more", sa.Integer))
    op.execute("DELETE FROM members")
    if os.environ.get("DIE"):
        os.kill(os.getpid(), signal.SIGKILL)
"""
MIGRATE = """
import sys
from pathlib import Path
from cardwarden.store import migrate
from cardwarden.store.engine import open_store
migrate.REVISIONS = ("0001", "0002", "0003")
migrate._MIGRATIONS = Path(sys.argv[2])
open_store(sys.argv[1]).close()
"""


def test_a_migration_that_is_killed_leaves_the_old_database_and_a_backup_of_it(tmp_path: Path) -> None:
    path = tmp_path / "cardwarden.db"
    store = open_store(url(path))
    with store.write() as connection:
        put(connection, 0, "k1", b"one")
    store.close()
    scripts = tmp_path / "migrations"
    shutil.copytree(Path(migrate.__file__).with_name("migrations"), scripts)
    (scripts / "0003_more.py").write_text(SECOND, "utf-8")
    command = [sys.executable, "-c", MIGRATE, url(path), str(scripts)]
    died = subprocess.run(command, env={**environment(), "DIE": "1"}, check=False)
    assert died.returncode == -signal.SIGKILL
    assert kept(path) == 1  # this program knows nothing of the second revision
    backups = sorted(tmp_path.glob(f"*{engine.BACKUP}*"))
    assert [one.name for one in backups] == ["cardwarden.db.before-migration-from-0002"]
    assert backups[0].stat().st_mode & 0o777 == 0o600
    assert kept(backups[0]) == 1
    assert subprocess.run(command, env=environment(), check=False).returncode == 0
    assert len(list(tmp_path.glob("*from-0002-2"))) == 1
    with pytest.raises(StoreError, match="newer version"):
        open_store(url(path))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB; only root may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize(("ballast", "backups"), [(400_000, 0), (250_000, 1)], ids=["for the backup", "after it"])
def test_a_record_of_0_1_0_that_the_disk_has_no_room_for_stays_as_it_was(
    small_disk: Path, tmp_path: Path, ballast: int, backups: int
) -> None:
    path = small_disk / "cardwarden.db"
    former.lay_down(path)
    before = former.said(path)
    (small_disk / "ballast").write_bytes(bytes(ballast))
    with pytest.raises(StoreError, match="full"):
        open_store(url(path))
    assert former.said(path) == before
    assert len(list(small_disk.glob(f"*{engine.BACKUP}*"))) == backups
    shutil.copy(path, tmp_path)
    store = open_store(url(tmp_path / path.name))
    assert verify_store(store).links == former.LINKS + 1
    store.close()


def test_a_full_disk_during_a_check_loses_nothing(small_disk: Path, tmp_path: Path) -> None:
    world = World(tmp_path / "world")
    (world.root / "state").symlink_to(small_disk)
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", YAMADA[0], "TEL;TYPE=CELL:+186080-1234-5602")
    for number in range(150):
        world.put(f"New {number}", "NOTE:" + os.urandom(9000).hex())
    with pytest.raises(StoreError, match="disk is full"):
        world.check()
    with world.program() as program:
        assert verify_store(program.store).links == 2  # the book, and its one check
        (small_disk / "filler").write_bytes(b"x" * (os.statvfs(small_disk).f_bavail * 4096))
        with pytest.raises(StoreError, match="could not be written"):
            backup(program.store, small_disk / "copy.db", program.clock)
    assert not list(small_disk.glob("*copy*"))
    (small_disk / "filler").unlink()
    for number in range(150):
        world.remove(f"New {number}")
    world.check()
    assert world.titles() == ["Yamada: Number gained a +"]
    with world.program() as program:
        assert verify_store(program.store).flaw is None


@pytest.mark.parametrize("left", [0.9, 0.5, 0.1])
def test_a_truncated_database_is_refused_and_left_alone(world: World, left: float) -> None:
    for number in range(30):
        world.put(f"Card {number}", "NOTE:" + os.urandom(300).hex())
    world.check()
    path = world.root / "state" / "cardwarden.db"
    os.truncate(path, int(path.stat().st_size * left))
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"damaged|not a database"):
        world.check()
    assert path.read_bytes() == before


def test_a_clock_that_jumps_back_a_day_breaks_nothing(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    world.check()
    world.clock.at -= timedelta(days=1)
    world.put("Yamada", YAMADA[0], "TEL;TYPE=CELL:+186080-1234-5602")
    assert world.check().outcome == "findings"
    world.check()
    world.clock.at += timedelta(days=2)
    world.put("Yamada", *YAMADA)
    assert world.check().outcome == "clean"
    with world.program() as program:
        assert verify_store(program.store).flaw is None
        program.retain()
        assert verify_store(program.store).flaw is None
