"""A real PostgreSQL of Debian's on loopback, in a folder of its own, for as long as a test run needs it."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.ports import free_port

_GUIDE = Path(__file__).parents[2] / "docs/how-to/workers.md"
FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
"""Where Debian keeps the server's programs, the newest first; none if it is not installed."""
_OURS = "# ours"


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    folder: Path
    port: int

    def url(self, database: str = "cardwarden", user: str = "cardwarden", *, host: str = "127.0.0.1") -> str:
        """Where a store is."""
        return f"postgresql+psycopg://{user}@{host}:{self.port}/{database}"

    def offer_tls(self, certificate: Path, key: Path) -> None:
        """Take connections by TLS from the next start on, and no others of the role "cardwarden"."""
        data = self.folder / "data"
        for file, name in ((certificate, "server.crt"), (key, "server.key")):
            shutil.copyfile(file, data / name)
            (data / name).chmod(0o600)
            if os.geteuid() == 0:
                shutil.chown(data / name, "postgres", "postgres")
        self.sql("ALTER SYSTEM SET ssl = on")
        rules = data / "pg_hba.conf"
        rules.write_text("hostnossl all cardwarden all reject\n" + rules.read_text("utf-8"), "utf-8")

    def allow(self, who: str, how: str) -> None:
        """Let a role of a database in ("all cardwarden") if it proves so who it is, and after the first time nobody else."""
        rules = self.folder / "data" / "pg_hba.conf"
        lines = [line for line in rules.read_text("utf-8").splitlines() if line.endswith(_OURS)]
        rules.write_text("".join(f"{line}\n" for line in (*lines, f"host {who} 127.0.0.1/32 {how} {_OURS}")), "utf-8")
        self.control("reload")

    def sql(self, statement: str, database: str = "postgres") -> str:
        """What psql prints for a statement, asked as the server's owner."""
        words = ["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database, "-AtXqc", statement]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()

    def control(self, *words: str) -> None:
        """pg_ctl."""
        _as_owner("pg_ctl", "-D", str(self.folder / "data"), *words)

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder} -c fsync=off -c max_connections=100"
        self.control("-w", "-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self, how: str = "fast") -> None:
        """Stop it: "fast" ends its connections, "immediate" is a crash."""
        self.control("-m", how, "stop")


@contextmanager
def running() -> Iterator[Postgres]:
    """A new server with a role and an empty database "cardwarden", made as the guide says."""
    folder = Path(tempfile.mkdtemp(prefix="cardwarden-postgresql-"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    server = Postgres(folder, free_port())
    try:
        words = ("-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        _as_owner("initdb", "-D", str(folder / "data"), *words)
        server.start()
        for statement in as_the_guide_says():
            server.sql(statement)
        yield server
    finally:
        server.control("-m", "immediate", "stop")
        shutil.rmtree(folder)


def as_the_guide_says() -> list[str]:
    """The statements by which the guide makes a role and its database."""
    lines: str
    [lines] = re.findall(r"^```sql\n(.*?)^```$", _GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return lines.splitlines()


def _as_owner(program: str, *words: str) -> None:
    """Root may not run a server, so it becomes the user that Debian made for it."""
    becoming = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*becoming, str(FOLDERS[0] / program), *words], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
