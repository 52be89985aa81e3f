"""Workers on a real PostgreSQL: what is due is done once, by whoever lives, and no household is another's trouble."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.daemon import eventually
from support.fleet import Fleet, fleet
from support.postgresql import Postgres, running
from support.receiver import receiving

pytestmark = pytest.mark.servers

PLUS = "TEL;TYPE=CELL:+186080-1234-5602"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running() as server:
        yield server


@pytest.fixture
def many(postgres: Postgres, tmp_path: Path) -> Iterator[Fleet]:
    with fleet(tmp_path, postgres) as made:
        yield made


def test_a_household_is_guarded_and_its_phone_told(many: Fleet) -> None:
    with receiving() as phone:
        many.family("smith", phone.url)
        many.homes.put("smith", "Anna Smith", "TEL;TYPE=CELL:080-1234-5602")
        worker = many.start()
        worker.says("checked")
        many.homes.put("smith", "Anna Smith", PLUS)
        began = time.monotonic()
        eventually(lambda: bool(phone.requests))
        assert time.monotonic() - began < 10
        assert worker.end() == 0
    assert "Traceback" not in worker.text


def test_the_work_of_a_worker_that_is_killed_is_taken_over(many: Fleet) -> None:
    with receiving() as phone:
        many.family("smith", phone.url)
        many.homes.put("smith", "Anna Smith", "TEL;TYPE=CELL:080-1234-5602")
        first = many.start()
        first.says("checked")
        with phone.hanging():
            many.homes.put("smith", "Anna Smith", PLUS)
            eventually(lambda: phone.taken == 1)
            first.kill()  # in the middle of a delivery
        second = many.start()
        began = time.monotonic()
        while len(phone.requests) < 2:
            assert time.monotonic() - began < 120, second.text
            time.sleep(0.2)
    assert "again" in str(phone.requests[1]) or phone.requests[1]["title"] == phone.requests[0]["title"]


def test_no_work_is_lost_when_the_database_is_started_again_and_connections_are_cut(many: Fleet) -> None:
    with receiving() as phone:
        many.family("smith", phone.url)
        many.homes.put("smith", "Anna Smith", "TEL;TYPE=CELL:080-1234-5602")
        worker = many.start()
        worker.says("checked")
        for how in ("fast", "immediate"):
            many.postgres.stop(how)
            time.sleep(1)
            many.postgres.start()
        many.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cardwarden'")
        many.homes.put("smith", "Anna Smith", PLUS)
        began = time.monotonic()
        while not phone.requests:
            assert time.monotonic() - began < 120, worker.text
            time.sleep(0.2)
        assert worker.end() == 0
    assert "Traceback" not in worker.text
    assert len(phone.requests) == 1
