"""Whoever asks how a household of a server stands hears of the workers that guard it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cardwarden.actions.queries.documents.status import StatusDocument
from cardwarden.cli.main import run
from cardwarden.clock import SystemClock
from cardwarden.fleet.ledger import Ledger
from cardwarden.service import heartbeat
from cardwarden.service.heartbeat import Heartbeat
from cardwarden.service.only import the_only_daemon
from cardwarden.setup.front import front_of
from cardwarden.web.front import front
from cardwarden.web.password import password_beside
from cardwarden.web.server import listener, serving_app
from support.contract import kind_of
from support.fleet import Fleet, eventually, fleet
from support.page import PASSWORD, Visitor, keep_password, text_of
from support.postgresql import Postgres

pytestmark = pytest.mark.servers

RIGHT = "TEL;TYPE=CELL:080-1234-5602"
NO_WORKER = "No worker runs, and no daemon either: nothing is guarded between your own checks."
Asked = Callable[..., str]


@pytest.fixture
def many(many: Fleet) -> Fleet:
    many.family("smith", every="1m")
    many.homes.put("smith", "Anna Smith", RIGHT)
    return many


@pytest.fixture
def asked(many: Fleet, capsys: pytest.CaptureFixture[str]) -> Asked:
    """What a command says."""

    def call(*words: str) -> str:
        capsys.readouterr()
        run([*words, "--config", str(many.homes.config)])
        ran = capsys.readouterr()
        assert ran.out, ran.err
        return ran.out

    return call


def of_smith(asked: Asked) -> dict[str, Any]:
    said = asked("status", "--household", "smith", "--json")
    assert kind_of(said, (StatusDocument,)) is StatusDocument
    document: dict[str, Any] = json.loads(said)
    return document


def state_of(asked: Asked, name: str) -> str:
    """The line of `household list` that is a household's."""
    return next(line for line in asked("household", "list").splitlines() if line.startswith(name))


def test_without_workers_it_is_said_that_none_runs(asked: Asked) -> None:
    assert asked("status", "--household", "smith").startswith(f"{NO_WORKER}\n")
    assert of_smith(asked)["workers"] == {"running": 0, "state": "new"}
    assert "no worker" in state_of(asked, "smith")
    assert NO_WORKER in asked("doctor", "--household", "smith")


def test_workers_that_guard_are_counted_until_they_end(many: Fleet, asked: Asked) -> None:
    worker = many.start()
    worker.says("checked household=smith")
    eventually(lambda: asked("status", "--household", "smith").startswith("1 worker guards it.\n"))
    document = of_smith(asked)
    assert document["workers"] == {"running": 1, "state": "guarded"}
    assert document["daemon"]["running"] is False
    eventually(lambda: of_smith(asked)["sources"][0]["next_check"] is not None)
    assert " guarded " in state_of(asked, "smith")
    told = asked("doctor", "--household", "smith")
    assert "1 worker guards it." in told
    assert "The daemon" not in told
    assert asked("healthcheck", "--household", "smith") == "1 worker guards it.\n"
    many.start().says("working")
    eventually(lambda: asked("status", "--household", "smith").startswith("2 workers guard it.\n"))
    ledger = Ledger(many.homes.server.address)
    assert [row.standing for row in ledger.overview().households] == ["guarded"]
    for each in many.workers:
        assert each.end() == 0
    assert [row.standing for row in ledger.overview().households] == ["stopped-worker"]
    ledger.close()
    assert asked("status", "--household", "smith").startswith(f"{NO_WORKER}\n")
    assert of_smith(asked)["workers"] == {"running": 0, "state": "guarded"}
    assert of_smith(asked)["sources"][0]["next_check"] is None
    assert "no worker" in state_of(asked, "smith")
    assert asked("healthcheck", "--household", "smith") == f"{NO_WORKER}\n"


def test_one_that_is_paused_or_that_no_worker_has_seen_is_not_called_guarded(many: Fleet, asked: Asked) -> None:
    many.start().says("checked household=smith")
    asked("household", "pause", "smith")
    assert asked("status", "--household", "smith").startswith("It is paused: nothing is read and nothing is sent.\n")
    assert of_smith(asked)["workers"]["state"] == "paused"
    eventually(lambda: many.sql("SELECT state FROM cardwarden_fleet.households") == "paused")
    many.sql("UPDATE cardwarden_fleet.households SET state = 'wrong'")
    many.workers[0].kill()
    asked("household", "pause", "smith", "--end")
    many.sql("UPDATE cardwarden_fleet.workers SET seen_at = now() + interval '1 hour'")
    assert asked("status", "--household", "smith").startswith("The workers cannot use its settings: ")
    many.sql("DELETE FROM cardwarden_fleet.households")
    assert asked("status", "--household", "smith").startswith("No worker has taken it on yet.\n")
    doctor = asked("doctor", "--household", "smith")
    assert "Workers run, but none guards it. No worker has taken it on yet.\n" in doctor


def test_one_whose_record_is_elsewhere_has_a_daemon_or_none(many: Fleet, asked: Asked) -> None:
    many.start().says("checked household=smith")
    many.family("jones")
    asked("household", "pause", "jones")
    many.homes.folder.joinpath("jones.server").write_text('url = "sqlite"\n', "utf-8")
    assert asked("status", "--household", "jones").startswith("The daemon does not run.\n")
    assert of_smith(asked)["workers"] is not None
    assert json.loads(asked("status", "--household", "jones", "--json"))["workers"] is None
    assert "no daemon" in state_of(asked, "jones")


def test_its_own_daemon_is_told_of_first(many: Fleet, asked: Asked) -> None:
    many.start().says("checked household=smith")
    record = many.homes.server.record("smith")
    with the_only_daemon(record, SystemClock()):
        beat = Heartbeat(1, SystemClock().now().isoformat(), SystemClock().monotonic(), 10.0)
        heartbeat.write(heartbeat.life_beside(record), beat)
        assert asked("status", "--household", "smith").startswith("The daemon runs (process 1)")
        assert asked("healthcheck", "--household", "smith") == "The daemon runs.\n"


def test_a_database_that_is_away_is_not_taken_for_workers_that_are(many: Fleet, asked: Asked) -> None:
    asked("check", "--household", "smith")
    many.postgres.stop()
    try:
        assert " not known " in state_of(asked, "smith")
        assert "Whether workers guard it cannot be told: " in asked("doctor", "--household", "smith")
    finally:
        many.postgres.start()


def test_the_page_of_a_household_tells_of_them_too(postgres: Postgres, tmp_path: Path) -> None:
    at = listener("127.0.0.1:0")
    base = f"http://127.0.0.1:{at.getsockname()[1]}"
    with fleet(tmp_path, postgres, f'[web]\nurl = "{base}"\n') as many:
        many.family("smith", every="1m")
        many.homes.put("smith", "Anna Smith", RIGHT)
        assert run(["check", "--config", str(many.homes.config), "--household", "smith"]) == 0
        keep_password(password_beside(many.homes.server.record("smith")), PASSWORD)
        with front_of(many.homes.server, SystemClock(), {}) as desk, serving_app(front(desk), at):
            visitor = Visitor(f"{base}/smith")
            assert visitor.post("/sign-in", {"password": PASSWORD}, Origin=base).status_code == 303
            assert NO_WORKER in text_of(visitor.get("/").text)
            many.start().says("working")
            eventually(lambda: NO_WORKER not in text_of(visitor.get("/").text))
            eventually(lambda: "No worker has" not in text_of(visitor.get("/").text))
            assert "daemon" not in text_of(visitor.get("/").text)
