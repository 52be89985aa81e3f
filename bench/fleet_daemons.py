"""What households on SQLite cost, each guarded by a daemon of its own: so many on one machine, two books on a real Radicale each.

.venv/bin/python bench/fleet_daemons.py 20    of 20 households: memory and processor time of each daemon, five minutes
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "daemon"), str(ROOT / "tests")]

from fleet import cpu, fill, memory, radicale  # noqa: E402

from support.households import Households  # noqa: E402

_CARDS, _QUIET, _WATCHED = 200, 30.0, 240.0  # seconds


def shared(pid: int) -> float:
    """MB of a process's memory, of what several share its part (`Pss`)."""
    [line] = [line for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:")]
    return int(line.split()[1]) / 1000


def measure(root: Path, households: int) -> None:
    """Prints what a daemon takes that looks at its account once a minute."""
    (root / "dav").mkdir()
    fill(root, range(households), _CARDS)
    server, port = radicale(root)
    homes = Households(root / "homes")
    daemons: list[subprocess.Popen[bytes]] = []
    try:
        for household in range(households):
            name = f"h{household}"
            (homes.folder / name).mkdir()
            (homes.folder / name / "password").write_text("x")
            (homes.folder / f"{name}.toml").write_text(
                'region = "JP"\ndeep_at = "off"\n[sources.cloud]\ntype = "carddav"\nevery = "1m"\n'
                f'url = "http://127.0.0.1:{port}/{name}/"\nusername = "{name}"\npassword_file = "~/password"\n'
            )
        for household in range(households):
            words = ["run", "--config", str(homes.config), "--household", f"h{household}"]
            environ = {**os.environ, "PYTHONPATH": str(ROOT / "daemon")}
            command = [sys.executable, "-m", "cardwarden", *words]
            with (root / f"log{household}").open("wb") as log:
                daemons.append(subprocess.Popen(command, env=environ, stderr=log))
        while not all(
            (root / f"log{household}").read_text().count(f"cards={_CARDS}") >= 2 for household in range(households)
        ):
            time.sleep(1)
            if any(process.poll() is not None for process in daemons):
                raise SystemExit("a daemon has ended")
        time.sleep(_QUIET)
        pids = [process.pid for process in daemons]
        before = sum(map(cpu, pids))
        time.sleep(_WATCHED)
        used = (sum(map(cpu, pids)) - before) / households
        resident, own = (sum(map(size, pids)) / households for size in (memory, shared))
        print(
            f"{households} households: {resident:.0f} MB resident each, {own:.0f} if what they share is parted; "
            f"{1000 * used / (_WATCHED / 60):.0f} ms of a processor a minute each, with one look at two books in it"
        )
    finally:
        for process in daemons:
            process.terminate()
        for process in daemons:
            process.wait()
        server.kill()
        server.wait()


if __name__ == "__main__":
    with TemporaryDirectory(prefix="cardwarden-daemons-") as folder:
        measure(Path(folder), int(sys.argv[1]))
