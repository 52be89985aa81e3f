"""What is wrong with one household of a fleet keeps no other one from being taken on, and the operator sees it."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from support.fleet import Fleet, Worker, eventually, fleet
from support.ports import free_port
from support.postgresql import Postgres

pytestmark = pytest.mark.servers

RIGHT = "TEL;TYPE=CELL:080-1234-5602"
STATES = "SELECT string_agg(name || ' ' || state, ', ' ORDER BY name) FROM cardwarden_fleet.households"


def goes_on(worker: Worker, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Wait until smith's book was looked at three times more: each second, as settings are."""

    def looks() -> int:
        meanwhile()
        return worker.text.count("checked household=smith")

    before = looks()
    eventually(lambda: looks() >= before + 3)


def test_a_household_whose_schema_holds_something_else_keeps_no_other_from_being_taken_on(many: Fleet) -> None:
    many.sql("CREATE SCHEMA household_adams AUTHORIZATION cardwarden")
    many.sql("CREATE TABLE household_adams.foreign_table (number int)")
    many.sql("ALTER TABLE household_adams.foreign_table OWNER TO cardwarden")
    for name in ("adams", "smith"):
        many.family(name)
        many.homes.put(name, f"Anna {name.title()}", RIGHT)
    worker = many.start()
    worker.says("checked household=smith")
    assert many.sql(STATES) == "adams failing, smith guarded"
    many.family("young")
    many.homes.put("young", "Bert Young", RIGHT)
    worker.says("checked household=young")  # two more looks at the settings, at the least
    assert worker.text.count("its settings are not taken on") == 1
    many.sql("DROP SCHEMA household_adams CASCADE")
    worker.says("checked household=adams")
    eventually(lambda: many.sql(STATES) == "adams guarded, smith guarded, young guarded")


def test_settings_that_cannot_be_read_keep_no_other_from_being_taken_on(many: Fleet) -> None:
    many.homes.folder.joinpath("adams.toml").mkdir()
    many.family("smith")
    many.homes.put("smith", "Anna Smith", RIGHT)
    many.start().says("checked household=smith")
    assert many.sql(STATES) == "adams wrong, smith guarded"


def test_what_is_wrong_with_settings_is_logged_once_and_again_once_it_is_something_else(many: Fleet) -> None:
    wrong = "its settings are wrong, so it is not guarded"
    file = many.homes.folder / "adams.toml"
    many.family("smith")
    many.homes.put("smith", "Anna Smith", RIGHT)
    worker = many.start()
    for count, text in enumerate(("regoin = 5\n", 'languag = "en"\n'), start=1):
        file.write_text(text, "utf-8")
        worker.says(text.partition(" ")[0])
        goes_on(worker)
        assert worker.text.count(wrong) == count


def test_folders_of_a_household_that_is_gone_or_paused_are_watched_no_more(many: Fleet) -> None:
    for name in ("adams", "smith", "young"):
        many.family(name)
        many.homes.put(name, f"Anna {name.title()}", RIGHT)
    worker = many.start()
    worker.says("watching 3 folders")
    since = len(worker.text)
    many.homes.folder.joinpath("adams.toml").unlink()
    many.homes.folder.joinpath("young.server").write_text("paused = true\n")
    eventually(lambda: "watching 1 folder" in worker.text[since:])


def test_a_worker_is_not_ready_while_one_of_its_jobs_cannot_use_the_database_though_others_can(
    tmp_path: Path, postgres: Postgres
) -> None:
    listen = f"127.0.0.1:{free_port()}"

    def ready() -> str:
        try:
            with urllib.request.urlopen(f"http://{listen}/readyz", timeout=10) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            return error.read().decode()

    with fleet(tmp_path, postgres, f'[workers]\nlisten = "{listen}"\n') as many:
        many.family("smith")
        many.homes.put("smith", "Anna Smith", RIGHT)
        worker = many.start()
        worker.says("checked household=smith")
        eventually(lambda: ready() == "ok\n")
        many.sql("ALTER TABLE cardwarden_fleet.workers RENAME running TO gone")  # only the sign of life writes it
        eventually(lambda: ready() != "ok\n")
        answers = set[str]()
        goes_on(worker, lambda: answers.add(ready()))
        assert len(answers) == 1
        assert answers.pop().startswith("the sign of life: ")
        assert worker.text.count("the sign of life: ") == 1
        many.sql("ALTER TABLE cardwarden_fleet.workers RENAME gone TO running")
        eventually(lambda: ready() == "ok\n")
