"""The daemon: what it costs while nothing happens, and how long a change takes to the one who is to hear of it."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import books
from measure import ROOT, Figure, Guarded, Point, Spread, folder_source, workplace
from sizes import Sizes

ROW = "daemon"
_SOURCES = 10
_PATIENCE = 300.0  # seconds
_CHANNEL = '[alerts]\nlimit = 100000\nquiet = "off"\n[alerts.channels.phone]\nurl_env = "PHONE"\n'
_DAMAGE = (b"TEL;TYPE=CELL:186090-", b"TEL;TYPE=CELL:+186090-")


def measure(sizes: Sizes) -> tuple[list[Figure], list[Point]]:
    return [*_idle(sizes), *_latency(sizes)], []


def _idle(sizes: Sizes) -> list[Figure]:
    with workplace() as root, receiving() as receiver:
        guarded = Guarded(root)
        sources = ""
        for number in range(_SOURCES):
            books.folder(root / f"book{number}", max(sizes.small // 10, 3), pictures=False, seed=number)
            (root / f"book{number}/damaged.vcf").write_bytes(_card(number))
            sources += folder_source(root / f"book{number}", f"s{number}")
        guarded.write(sources, _CHANNEL)
        with running(guarded, receiver, _SOURCES) as daemon:
            time.sleep(min(sizes.seconds, 15))
            receiver.arrived.clear()
            before = daemon.memory()
            began, used = time.monotonic(), daemon.cpu()
            time.sleep(sizes.seconds)
            share = (daemon.cpu() - used) / (time.monotonic() - began)
            _damage(root / "book0/damaged.vcf")
            receiver.wait()
            time.sleep(min(sizes.seconds, 5))
            after = daemon.memory()
    said = f"idle daemon, {_SOURCES} sources"
    return [
        Figure(ROW, f"{said}: memory, before a message", "MB", Spread.of([before]), 90),
        Figure(ROW, f"{said}: memory, after a message", "MB", Spread.of([after]), 90),
        Figure(ROW, f"{said}: share of a core", "%", Spread.of([share * 100]), 0.05),
    ]


def _latency(sizes: Sizes) -> list[Figure]:
    rounds = 10 * sizes.pairs
    with workplace() as root, receiving() as receiver:
        guarded = Guarded(root)
        folder = root / "contacts"
        books.folder(folder, sizes.cards, pictures=False)
        for number in range(rounds):
            (folder / f"damaged{number}.vcf").write_bytes(_card(number))
        guarded.write(folder_source(folder), _CHANNEL)
        with running(guarded, receiver, 1):
            time.sleep(min(sizes.seconds, 6))
            taken: list[float] = []
            for number in range(rounds):
                receiver.arrived.clear()
                began = time.monotonic()
                _damage(folder / f"damaged{number}.vcf")
                taken.append(receiver.wait() - began)
                time.sleep(0.5)
    work = f"change to receiver, {sizes.said(sizes.cards)}"
    return [
        Figure(ROW, f"{work}: median", "s wall", Spread.of(taken), 0.7),
        Figure(ROW, f"{work}: worst of {rounds}", "s wall", Spread.of([max(taken)]), 1.5),
    ]


def _card(number: int) -> bytes:
    lines = ("BEGIN:VCARD", "VERSION:3.0", f"UID:damaged-{number}", f"FN:Damaged {number} Person", f"N:Person {number};;;;",
             f"TEL;TYPE=CELL:186090-{number:04}-5678", "END:VCARD", "")  # fmt: skip
    return "\r\n".join(lines).encode()


def _damage(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(*_DAMAGE))


@dataclass
class Receiver:
    """Takes messages over HTTP; knows when each one came."""

    url: str = ""
    arrived: list[float] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)

    def wait(self) -> float:
        """When the first message came since `arrived` was cleared."""
        began = time.monotonic()
        while not self.arrived:
            self.came.wait(1)
            self.came.clear()
            if time.monotonic() - began > 60:
                raise SystemExit("no message came within a minute")
        return self.arrived[0]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port of 127.0.0.1."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.arrived.append(time.monotonic())
            receiver.came.set()
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"json://127.0.0.1:{server.server_address[1]}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True)
class Daemon:
    """A running daemon, and the file that it logs to."""

    process: subprocess.Popen[bytes]
    log: Path

    def checks(self) -> int:
        """How many checks it has made so far."""
        return self.log.read_bytes().count(b"outcome=")

    def wait(self, checks: int) -> None:
        """Until it has made so many. Raises SystemExit with what it logged if that takes too long."""
        began = time.monotonic()
        while self.checks() < checks:
            time.sleep(0.1)
            if self.process.poll() is not None or time.monotonic() - began > _PATIENCE:
                raise SystemExit(self.log.read_text())

    def cpu(self) -> float:
        """Seconds of a processor so far, of all its threads: by its own clock, for /proc counts in steps of 10 ms."""
        return time.clock_gettime(~self.process.pid << 3 | 2)  # what clock_getcpuclockid(3) gives on Linux

    def memory(self) -> float:
        """What lies in memory, in MB."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


@contextmanager
def running(guarded: Guarded, receiver: Receiver, sources: int) -> Iterator[Daemon]:
    """The daemon, once it has checked each source for the first time."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "daemon"), "PHONE": receiver.url}
    log = guarded.root / "log"
    with log.open("wb") as file, subprocess.Popen(guarded.command("run"), env=environ, stderr=file) as process:
        try:
            daemon = Daemon(process, log)
            daemon.wait(sources)
            yield daemon
        finally:
            process.terminate()
            process.wait()
