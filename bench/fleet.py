"""What a fleet costs: workers on a real PostgreSQL, books on a real Radicale and in folders, all on loopback.

.venv/bin/python bench/fleet.py --keep                      500 households, 1,000 books of 200 contacts, then 2,000: 35 minutes
.venv/bin/python bench/fleet.py --households 20 --cards 20  a small one, of which nothing is kept

First readings by one worker and by two, of books in folders; then a fleet that grows, of accounts with two books each on a
server: after each step all books are looked at five times, in which nothing changed, and four times before that is measured.
At the end contacts of 20 households are damaged, while every book is due. Processor time is that of the workers alone, user and
system; PostgreSQL's is told beside it.
What does not fit into the time (`--minutes`) is left out, and the page says how large the fleet was. `--keep` writes
`bench/fleet.json` and, of it, the tables in `docs/explanation/fleet.md` (`fleet_page.py`).
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "daemon"), str(ROOT / "tests")]

import fleet_page  # noqa: E402
import psycopg  # noqa: E402

from cardwarden.fleet.ledger import Ledger  # noqa: E402
from support.fleet import Fleet, Worker, fleet  # noqa: E402
from support.ports import free_port, is_open  # noqa: E402
from support.postgresql import running  # noqa: E402
from support.receiver import Receiver, receiving  # noqa: E402

_TICK = os.sysconf("SC_CLK_TCK")
BOOKS = 2
WARMING, SWEEPS = 4, 5
"""Sweeps before those that are measured: what a worker needs for a household it makes at the first piece of work that it has of
it, and after four sweeps two workers have had fifteen households in sixteen.
"""
STEPS = (0.1, 0.3, 1.0, 2.0)
"""Of `--households`: after so many the sweeps are measured."""
PLANNED = ((200, 0), (2_000, 0), (20_000, 0), (20_000, 400))
"""Sources, and how many of them are due, for which planning is measured."""
_LATE, _PATIENCE = 240.0, 900.0  # seconds
ON_SERVER = "kind = 'check' AND host <> ''"
PLANNING = 7_301_002
"""The key of the lock of whoever plans (`fleet.ledger`)."""


def _cpu_while_there(pid: int) -> float:
    """Seconds of a processor that a child has used; it may end meanwhile, and then its parent counts it."""
    try:
        return cpu(pid)
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


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
    return cpu(int(head)) + ended + sum(_cpu_while_there(int(child)) for child in children)


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


def fill(root: Path, households: Sequence[int], cards: int) -> None:
    """The folders that Radicale serves."""
    for household in households:
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


@dataclass
class Bench:
    """A fleet that is measured. `end` is when all has to be done, on the monotonic clock."""

    root: Path
    many: Fleet
    phone: Receiver
    cards: int
    end: float
    database: psycopg.Connection[tuple[object, ...]]
    workers: list[Worker] = field(default_factory=list)
    households: int = 0
    """Those with an account on the server."""

    @property
    def pids(self) -> list[int]:
        return [worker.process.pid for worker in self.workers]

    @property
    def spent(self) -> tuple[float, float]:
        """Seconds of a processor: of the workers, and of PostgreSQL."""
        return sum(map(cpu, self.pids)), of_server(self.many.postgres.folder)

    def _asked(self, query: str) -> str:
        """What the database says, by a connection that stays: to begin one each time would take of the processors measured."""
        row = self.database.execute(query).fetchone()
        return str(row[0] if row else "")

    def start(self) -> None:
        """One more worker."""
        self.workers.append(self.many.start(usual=True))
        self.workers[-1].says("working")

    def stop(self) -> None:
        """End the workers."""
        for worker in self.workers:
            worker.process.send_signal(signal.SIGTERM)
        for worker in self.workers:
            worker.process.wait(60)
        self.workers.clear()

    def add(self, name: str, sources: str) -> None:
        """A household with one channel."""
        folder = self.many.homes.folder / name
        folder.mkdir()
        (folder / "password").write_text("x")
        (folder / "phone").write_text(self.phone.url)
        (self.many.homes.folder / f"{name}.toml").write_text(
            f'region = "JP"\ndeep_at = "off"\n{sources}[alerts.channels.phone]\nurl_file = "~/phone"\n'
        )

    def first_readings(self, households: Sequence[str], books: int) -> dict[str, float]:
        """What taking on these households costs, whose files are there, and what reading their books for the first time."""
        names = ", ".join(f"'{name}'" for name in households)
        checks = f"SELECT count(*) FROM cardwarden_fleet.work WHERE kind = 'check' AND household IN ({names})"
        ours, theirs = self.spent
        with self._planning_held():
            for worker in self.workers:
                worker.process.send_signal(signal.SIGHUP)
            taken = f"SELECT count(*) FROM cardwarden_fleet.households WHERE state = 'guarded' AND name IN ({names})"
            _until(lambda: self._asked(taken) == str(len(households)))
            _until(lambda: self._asked(f"{checks} AND is_local AND place = ''") == "0")  # who has the disk is known
            taken_on = [after - before for after, before in zip(self.spent, (ours, theirs), strict=True)]
            ours, theirs = self.spent
        self.many.sql(
            f"UPDATE cardwarden_fleet.work SET due_at = now() WHERE kind = 'check' AND household IN ({names})"
        )
        began, sources = time.monotonic(), self.many.sql(checks)
        _until(lambda: self._asked(f"{checks} AND good_at IS NOT NULL") == sources)
        took = time.monotonic() - began
        read = [after - before for after, before in zip(self.spent, (ours, theirs), strict=True)]
        return {
            "taken on: CPU ms a household": 1000 * taken_on[0] / len(households),
            "taken on: PostgreSQL ms a household": 1000 * taken_on[1] / len(households),
            "first: books a second": books / took,
            "first: CPU ms a book": 1000 * read[0] / books,
            "first: PostgreSQL ms a book": 1000 * read[1] / books,
        }

    @contextmanager
    def _planning_held(self) -> Iterator[None]:
        """Meanwhile no work is queued: somebody else has the lock of whoever plans."""
        port = str(self.many.postgres.port)
        words = ["psql", "-h", "127.0.0.1", "-p", port, "-U", "postgres", "-d", "cardwarden", "-Atq"]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as held:
            assert held.stdin
            assert held.stdout
            print(f"SELECT pg_advisory_lock({PLANNING});", file=held.stdin, flush=True)
            held.stdout.readline()
            yield
            held.stdin.close()

    def of_folders(self, prefix: str, households: int) -> dict[str, float]:
        """First readings of books that lie on this machine."""
        names = [f"{prefix}{household}" for household in range(households)]
        for household, name in enumerate(names):
            sources = ""
            for book in range(BOOKS):
                folder = self.many.homes.book(name) / str(book)
                folder.mkdir(parents=True)
                for number in range(self.cards):
                    (folder / f"{number}.vcf").write_text(card(household, book, number))
                sources += f'[sources.book{book}]\ntype = "vdir"\npath = "{folder}"\nevery = "6h"\n'
            self.add(name, sources)
        return self.first_readings(names, households * BOOKS)

    def of_server(self, households: int, url: str) -> dict[str, float]:
        """First readings of accounts on the server, until there are that many."""
        new = range(self.households, households)
        fill(self.root, new, self.cards)
        for household in new:
            self.add(
                f"h{household}",
                f'[sources.cloud]\ntype = "carddav"\nurl = "{url}h{household}/"\nusername = "h{household}"\n'
                'password_file = "~/password"\nevery = "6h"\n',
            )
        self.households = households
        return self.first_readings([f"h{household}" for household in new], len(new) * BOOKS)

    def sweeps(self) -> dict[str, float]:
        """What books cost in which nothing changed: all are due at once, again and again. What planning takes is in it."""
        costs: list[tuple[float, ...]] = []
        for _ in range(WARMING + SWEEPS):
            written, before, began = self._written, self.spent, time.monotonic()
            moment = self.many.sql(f"UPDATE cardwarden_fleet.work SET due_at = now() WHERE {ON_SERVER}; SELECT now()")
            good = f"SELECT count(*) FROM cardwarden_fleet.work WHERE {ON_SERVER} AND good_at >= '{moment}'"
            self._until_at_least(good, self.households)
            took = time.monotonic() - began
            costs.append((*(b - a for a, b in zip(before, self.spent, strict=True)), self._written - written, took))
        books = self.households * BOOKS
        ours, theirs, written, took = (median(values) / books for values in zip(*costs[WARMING:], strict=True))
        return {
            "books": books, "CPU ms a book": 1000 * ours, "PostgreSQL ms a book": 1000 * theirs,
            "bytes of log a book": written, "books a second": 1 / took,
        }  # fmt: skip

    def _until_at_least(self, query: str, number: int) -> None:
        _until(lambda: int(self._asked(query) or 0) >= number)

    @property
    def _written(self) -> int:
        return int(self.many.sql("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"))

    def changes(self, some: int) -> float:
        """Damage a contact of `some` households, while all are due; how long each takes from its check's line in the log to
        the phone: the median, in seconds."""
        self.phone.requests.clear()
        for household in range(some):
            target = path_of(self.root, household, 0) / f"{self.cards // 2}.vcf"
            target.write_text(card(household, 0, self.cards // 2, "+186080-1234-5602"))
        seen: dict[str, float] = {}
        told: dict[str, float] = {}
        logs = [worker.log.open(encoding="utf-8") for worker in self.workers]
        for log in logs:
            log.seek(0, os.SEEK_END)
        self.many.sql(f"UPDATE cardwarden_fleet.work SET due_at = now() WHERE {ON_SERVER}")
        end = time.monotonic() + _LATE
        while len(told) < some and time.monotonic() < end:
            time.sleep(0.02)
            now = time.monotonic()
            for log in logs:
                for line in log:
                    if '"events": 1' in line:
                        seen.setdefault(json.loads(line)["household"], now)
            for request in list(self.phone.requests):
                told.setdefault(str(request["message"]), now)
        for log in logs:
            log.close()
        if len(told) < some:
            return _LATE
        return median(late - early for early, late in zip(sorted(seen.values()), sorted(told.values()), strict=False))


def planning(many: Fleet, sources: int, due: int) -> float:
    """Milliseconds of CPU that a look at what is due takes, with so many sources of which that many are due; no worker runs."""
    many.sql(
        "DELETE FROM cardwarden_fleet.work; INSERT INTO cardwarden_fleet.work (household, kind, name, host, is_local, place, "
        "due_at, usual_gap, failures, deaths, slow) SELECT 'p' || n, 'check', 'cloud', 'host' || n % 100, false, '', now() + "
        f"make_interval(secs => CASE WHEN n <= {due} THEN -1 ELSE 3600 END), 900, 0, 0, false "
        f"FROM generate_series(1, {sources}) n"
    )
    ledger, looks = Ledger(many.homes.server.address), 20
    ledger.tick(4, 1, whole=True)
    ours, theirs = time.process_time(), of_server(many.postgres.folder)
    for _ in range(looks):
        assert ledger.tick(4, 1, whole=False) == bool(due)
    used = time.process_time() - ours + of_server(many.postgres.folder) - theirs
    ledger.close()
    return 1000 * used / looks


def _until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not what():
        if time.monotonic() > end:
            raise SystemExit("it never came to that")
        time.sleep(0.3)


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """All of it, for so many households."""
    end = time.monotonic() + 60 * arguments.minutes
    load = os.getloadavg()[0]
    with TemporaryDirectory(prefix="cardwarden-fleet-") as folder, running() as postgres, receiving() as phone:
        root = Path(folder)
        more = '[workers]\nformat = "json"\nchecks_per_host = 16\nrequests_per_host = 100000\n'
        (root / "dav").mkdir()
        server, port = radicale(root)
        asked = f"host=127.0.0.1 port={postgres.port} user=postgres dbname=cardwarden"
        with fleet(root / "fleet", postgres, more) as many, psycopg.connect(asked, autocommit=True) as database:
            bench = Bench(root, many, phone, arguments.cards, end, database)
            try:
                figures = _measured(bench, arguments, f"http://127.0.0.1:{port}/")
                bench.stop()
                figures["planning"] = {
                    f"{sources}, {due} due": round(planning(many, sources, due), 2) for sources, due in PLANNED
                }
            finally:
                bench.stop()
                server.kill()
                server.wait()
    return {
        "cards a book": arguments.cards, "processors": os.cpu_count(), "load before": round(load, 1),
        "minutes": round((time.monotonic() - end) / 60 + arguments.minutes, 1), **figures,
    }  # fmt: skip


def _measured(bench: Bench, arguments: argparse.Namespace, url: str) -> dict[str, Any]:
    apart = max(2, arguments.households // 10)
    bench.start()
    figures: dict[str, Any] = {"by one": bench.of_folders("one", apart)}
    bench.start()
    figures["by two"] = bench.of_folders("two", apart)
    steps = sorted({max(1, round(arguments.households * step)) for step in STEPS})
    sweeps: list[dict[str, float]] = []
    figures["sweeps"] = sweeps
    for households in steps:
        new = (households - bench.households) * BOOKS
        reads = figures["server"]["first: books a second"] if sweeps else 2.0
        needed = new * (1 / reads + 0.07) + (WARMING + SWEEPS) * households * BOOKS / 40 + 60
        if needed > bench.end - time.monotonic():
            figures["left out"] = f"{households * BOOKS} books, for want of time"
            break
        figures["server"] = firsts = bench.of_server(households, url)
        sweeps.append(bench.sweeps())
        print(json.dumps({**sweeps[-1], **firsts}), file=sys.stderr, flush=True)
        if households == arguments.households:
            figures["database MB a household"] = _database(bench) / (households + 2 * apart)
    figures["seconds to the phone"] = bench.changes(min(20, bench.households))
    figures["memory MB"] = max(memory(pid, "VmHWM") for pid in bench.pids)
    return {name: _rounded(value) for name, value in figures.items()}


def _database(bench: Bench) -> float:
    return int(bench.many.sql("SELECT pg_database_size('cardwarden')")) / 1e6


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return round(value, 2)
        case dict():
            return {key: _rounded(one) for key, one in value.items()}
        case list():
            return [_rounded(one) for one in value]
    return value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=500)
    parser.add_argument("--cards", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=40, help="what does not fit into them is left out")
    parser.add_argument("--keep", action="store_true", help="write what came out into the documents")
    arguments = parser.parse_args()
    figures = measure(arguments)
    print(json.dumps(figures, indent=2))
    if arguments.keep:
        fleet_page.RESULTS.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
        fleet_page.write()


if __name__ == "__main__":
    main()
