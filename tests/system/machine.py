"""A machine to install the service on: a root file system of its own, with a real systemd as its first process."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest

Answer = TypeVar("Answer")

CHECKOUT = Path(__file__).parents[2]
# What lets pip reach its index from here lets it from there; where such a file is missing it is not needed.
PIP_SETTINGS = ("/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Machine:
    """A booted machine. It shares the network of this one, so that a receiver on 127.0.0.1 is there, too."""

    root: Path
    leader: int

    def run(self, *command: str, fails: bool = False) -> str:
        """The output of a command on it, as root. It must succeed, or fail where `fails` says so."""
        done = subprocess.run(
            self.entering(*command), capture_output=True, text=True, timeout=900, stdin=subprocess.DEVNULL, check=False
        )
        said = done.stdout + done.stderr
        assert (done.returncode != 0) is fails, f"{' '.join(command)} ended with {done.returncode}:\n{said}"
        return done.stdout

    def entering(self, *command: str) -> list[str]:
        """The command that runs a command on it, as root."""
        return ["nsenter", "-t", str(self.leader), "-a", "--", "env", "-i", f"PATH={_PATH}", "HOME=/root", *command]

    def path(self, path: str) -> Path:
        """Where this machine has a file of that one."""
        return self.root / path.lstrip("/")

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """A file, and its folders, put there at once as by an atomic save."""
        place = self.path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_name(f".{place.name}.new")
        unfinished.write_text(text, "utf-8")
        unfinished.chmod(mode)
        unfinished.rename(place)

    def of(self, unit: str, name: str) -> str:
        """A property of a unit."""
        return self.run("systemctl", "show", "--value", "--property", name, unit).strip()

    def journal(self, unit: str) -> str:
        """What a unit and systemd said about it."""
        return self.run("journalctl", "--no-pager", "--unit", unit)


def cache() -> Path:
    """What was made ready for these tests. Without it none of them can run."""
    if os.geteuid() != 0 or "CARDWARDEN_TEST_CACHE" not in os.environ:
        pytest.exit('These tests need root and what "make test-system" makes ready. Run that.', returncode=2)
    return Path(os.environ["CARDWARDEN_TEST_CACHE"])


@contextmanager
def booted(suite: str) -> Iterator[Machine]:
    """A fresh machine of a Debian release, halted and removed at the end."""
    pip_cache = cache() / "pip"
    pip_cache.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=cache(), prefix=f"cardwarden-{suite}-") as folder:
        root = Path(folder, "root")
        subprocess.run(["cp", "-a", "--reflink=auto", cache() / suite, root], check=True)
        binds = [f"--bind-ro={path}" for path in PIP_SETTINGS if Path(path).exists()]
        nspawn = subprocess.Popen(
            ["systemd-nspawn", "--quiet", "-D", root, f"--machine=cardwarden-{suite}-{os.getpid()}",
             "--boot", "--register=no", "--keep-unit", "--console=pipe",
             f"--bind={pip_cache}:/root/.cache/pip", *binds],
            env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            yield Machine(root, eventually(lambda: _booted(nspawn)))
        finally:
            nspawn.terminate()  # which halts the machine
            try:
                nspawn.wait(30)
            except subprocess.TimeoutExpired:
                nspawn.kill()
                nspawn.wait()


CHECKED_OUT = "/usr/src/cardwarden"


def copy_checkout(machine: Machine) -> None:
    """This checkout, on the machine, as somebody who cloned it has it."""
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, files):
        if (CHECKOUT / name).is_file():
            there = machine.path(CHECKED_OUT) / name
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, there)


def install_checkout(machine: Machine) -> None:
    """`make install` of this checkout, on the machine. It downloads, so it is tried three times."""
    copy_checkout(machine)
    tried(lambda: machine.run("make", "-C", CHECKED_OUT, "install"))


def tried(step: Callable[[], Answer]) -> Answer:
    """The answer of a step that needs the network, which may fail twice."""
    for pause in (5, 15):
        try:
            return step()
        except (AssertionError, subprocess.TimeoutExpired):
            time.sleep(pause)
    return step()


def eventually(question: Callable[[], Answer | None], seconds: float = 60) -> Answer:
    """The first answer that is one. Fails if none comes in time."""
    end = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
    return answer


def _booted(nspawn: subprocess.Popen[bytes]) -> int | None:
    """The machine's first process, once its system runs. Before it is there nspawn has another child, which ends soon."""
    assert nspawn.poll() is None, "systemd-nspawn ended; what it said stands below"
    for child in Path(f"/proc/{nspawn.pid}/task/{nspawn.pid}/children").read_text().split():
        command = ["nsenter", "-t", child, "-a", "--", "systemctl", "is-system-running"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.stdout.strip() in ("running", "degraded"):
            return int(child)
    return None
