"""Workers heed what a server allows a household, and what is put off has its turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cardwarden.clock import SystemClock
from cardwarden.fleet.homes import Homes
from cardwarden.fleet.ledger import Ledger
from cardwarden.fleet.perform import Performer
from cardwarden.fleet.wishes import wanted
from cardwarden.fleet.work import Key, WorkKind
from support.fleet import Fleet, fleet
from support.postgresql import Postgres

pytestmark = pytest.mark.servers

FAILING = "UPDATE cardwarden_fleet.work SET failures = 3, good_at = now() - interval '1 day' WHERE kind = 'check'"
STANDS = "SELECT failures, good_at < now() - interval '23 hours' FROM cardwarden_fleet.work WHERE kind = 'check'"
CHECK, DEEP = (Key("smith", kind, "family") for kind in (WorkKind.CHECK, WorkKind.DEEP))


@pytest.fixture
def many(postgres: Postgres, tmp_path: Path) -> Iterator[Fleet]:
    with fleet(tmp_path, postgres, "[limits]\nchecks_a_day = 2\n") as made:
        made.family("smith", more='deep_at = "03:00"\n')
        made.homes.put("smith", "Anna", "TEL;TYPE=CELL:080-1234-5602")
        yield made


def due(many: Fleet, key: Key) -> datetime:
    return datetime.fromisoformat(
        many.sql(f"SELECT due_at FROM cardwarden_fleet.work WHERE kind = '{key.kind}' AND household = 'smith'")
    )


@pytest.fixture
def perform(many: Fleet) -> Iterator[Callable[[Key], bool]]:
    """What does a piece of smith's work now, if its limits allow it."""
    clock = SystemClock()
    homes, ledger = Homes(many.homes.server, clock, {}), Ledger(many.homes.server.address)
    with closing(homes), closing(ledger):
        ledger.prepare()
        with homes.using("smith") as program:
            ledger.want("smith", "", list(wanted(program, clock.now())), anew=False, ears=False)
        performer = Performer(homes, ledger, clock)

        def now(key: Key) -> bool:
            where = f"kind = '{key.kind}' AND name = '{key.name}'"
            many.sql(f"UPDATE cardwarden_fleet.work SET queued_at = now(), due_at = NULL WHERE {where}")
            return performer.perform(key, 1)

        yield now


def test_checks_that_are_put_off_wait_until_they_are_allowed_and_the_deep_one_comes_first(
    many: Fleet, perform: Callable[[Key], bool]
) -> None:
    for key in (CHECK, DEEP, CHECK):
        assert perform(key)
    now = datetime.now(UTC)
    assert now + timedelta(hours=11) < due(many, DEEP) < due(many, CHECK) < now + timedelta(hours=13)


def test_a_check_that_is_put_off_leaves_it_as_it_was_that_the_source_fails(
    many: Fleet, perform: Callable[[Key], bool]
) -> None:
    assert perform(CHECK)
    many.sql(FAILING)
    assert perform(CHECK)  # put off: another one is allowed in half a day
    assert many.sql(STANDS) == "3|t"


def test_a_deep_check_is_a_check_of_the_source(many: Fleet, perform: Callable[[Key], bool]) -> None:
    many.sql(FAILING)
    assert perform(DEEP)
    assert perform(CHECK)
    assert many.sql(STANDS) == "0|f"


def test_a_check_of_a_household_that_is_paused_or_of_a_source_that_is_gone_is_no_good_one(
    many: Fleet, perform: Callable[[Key], bool]
) -> None:
    many.sql(FAILING)
    many.homes.folder.joinpath("smith.server").write_text("paused = true\n")
    assert perform(CHECK)
    assert many.sql(STANDS) == "3|t"
    many.homes.folder.joinpath("smith.server").unlink()
    file = many.homes.folder / "smith.toml"
    file.write_text(file.read_text().replace("sources.family", "sources.other"))
    assert perform(CHECK)
    assert many.sql(STANDS) == "3|t"
