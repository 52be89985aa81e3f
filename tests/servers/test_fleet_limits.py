"""Workers heed what a server allows a household, and what is put off has its turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
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


def test_checks_that_are_put_off_wait_until_they_are_allowed_and_the_deep_one_comes_first(many: Fleet) -> None:
    clock = SystemClock()
    homes, ledger = Homes(many.homes.server, clock, {}), Ledger(many.homes.server.address)
    with closing(homes), closing(ledger):
        ledger.prepare()
        with homes.using("smith") as program:
            ledger.want("smith", "", list(wanted(program, clock.now())), anew=False, ears=False)
        performer = Performer(homes, ledger, clock)
        for key in (CHECK, DEEP, CHECK):
            many.sql(f"UPDATE cardwarden_fleet.work SET queued_at = now(), due_at = NULL WHERE kind = '{key.kind}'")
            assert performer.perform(key, 1)
    assert clock.now() + timedelta(hours=11) < due(many, DEEP) < due(many, CHECK) < clock.now() + timedelta(hours=13)
