"""The demo's story, told to one household of fifty while workers are killed and the database is started again."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from cardwarden.cli.main import run
from cardwarden.cli.story import book as story
from cardwarden.clock import SystemClock
from cardwarden.setup.front import OPERATOR, front_of
from cardwarden.web.front import front
from cardwarden.web.password import password_beside, set_password
from cardwarden.web.server import listener, serving_app
from support.daemon import eventually
from support.fleet import Fleet, fleet
from support.postgresql import Postgres
from support.receiver import receiving

pytestmark = pytest.mark.servers

RIGHT, PLUS = "TEL;TYPE=CELL:080-1234-5602", "TEL;TYPE=CELL:+186080-1234-5602"
HOUSEHOLDS, PATIENCE = 50, 300.0
OWN, DAMAGED = 7, range(10, 20)


@contextmanager
def havoc(many: Fleet) -> Iterator[Counter[str]]:
    """A worker is killed every few seconds and another one started; now and then the database is started again."""
    stop, done = threading.Event(), Counter[str]()
    dice = random.Random(15)

    def go_on() -> None:
        while not stop.wait(4):
            alive = [worker for worker in many.workers if worker.process.poll() is None]
            dice.choice(alive).kill()
            newest = many.start()
            done["killed"] += 1
            while "checked" not in newest.text and not stop.wait(0.5):
                pass  # a busy machine takes long to start one, and nothing would be done between two kills
            if done["killed"] % 5 == 3:
                many.postgres.stop(dice.choice(["fast", "immediate"]))
                many.postgres.start()
                done["restarts"] += 1

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join()


def name(number: int) -> str:
    return f"home-{number}"


def told(sent: list[dict[str, object]], number: int) -> list[str]:
    """What the phone heard of a household's contact."""
    return [str(one["title"]) for one in sent if f"Anna Home{number}." in f"{one['title']} {one['message']}."]


def test_nothing_is_lost_and_nobody_else_is_told(postgres: Postgres, tmp_path: Path) -> None:
    at = listener("127.0.0.1:0")
    base = f"http://127.0.0.1:{at.getsockname()[1]}"
    with (
        receiving() as phone,
        receiving() as own,
        fleet(tmp_path, postgres, f'[web]\nurl = "{base}"') as many,
    ):
        for number in range(HOUSEHOLDS):
            many.family(name(number), (own if number == OWN else phone).url, every="5s", restore=True)
            many.homes.put(name(number), f"Anna Home{number}.", RIGHT)
        write(many, story.book())
        many.homes.state.mkdir()
        set_password(password_beside(many.homes.state / OPERATOR), "the operator's own word")
        many.start()
        many.start()
        checked = "SELECT count(*) FROM cardwarden_fleet.work WHERE kind = 'check' AND good_at IS NOT NULL"
        eventually(lambda: many.asked(checked) == str(HOUSEHOLDS), PATIENCE)
        with havoc(many) as done:
            for number in DAMAGED:
                many.homes.put(name(number), f"Anna Home{number}.", PLUS)
            write(many, story.first_pass(story.book()))
            eventually(lambda: all(told(phone.requests, number) for number in DAMAGED), PATIENCE)
            eventually(lambda: any("97" in str(sent["title"]) for sent in own.requests), PATIENCE)
            with front_of(many.homes.server, SystemClock(), {}) as desk, serving_app(front(desk), at):
                visitor = requests.Session()
                words = {"password": "the operator's own word"}
                assert visitor.post(f"{base}/_/sign-in", words, headers={"Origin": base}, timeout=30).status_code == 200
                shown = visitor.get(f"{base}/_/", timeout=30).text
            assert all(f">{name(number)}<" in shown for number in range(HOUSEHOLDS))
            assert "Anna" not in shown
            eventually(lambda: restored(many), PATIENCE)
            eventually(lambda: len({str(sent["title"]) for sent in own.requests}) > 1, PATIENCE)  # the all-clear
            eventually(lambda: done["restarts"] > 0, PATIENCE)  # an idle machine tells all before much of it was killed
            write(many, {key: card for key, card in story.second_pass(story.book()).items() if key not in story.book()})
            eventually(lambda: any("Keio" in str(sent) for sent in own.requests), PATIENCE)
            assert done["killed"] >= 3
        eventually(
            lambda: all(
                many.asked(open_in(n)) == ("1" if n in DAMAGED else "0") for n in range(HOUSEHOLDS) if n != OWN
            ),
            PATIENCE,
        )
        for number in range(HOUSEHOLDS):
            counted = Counter(told(phone.requests, number))
            assert set(counted) == set() or number in DAMAGED, (number, counted)
            assert all(count <= 2 for count in counted.values()), counted
        assert all(count <= 2 for count in Counter(str(sent["message"]) for sent in own.requests).values())
        assert not any("Home" in str(sent["message"]) for sent in own.requests)
        for number in (OWN, 10, 30):
            assert run(["verify", "--config", str(many.homes.config), "--household", name(number)]) == 0
        began = time.monotonic()
        for worker in many.workers:
            if worker.process.poll() is None:
                assert worker.end() == 0
        assert time.monotonic() - began < 60


def write(many: Fleet, files: dict[str, str]) -> None:
    """Into the book of the household that the story is told to."""
    for file, text in files.items():
        (many.homes.book(name(OWN)) / file).write_text(text, "utf-8", newline="")


def restored(many: Fleet) -> bool:
    """Whether the household's own repair went through; a worker may have the book at this moment.

    The first event is not always e1: a recording that was interrupted has used up its number (PostgreSQL's sequences).
    """
    event = many.asked(f'SELECT min(id) FROM "household_{name(OWN)}".events')
    words = ["restore", f"e{event}", "--yes", "--config", str(many.homes.config), "--household", name(OWN)]
    return bool(event) and run(words) == 0


def open_in(number: int) -> str:
    return f"SELECT count(*) FROM \"household_{name(number)}\".findings WHERE state = 'open'"
