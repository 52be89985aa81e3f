"""Workers as processes of their own, on a server whose households lie in a real PostgreSQL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from support import daemon
from support.households import Households
from support.postgresql import Postgres

PATIENCE = (
    90.0  # seconds that several processes at once may need on a busy machine; nothing is said of how long it takes
)


def eventually(what: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait until something is so. Raises AssertionError where it never is."""
    daemon.eventually(what, patience)


@dataclass
class Worker:
    """A running worker; `log` is where its standard error goes."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def text(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def says(self, text: str) -> None:
        """Wait until the log holds a text."""
        eventually(lambda: text in self.text)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and give the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@dataclass
class Fleet:
    """Households in a PostgreSQL, and the workers that were started for them."""

    homes: Households
    postgres: Postgres
    workers: list[Worker] = field(default_factory=list)

    def family(self, name: str, phone: str = "", more: str = "", *, every: str = "1s", restore: bool = False) -> None:
        """A household with one book, that is looked at `every` so often, and one channel if `phone` is its address."""
        if phone:
            secrets = self.homes.folder / name
            secrets.mkdir(exist_ok=True)
            (secrets / "phone-url").write_text(phone)
            more += '\n[alerts.channels.phone]\nurl_file = "~/phone-url"\n'
        off = "" if "deep_at" in more else 'deep_at = "off"\n'
        self.homes.add(name, off + more, every=every)
        if restore:
            file = self.homes.folder / f"{name}.toml"
            file.write_text(file.read_text("utf-8") + "restore = true\n", "utf-8")

    def start(
        self, *options: str, first: str = "", usual: bool = False, code: Path | None = None, config: Path | None = None
    ) -> Worker:
        """One more worker, which imports the module `first` before all others, and the program from the folder `code`.

        `config`: another machine's copy of the server's settings.

        `usual`: the command with its own pace, and these `options`. Else it looks at everything more often.
        """
        log = self.homes.root / f"worker-{len(self.workers)}.log"
        folders = os.pathsep.join([str(code), *sys.path] if code else sys.path)
        variables = {"PATH": os.environ["PATH"], "PYTHONPATH": folders, "HOME": str(self.homes.root)}
        with log.open("ab") as out:
            module = "cardwarden.__main__" if usual else "support.hasty"
            said = f"import {first or 'sys'}; from {module} import main; main()"
            command = [sys.executable, "-c", said, "worker", *options, "--config", str(config or self.homes.config)]
            process = subprocess.Popen(command, stderr=out, env=variables)
        worker = Worker(process, log)
        self.workers.append(worker)
        return worker

    def asked(self, statement: str) -> str:
        """What the database says; "" while it is away."""
        try:
            return self.sql(statement)
        except subprocess.CalledProcessError:
            return ""

    def sql(self, statement: str) -> str:
        """What the database says."""
        return self.postgres.sql(statement, "cardwarden")


@contextmanager
def fleet(root: Path, postgres: Postgres, more: str = "") -> Iterator[Fleet]:
    """A server in `postgres`, without households yet; its workers are killed and its schemas dropped at the end."""
    made = Fleet(Households(root, more=more, store=f'url = "{postgres.url()}"'), postgres)
    try:
        yield made
    finally:
        for worker in made.workers:
            worker.kill()
        schemas = made.sql(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'household%' OR nspname LIKE 'cardwarden_%'"
        )
        for schema in schemas.split():
            made.sql(f'DROP SCHEMA "{schema}" CASCADE')
