"""Ten months of a daemon's life in minutes: damage, edits, kills, full disks, and a receiver that is down a third of them.

`make soak` lives longer, in smaller steps: CARDWARDEN_SOAK_MONTHS and CARDWARDEN_SOAK_MINUTES.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from support.simulated import Plan, token

MONTHS = int(os.environ.get("CARDWARDEN_SOAK_MONTHS", "10"))
MINUTES = int(os.environ.get("CARDWARDEN_SOAK_MINUTES", "720"))
SEED = int(os.environ.get("CARDWARDEN_SOAK_SEED", "1"))
PLAN = Plan(MONTHS * 30 * 24 * 60 // MINUTES, MINUTES, SEED)


@contextmanager
def receiver(folder: Path) -> Iterator[tuple[int, list[dict[str, str]]]]:
    """A receiver whose outages follow the simulated clock; gives its port and what it took."""
    taken: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            is_down = PLAN.is_down(int((folder / "step").read_text()))
            if not is_down:
                taken.append(said)
            self.send_response(503 if is_down else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1], taken
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def lives(folder: Path, port: int) -> int:
    """Live to the end, killed now and then in the first two thirds; gives how often."""
    kills = 0
    draw = random.Random(SEED)
    command = [sys.executable, "-m", "support.simulated", str(folder), *map(str, (PLAN.steps, PLAN.minutes, PLAN.seed))]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PHONE": f"json://127.0.0.1:{port}/"}
    while not (folder / "done").exists():
        with (folder / "log").open("ab") as log, subprocess.Popen(command, env=environ, stderr=log) as process:
            step = int((folder / "step").read_text()) if (folder / "step").exists() else 0
            # At a step's moment, not after some time: a slow machine is killed as often as a fast one.
            last = step + draw.randrange(10, max(11, PLAN.steps // 8))
            while process.poll() is None:
                now = int((folder / "step").read_text()) if (folder / "step").exists() else 0
                if last <= now < PLAN.steps * 2 // 3:
                    time.sleep(draw.random() / 50)
                    process.kill()
                    kills += 1
                    break
                time.sleep(0.005)
            process.wait()
            assert process.returncode in {0, -9}, (folder / "log").read_text()[-3000:]
    return kills


def told_among_many(database: sqlite3.Connection) -> set[str]:
    """The ends of the numbers that a message counted and did not show: of more than three alike it shows three."""
    sent = (
        "SELECT substr(json_extract(findings.after, '$'), -5) FROM findings JOIN events ON events.id = findings.event_id"
        " JOIN outbox ON outbox.event_id = events.id WHERE events.count > 3 AND outbox.state = 'sent'"
    )
    return {number for (number,) in database.execute(sent)}


def test_ten_months_lose_nothing_and_grow_nothing(tmp_path: Path) -> None:
    (tmp_path / "contacts").mkdir()
    (tmp_path / "cardwarden.toml").write_text(
        f'region = "JP"\ntimezone = "UTC"\n[store]\nurl = "sqlite:///{tmp_path}/state/cardwarden.db"\n'
        f'[sources.family]\ntype = "vdir"\npath = "{tmp_path}/contacts"\n'
        '[alerts]\nlimit = 1000\n[alerts.channels.phone]\nurl_env = "PHONE"\n'
    )
    with receiver(tmp_path) as (port, taken):
        kills = lives(tmp_path, port)
    (tmp_path / "taken").write_text("\n".join(map(json.dumps, taken)))
    damaged = {token(step) for step in range(PLAN.steps) if PLAN.damaged(step) is not None}
    notified = Counter(number for number in damaged for said in taken if f"+18608{number}" in said["message"])
    assert damaged
    with sqlite3.connect(tmp_path / "state/cardwarden.db") as database:
        assert damaged - notified.keys() <= told_among_many(database)
    database.close()
    assert notified.total() - len(damaged) <= kills
    titles = [said["title"] for said in taken]
    assert sum(title.startswith("Still open") for title in titles) <= MONTHS * 31
    assert not any("Cannot read" in title for title in titles)
    with sqlite3.connect(tmp_path / "state/cardwarden.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("SELECT count(*) FROM findings WHERE state = 'open'").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM outbox WHERE state = 'dead'").fetchone() == (0,)
    database.close()
    sizes = [json.loads(line) for line in (tmp_path / "sizes").read_text().splitlines()]
    last = [size for size in sizes if size["pid"] == sizes[-1]["pid"]][1:]
    assert last[-1]["threads"] == last[0]["threads"]
    assert last[-1]["fds"] <= last[0]["fds"] + 2
    assert last[-1]["rss"] - last[0]["rss"] < 8_000_000
