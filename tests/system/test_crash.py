"""kill -9 between any two steps of a check: nothing is lost, and everything is told."""

from __future__ import annotations

import json
import subprocess
import sys

from support.receiver import Receiver
from support.store import environment
from support.world import YAMADA, World

# Forks a child for the beginning and the end of each transaction of a check, lets it die there, and checks again an hour later;
# in children both, because Apprise's threads do not survive a fork.
KILLER = """
import contextlib, io, json, os, shutil, signal, sys
from datetime import timedelta
from pathlib import Path
from sqlalchemy import Engine, event
import apprise, cardwarden.wiring
from cardwarden.cli.main import run
from cardwarden.clock import SystemClock

apprise.Apprise().add("json://127.0.0.1")  # its plugins are loaded once, not in each child
config, state = sys.argv[1], Path(sys.argv[2])
saved = state.with_name("saved")
state.rename(saved)

class Later(SystemClock):
    def now(self):
        return super().now() + timedelta(hours=1)

def called(*arguments):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = run([*arguments, "--config", config])
    return code, out.getvalue()

def dying_at(step):
    left = step
    def count(*_):
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    event.listen(Engine, "begin", count)
    event.listen(Engine, "commit", count)
    called("check")
    os._exit(0)

def looking(died):
    cardwarden.wiring.SystemClock = Later
    code, _ = called("check", "--json")
    _, told = called("findings", "--all", "--json")
    print(json.dumps({"died": died, "code": code, **json.loads(told)}), flush=True)
    os._exit(0)

for step in range(1000):
    shutil.rmtree(state, ignore_errors=True)
    shutil.copytree(saved, state)
    child = os.fork() or dying_at(step)
    died = os.waitpid(child, 0)[1] == signal.SIGKILL
    os.waitpid(os.fork() or looking(died), 0)
    sys.stdin.readline()
    if not died:
        break
"""


def test_a_check_that_is_killed_before_or_after_any_transaction_loses_nothing(world: World, receiver: Receiver) -> None:
    world.phone = receiver.url
    world.more = "digest = false\n"  # the morning may come while it runs
    world.put("Yamada", *YAMADA)
    world.put("Keio", "TEL:03-1234-5603")
    world.put("Sato", "TEL:03-1234-5604")
    world.check()
    world.put("Yamada", YAMADA[0], "TEL;TYPE=CELL:+186080-1234-5602", "NOTE:x")
    world.put("Keio", "TEL:+18603-1234-5603", file="copy.vcf", uid="keio-2")
    world.put("Sato", "TEL:03-1234-5604", "NOTE:an ordinary edit")
    arguments = [sys.executable, "-c", KILLER, str(world.config), str(world.root / "state")]
    process = subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**environment(), "PHONE": receiver.url, "PYTHONWARNINGS": "ignore"},
    )
    assert process.stdout
    assert process.stdin
    steps = 0
    for line in process.stdout:
        report = json.loads(line)
        found = sorted((f["card"]["name"], f["rule"], f["state"]) for f in report["findings"])
        assert found == [
            ("Keio", "card-doubled", "open"),
            ("Sato", "value-added", "passed"),
            ("Yamada", "number-plus-added", "open"),
            ("Yamada", "value-added", "passed"),
        ]
        assert report["code"] == 1
        titles = [request["title"] for request in receiver.requests]
        assert {title.partition(":")[0] for title in titles} == {"Keio", "Yamada"}
        assert len(titles) <= 2 + report["died"]  # a kill costs at most one repeated message
        receiver.requests.clear()
        steps += report["died"]
        process.stdin.write("\n")
        process.stdin.flush()
    process.stdin.close()
    process.stdout.close()
    assert process.wait() == 0
    assert steps > 10
