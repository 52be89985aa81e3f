"""Copies of the households' folder differ for a while: no guard ends of that, and no household that was removed comes back."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import NullPool, create_engine, text

from cardwarden.cli.main import run
from cardwarden.clock import SystemClock
from cardwarden.errors import StoreError
from cardwarden.fleet.homes import Homes
from cardwarden.fleet.ledger import Ledger
from cardwarden.fleet.worker import Worker as FleetWorker
from cardwarden.settings.households import Server
from cardwarden.setup.households import remove
from cardwarden.store.postgresql import PostgresStore, open_server
from support.fleet import Fleet, Worker, eventually

pytestmark = pytest.mark.servers

RIGHT = "TEL;TYPE=CELL:080-1234-5602"
NAMES = "SELECT string_agg(name, ' ' ORDER BY name) FROM cardwarden_fleet.households WHERE missing_at IS NULL"
SCHEMAS = "SELECT string_agg(nspname, ' ') FROM pg_namespace WHERE nspname = 'household_smith'"
BOTH_LOOKED = "SELECT count(names) = 2 FROM cardwarden_fleet.workers"
WORK = "SELECT count(*) FROM cardwarden_fleet.work WHERE household = 'smith'"


@pytest.fixture
def homes(many: Fleet) -> Fleet:
    """The households jones and smith."""
    for name in ("jones", "smith"):
        many.family(name)
        many.homes.put(name, f"Anna {name.title()}", RIGHT)
    return many


def other_machine(many: Fleet, *names: str) -> Path:
    """The settings of a machine whose copy has only these households."""
    folder = many.homes.root / "other/households"
    folder.mkdir(parents=True)
    for name in names:
        shutil.copy(many.homes.folder / f"{name}.toml", folder)
    config = folder.with_name("cardwarden.toml")
    config.write_text(many.homes.config.read_text().replace(str(many.homes.folder), str(folder)))
    return config


def checked_again(worker: Worker, name: str) -> None:
    since = len(worker.text)
    eventually(lambda: f"checked household={name}" in worker.text[since:])


def test_a_machine_that_lacks_a_household_ends_its_guard_nowhere(homes: Fleet) -> None:
    first = homes.start()
    first.says("checked household=smith")
    second = homes.start(config=other_machine(homes, "jones"))
    eventually(lambda: homes.sql(BOTH_LOOKED) == "t")
    assert homes.sql(NAMES) == "jones smith"
    checked_again(second, "jones")
    second.end()
    checked_again(first, "smith")
    assert "no household of that name" not in second.text
    assert "a bug" not in second.text


def test_what_the_ledger_lacks_is_put_back(homes: Fleet) -> None:
    worker = homes.start()
    worker.says("checked household=smith")
    homes.sql("DELETE FROM cardwarden_fleet.work WHERE household = 'smith'")
    homes.sql("DELETE FROM cardwarden_fleet.households WHERE name = 'smith'")
    eventually(lambda: homes.sql(NAMES) == "jones smith")
    checked_again(worker, "smith")


def test_a_household_that_no_machine_has_is_forgotten_and_a_folder_that_is_away_for_a_moment_is_not(
    homes: Fleet,
) -> None:
    worker = homes.start()
    worker.says("checked household=smith")
    folder = homes.homes.folder
    folder.rename(folder.with_name("away"))
    folder.mkdir()
    eventually(lambda: homes.sql(NAMES) == "")
    folder.rmdir()
    folder.with_name("away").rename(folder)
    eventually(lambda: homes.sql(NAMES) == "jones smith")
    assert "no household of that name" not in worker.text
    (folder / "smith.toml").unlink()
    worker.says("no household of that name any more household=smith")
    assert homes.sql(WORK) == "0"


def test_a_household_that_was_removed_does_not_come_back_of_a_copy_and_can_be_added_again(homes: Fleet) -> None:
    homes.start().says("checked household=smith")
    config, said = str(homes.homes.config), (homes.homes.folder / "smith.toml").read_text()
    copy = homes.start(config=other_machine(homes, "jones", "smith"))
    copy.says("watching 2 folders")
    assert run(["household", "remove", "smith", "--yes", "--config", config]) == 0
    checked_again(copy, "jones")
    since = homes.sql("SELECT now()")
    eventually(lambda: homes.sql(f"SELECT bool_and(seen_at > '{since}') FROM cardwarden_fleet.workers") == "t")
    assert (homes.sql(SCHEMAS), homes.sql(WORK)) == ("", "0")
    given = homes.homes.root / "smith.toml"
    given.write_text(said)
    assert run(["household", "add", "smith", str(given), "--config", config]) == 0
    eventually(lambda: homes.sql(NAMES) == "jones smith")


@pytest.mark.parametrize("first", ["removal", "worker"])
def test_a_removal_leaves_nothing_of_a_household_that_a_worker_is_taking_on(
    first: str, many: Fleet, tmp_path: Path
) -> None:
    many.family("smith")
    address, server, clock = many.postgres.url(), many.homes.server, SystemClock()
    begun: list[str] = []

    def take_on() -> None:
        try:
            with mine.using("smith"):
                begun.append("begun")
        except StoreError as error:
            begun.append(str(error))

    with closing(Ledger(address)) as ledger, closing(Homes(server, clock, {})) as mine, ExitStack() as held:
        ledger.prepare()
        database = held.enter_context(closing(open_server(address)))
        taking, removing = Thread(target=take_on), Thread(target=remove, args=(server, "smith", clock))
        held.callback(removing.join)
        noting = held.enter_context(create_engine(address, poolclass=NullPool).begin())
        with PostgresStore(tmp_path / "smith", database, "household_smith", False).write():
            taking.start()
            waits_for(many, 1)  # it has read the settings, and comes to begin the record
            if first == "worker":  # which it does after the removal has looked for one
                noting.execute(text("LOCK TABLE cardwarden_fleet.households IN SHARE MODE"))
            removing.start()
            waits_for(many, 2)
        taking.join()
    assert len(begun) == 1
    assert "begun" in begun if first == "worker" else "it was removed" in begun[0]
    assert (many.sql(SCHEMAS), many.sql("SELECT state FROM cardwarden_fleet.households")) == ("", "removed")


def waits_for(many: Fleet, count: int) -> None:
    """Wait until so many connections wait for others."""
    eventually(lambda: many.sql("SELECT count(*) FROM pg_locks WHERE NOT granted") == str(count))


@pytest.mark.parametrize(("left", "noted"), [("nothing", ""), ("a link to nothing", "wrong")])
def test_settings_that_go_while_they_are_read_are_not_wrong(left: str, noted: str, many: Fleet) -> None:
    file = many.homes.folder / "smith.toml"

    @dataclass(frozen=True)
    class Read(Server):
        """A folder of households in which smith was a moment ago."""

        def names(self) -> list[str]:
            return ["smith"]

    server = many.homes.server
    server = Read(server.path, server.settings, server.document, server.state, server.environ)
    if left != "nothing":
        file.symlink_to(many.homes.root / "away.toml")
    worker = FleetWorker(server, SystemClock(), {})
    with closing(worker.ledger), closing(worker.homes):
        worker.ledger.prepare()
        worker._sync()
    assert many.sql("SELECT state FROM cardwarden_fleet.households") == noted


def test_a_household_that_was_removed_is_not_told_of_as_wrong(many: Fleet) -> None:
    with closing(Ledger(many.postgres.url())) as ledger:
        ledger.prepare()
        ledger.remove("smith")
        ledger.stop("smith", "wrong")  # by a worker that was about to read settings that are gone
        assert not ledger.claim_telling("smith")
    assert many.sql("SELECT state FROM cardwarden_fleet.households") == "removed"
