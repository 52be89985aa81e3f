"""What a fleet costs: workers on a real PostgreSQL, books on a real Radicale, both on loopback.

PYTHONPATH=daemon:tests .venv/bin/python bench/fleet.py HOUSEHOLDS [--workers N] [--cards N]

Each household has two books of one account. Measured are: first readings (books and processor time), a sweep in which nothing
changed (processor time of the workers a book), memory, and how long a change takes to the phone after the check that reads it.
Processor time is that of the workers alone, user and system; PostgreSQL's is told beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "daemon"), str(ROOT / "tests")]

from support.fleet import Fleet, fleet  # noqa: E402
from support.ports import free_port, is_open  # noqa: E402
from support.postgresql import running  # noqa: E402
from support.receiver import Receiver, receiving  # noqa: E402

_TICK = os.sysconf("SC_CLK_TCK")
BOOKS = 2
SWEEPS = 3


def cpu(pid: int) -> float:
    """Seconds of a processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def of_server(folder: Path) -> float:
    """Seconds of a processor that a PostgreSQL has used, with all its processes."""
    head = (folder / "data/postmaster.pid").read_text().splitlines()[0]
    fields = Path(f"/proc/{head}/stat").read_text().rpartition(")")[2].split()
    ended = (int(fields[13]) + int(fields[14])) / _TICK  # of those of its processes that have ended
    children = Path(f"/proc/{head}/task/{head}/children").read_text().split()
    return cpu(int(head)) + ended + sum(cpu(int(child)) for child in children if Path(f"/proc/{child}").exists())


def memory(pid: int, of: str = "VmRSS") -> float:
    """MB of memory of a process: now, or at most (`VmHWM`)."""
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith(of)]
    return int(line.split()[1]) / 1000


def card(household: int, book: int, number: int, phone: str | None = None) -> str:
    """A contact as phones write them."""
    phone = phone or f"080{household % 1000:03d}{book}{number % 1000:03d}1"
    return (
        "BEGIN:VCARD\r\nVERSION:3.0\r\n"
        f"UID:{household}-{book}-{number}\r\nFN:Hanako {household}-{number} Yamada\r\nN:Yamada;Hanako {household}-{number};;;\r\n"
        f"TEL;TYPE=CELL:{phone}\r\nEMAIL:hanako{household}.{number}@example.org\r\n"
        "ADR;TYPE=HOME:;;1-2-3 Marunouchi;Chiyoda;Tokyo;100-0005;Japan\r\nORG:Example\r\nEND:VCARD\r\n"
    )


def path_of(root: Path, household: int, book: int) -> Path:
    return root / f"dav/collections/collection-root/h{household}/book{book}"


def fill(root: Path, households: int, cards: int) -> None:
    """The folders that Radicale serves."""
    for household in range(households):
        for book in range(BOOKS):
            folder = path_of(root, household, book)
            folder.mkdir(parents=True)
            (folder / ".Radicale.props").write_text('{"tag": "VADDRESSBOOK"}')
            for number in range(cards):
                (folder / f"{number}.vcf").write_text(card(household, book, number))


def radicale(root: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A server with a book for whoever asks."""
    port = free_port()
    (root / "dav/config").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\nmax_connections = 100\n[auth]\ntype = none\n[rights]\ntype = owner_only\n"
        f"[storage]\nfilesystem_folder = {root}/dav/collections\n[web]\ntype = none\n[logging]\nlevel = error\n"
    )
    command = [sys.executable, "-m", "radicale", "--config", str(root / "dav/config")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not is_open(port):
        time.sleep(0.1)
    return process, port


def add(many: Fleet, household: int, url: str, phone: Receiver, every: str) -> None:
    name = f"h{household}"
    folder = many.homes.folder / name
    folder.mkdir()
    (folder / "password").write_text("x")
    (folder / "phone").write_text(phone.url)
    (many.homes.folder / f"{name}.toml").write_text(
        f'region = "JP"\ndeep_at = "off"\n[sources.cloud]\ntype = "carddav"\nurl = "{url}h{household}/"\nusername = "{name}"\n'
        f'password_file = "~/password"\nevery = "{every}"\n[alerts.channels.phone]\nurl_file = "~/phone"\n'
    )


def first_read(many: Fleet) -> int:
    return int(many.sql("SELECT count(*) FROM cardwarden_fleet.work WHERE kind = 'check' AND good_at IS NOT NULL"))


def measure(arguments: argparse.Namespace) -> dict[str, object]:
    """All of it, for so many households."""
    households, workers = arguments.households, arguments.workers
    figures: dict[str, object] = {
        "households": households, "books": households * BOOKS, "cards a book": arguments.cards, "workers": workers,
        "processors": os.cpu_count(),
    }  # fmt: skip
    with TemporaryDirectory(prefix="cardwarden-fleet-") as folder, running() as postgres, receiving() as phone:
        root = Path(folder)
        more = f'[workers]\nformat = "json"\nchecks_per_host = {arguments.per_host}\nrequests_per_host = 100000\n'
        fill(root, households, arguments.cards)
        server, port = radicale(root)
        with fleet(root / "fleet", postgres, more) as many:
            try:
                for household in range(households):
                    add(many, household, f"http://127.0.0.1:{port}/", phone, f"{arguments.every}s")
                began = time.monotonic()
                started = [many.start() for _ in range(workers)]
                pids = [worker.process.pid for worker in started]
                while not many.sql("SELECT to_regclass('cardwarden_fleet.work')") or first_read(many) < households:
                    time.sleep(0.5)
                wall, used = time.monotonic() - began, sum(map(cpu, pids))
                figures["first readings: books a second"] = round(households * BOOKS / wall, 2)
                figures["first readings: seconds of CPU a book"] = round(used / households / BOOKS, 3)
                time.sleep(3)
                figures.update(sweep(many, pids, households))
                figures["memory of a worker, MB"] = round(max(memory(pid) for pid in pids))
                figures["memory of a worker at most, MB"] = round(max(memory(pid, "VmHWM") for pid in pids))
                figures["database, MB"] = round(int(many.sql("SELECT pg_database_size('cardwarden')")) / 1e6)
                figures["seconds from the check to the phone, median"] = changes(
                    many, root, phone, arguments.cards, min(20, households)
                )
            finally:
                for worker in many.workers:
                    worker.process.send_signal(signal.SIGTERM)
                for worker in many.workers:
                    worker.process.wait(60)
                server.kill()
                server.wait()
    return figures


def sweep(many: Fleet, pids: list[int], households: int) -> dict[str, object]:
    """What books cost in which nothing changed: all are due at once, three times. What planning takes is in it."""
    costs: list[tuple[float, float, float, float]] = []
    for _ in range(SWEEPS):
        written = int(many.sql("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"))
        served, used, began = of_server(many.postgres.folder), sum(map(cpu, pids)), time.monotonic()
        moment = many.sql("UPDATE cardwarden_fleet.work SET due_at = now() WHERE kind = 'check'; SELECT now()")
        good = f"SELECT count(*) FROM cardwarden_fleet.work WHERE kind = 'check' AND good_at >= '{moment}'"
        while int(many.sql(good)) < households:
            time.sleep(0.2)
        costs.append(
            (
                sum(map(cpu, pids)) - used,
                of_server(many.postgres.folder) - served,
                int(many.sql("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')")) - written,
                time.monotonic() - began,
            )
        )
    ours, theirs, bytes_, took = (median(values) / households / BOOKS for values in zip(*costs, strict=True))
    return {
        "sweep: books a second": round(1 / took, 2),
        "sweep: ms of CPU a book": round(1000 * ours, 2),
        "sweep: ms of PostgreSQL's CPU a book": round(1000 * theirs, 2),
        "sweep: bytes of log written a book": round(bytes_),
        "load of the machine": round(os.getloadavg()[0], 1),
    }


def changes(many: Fleet, root: Path, phone: Receiver, cards: int, some: int) -> float | None:
    """Damage a contact of `some` households; how long each takes from its check's line in the log to the phone."""
    phone.requests.clear()
    for household in range(some):
        target = path_of(root, household, 0) / f"{cards // 2}.vcf"
        target.write_text(card(household, 0, cards // 2, "+186080-1234-5602"))
    many.sql("UPDATE cardwarden_fleet.work SET due_at = now() WHERE kind = 'check'")
    seen: dict[str, float] = {}
    told: dict[str, float] = {}
    end = time.monotonic() + 240
    while len(told) < some and time.monotonic() < end:
        time.sleep(0.05)
        now = time.monotonic()
        for worker in many.workers:
            for line in worker.text.splitlines():
                if '"events": 1' in line:
                    seen.setdefault(json.loads(line)["household"], now)
        for request in list(phone.requests):
            told.setdefault(str(request["message"]), now)
    moments = sorted(told.values())
    gaps = [late - early for early, late in zip(sorted(seen.values()), moments, strict=False)]
    return round(median(gaps), 2) if gaps else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("households", type=int)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--cards", type=int, default=200)
    parser.add_argument("--every", type=int, default=3600, help="seconds from one check of a household to the next")
    parser.add_argument("--per-host", type=int, default=16)
    print(json.dumps(measure(parser.parse_args()), indent=2))


if __name__ == "__main__":
    main()
