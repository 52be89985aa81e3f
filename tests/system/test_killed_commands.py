"""kill -9 between two steps of a first look, a restore, an acceptance, a forgetting or a backup: the next one does the rest.

`make soak` tries every step: CARDWARDEN_SOAK_EVERY=1.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.store import environment
from support.world import YAMADA, World, card

EVERY = os.environ.get("CARDWARDEN_SOAK_EVERY", "5")
BAD = card("Yamada", YAMADA[0], "TEL;TYPE=CELL:+186080-1234-5602")

# Forks a child for the beginning and the end of each transaction, and for each file that is put in another's place; lets it
# die there, and does the same once more in another child.
KILLER = """
import contextlib, io, json, os, shutil, signal, sys
from pathlib import Path
from sqlalchemy import Engine, event
from cardwarden.cli.main import run
from cardwarden.store import engine

home, saved, words = Path(sys.argv[1]), Path(sys.argv[1]).with_name("saved"), sys.argv[3:]
shutil.copytree(home, saved)

def called(line):
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        code = run([*line, "--config", str(home / "cardwarden.toml")])
    return code, out.getvalue()

for warm in (["status"], ["verify"], ["check"], ["diff", str(home / "contacts"), str(home / "contacts")], [words[0], "--help"]):
    called(warm)  # so that no child loads what it needs

def dying_at(step):
    left = step
    def count(*_):
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    event.listen(Engine, "begin", count)
    event.listen(Engine, "commit", count)
    for name in ("replace", "rename", "link", "fsync"):
        def counted(*given, _real=getattr(os, name), **more):
            count()
            return _real(*given, **more)
        setattr(os, name, counted)
    called(words)
    os._exit(0)

def again(died):
    code, said = called(words)
    verified, _ = called(["verify"])
    checked, _ = called(["check"])
    print(json.dumps({"died": died, "code": code, "said": said, "verified": verified, "checked": checked}), flush=True)
    os._exit(0)

for step in range(0, 1000, int(sys.argv[2])):
    for path in [*home.rglob("*")]:
        if path.is_file():
            path.unlink()
    shutil.copytree(saved, home, dirs_exist_ok=True)
    child = os.fork() or dying_at(step)
    died = os.waitpid(child, 0)[1] == signal.SIGKILL
    os.waitpid(os.fork() or again(died), 0)
    sys.stdin.readline()
    if not died:
        break
"""


def first_look(world: World) -> None:
    """Nothing was checked yet."""
    (world.root / "state").mkdir()


def seen(world: World) -> None:
    world.check()


def damaged(world: World) -> None:
    world.check()
    world.write(world.book / "Yamada.vcf", BAD)
    world.check()


def removed(world: World) -> None:
    world.check()
    world.remove("Sato")
    world.check()


def is_restored(world: World) -> None:
    assert (world.book / "Yamada.vcf").read_bytes() == card("Yamada", *YAMADA)


def is_forgotten(world: World) -> None:
    assert not any(
        b"03-1234-5604" in path.read_bytes() for path in (world.root / "state").glob("*.db*") if path.is_file()
    )


def nothing(world: World) -> None:
    """The exit codes and the chain say it all."""


@pytest.mark.parametrize(
    ("before", "words", "codes", "after"),
    [
        (first_look, ("check",), {0}, nothing),
        (damaged, ("restore", "1", "--yes"), {0}, is_restored),
        (damaged, ("accept", "1"), {0, 2}, nothing),
        (removed, ("forget", "--card", "Sato", "--yes"), {0, 2}, is_forgotten),
        (seen, ("backup", "{home}/copy.db"), {0, 7}, nothing),
    ],
    ids=["first look", "restore", "accept", "forget", "backup"],
)
def test_a_command_that_is_killed_anywhere_is_done_by_the_next_one(
    before: Callable[[World], None],
    words: tuple[str, ...],
    codes: set[int],
    after: Callable[[World], None],
    tmp_path: Path,
) -> None:
    world = World(tmp_path / "home", more="restore = true\n")
    world.put("Yamada", *YAMADA)
    world.put("Sato", "TEL:03-1234-5604")
    before(world)
    arguments = [word.format(home=world.root) for word in words]
    assert world.config
    process = subprocess.Popen(
        [sys.executable, "-c", KILLER, str(world.root), EVERY, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**environment(), "PYTHONWARNINGS": "ignore"},
    )  # fmt: skip
    assert process.stdout
    assert process.stdin
    deaths = 0
    for line in process.stdout:
        told = json.loads(line)
        assert told["code"] in codes, told
        assert told["verified"] == 0, told
        assert told["checked"] in {0, 1}, told
        after(world)
        deaths += told["died"]
        process.stdin.write("\n")
        process.stdin.flush()
    process.stdin.close()
    process.stdout.close()
    assert process.wait() == 0
    assert deaths > 0
