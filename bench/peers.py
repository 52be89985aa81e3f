"""What people use instead: git, and vdirsyncer, as `make bench` installs them."""

from __future__ import annotations

import shutil
from pathlib import Path

from measure import PEERS, PYTHON, Cost, run

_GIT = ("git", "-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0")


def git_first(folder: Path, into: Path) -> Cost:
    """`git add -A && git commit` of a folder, into a new repository."""
    shutil.rmtree(into, ignore_errors=True)
    run("git", "init", "-q", "--bare", into)
    where = (*_GIT, f"--git-dir={into}", f"--work-tree={folder}")
    return _sum(run(*where, "add", "-A", within=folder), run(*where, "commit", "-qm", "now", within=folder))


class Vdirsyncer:
    """A pair of folders that vdirsyncer keeps alike."""

    def __init__(self, folder: Path, root: Path) -> None:
        self._root = root
        self._folder = folder

    def first(self) -> Cost:
        """The first synchronisation, into an empty folder."""
        shutil.rmtree(self._root, ignore_errors=True)
        self._root.mkdir(parents=True)
        (self._root / "copy").mkdir()
        (self._root / "config").write_text(
            f'[general]\nstatus_path = "{self._root}/status/"\n'
            '[pair book]\na = "here"\nb = "copy"\ncollections = null\n'
            f'[storage here]\ntype = "filesystem"\npath = "{self._folder}"\nfileext = ".vcf"\n'
            f'[storage copy]\ntype = "filesystem"\npath = "{self._root}/copy"\nfileext = ".vcf"\n'
        )
        self._run("discover")
        return self._run("sync")

    def again(self) -> Cost:
        """A synchronisation if nothing changed."""
        return self._run("sync")

    def _run(self, what: str) -> Cost:
        return run(PEERS / "vdirsyncer", "-c", self._root / "config", what, PYTHONPATH="")


def python_pass() -> Cost:
    """A Python that does nothing."""
    return run(PYTHON, "-c", "pass")


def _sum(*costs: Cost) -> Cost:
    return Cost(sum(one.cpu for one in costs), sum(one.wall for one in costs), max(one.peak for one in costs))
