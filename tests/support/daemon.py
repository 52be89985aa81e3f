"""The daemon as a process of its own, and the sockets and files through which it is seen."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.world import World

PATIENCE = 30.0  # seconds that a busy machine may need; nothing is said of how long it takes


def eventually(what: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait until something is so. Raises AssertionError where it never is."""
    end = time.monotonic() + patience
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


@dataclass
class Daemon:
    """A running daemon; `log` is where its standard error goes."""

    process: subprocess.Popen[bytes]
    log: Path

    def says(self, text: str) -> None:
        """Wait until the log holds a text."""
        eventually(lambda: text in self.text)

    @property
    def text(self) -> str:
        return self.log.read_text("utf-8")

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and give the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def running(world: World, config: Path | None = None, **environ: str) -> Iterator[Daemon]:
    """The daemon on a world's configuration, killed at the end of the block where it still runs."""
    log = world.root / "log"
    path = config or world.config
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), "HOME": str(world.root)}
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "cardwarden", "run", "--config", str(path)],
            stderr=out,
            env={**variables, "PHONE": world.phone, **environ},
        )
    try:
        yield Daemon(process, log)
    finally:
        process.kill()
        process.wait()


@contextmanager
def service_manager(address: str) -> Iterator[Callable[[], str]]:
    """A socket that sd_notify sends to; gives a function that waits for the next message."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind("\0" + address[1:] if address.startswith("@") else address)
        sock.settimeout(PATIENCE)
        yield lambda: sock.recv(4096).decode()
