"""What a worker keeps open of its households, as counts: they hold on any machine."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cardwarden.clock import SystemClock
from cardwarden.fleet.homes import CONNECTED, OPEN, Homes
from cardwarden.wiring import Program
from support.authorities import readings
from support.fake_dav import FakeDav, Reply, serving
from support.households import Households

AUTHORITY = Path(__file__).parents[2] / "support/tls/certificate.pem"
MANY = 12


@pytest.fixture
def server() -> Iterator[FakeDav]:
    with serving(tls=True) as dav:
        yield dav


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each household's program was opened."""
    opened: Counter[str] = Counter()
    before = Homes._program

    def counted(homes: Homes, name: str) -> Program:
        opened[name] += 1
        return before(homes, name)

    monkeypatch.setattr(Homes, "_program", counted)
    return opened


@pytest.fixture
def many(tmp_path: Path) -> Households:
    households = Households(tmp_path)
    for number in range(MANY):
        households.add(f"h{number}")
    return households


def sweep(homes: Homes) -> None:
    for number in range(MANY):
        with homes.using(f"h{number}"):
            pass


def test_a_household_is_opened_once_however_often_it_has_its_turn(many: Households, made: Counter[str]) -> None:
    homes = Homes(many.server, SystemClock(), {}, opened=MANY)
    for _ in range(3):
        sweep(homes)
    homes.close()
    assert made == dict.fromkeys((f"h{number}" for number in range(MANY)), 1)


def test_hosts_that_belong_to_one_provider_have_one_budget_in_a_fleet_too(many: Households) -> None:
    homes = Homes(many.server, SystemClock(), {})
    asked = [homes._hosts.of(f"https://p{number}-contacts.icloud.com/") for number in range(2)]
    homes.close()
    assert len({id(host._budget) for host in asked}) == 1


def test_one_household_too_many_does_not_have_all_of_them_opened_anew(many: Households, made: Counter[str]) -> None:
    homes, sweeps = Homes(many.server, SystemClock(), {}, opened=MANY - 1), 20
    for _ in range(sweeps):
        sweep(homes)
        assert len(homes._homes) == MANY - 1
    homes.close()
    assert made.total() < MANY + (sweeps - 1) * MANY / 2


def test_what_is_in_use_stays_open(many: Households, made: Counter[str]) -> None:
    homes = Homes(many.server, SystemClock(), {}, opened=1)
    with homes.using("h0"):
        sweep(homes)
        sweep(homes)
        with homes.using("h0"):
            pass
    homes.close()
    assert (made["h0"], made["h1"]) == (1, 2)


def test_other_settings_make_another_program_and_the_old_one_is_closed_when_nobody_uses_it(
    many: Households, made: Counter[str]
) -> None:
    homes = Homes(many.server, SystemClock(), {})
    with homes.using("h0") as before:
        many.add("h0", 'language = "ja"\n')
        with homes.using("h0") as after:
            assert (before.settings.language, after.settings.language) == (None, "ja")
    with homes.using("h0") as again:
        assert again is after
    homes.close()
    assert made["h0"] == 2


@pytest.fixture
def online(many: Households, server: FakeDav) -> Households:
    """Each has an account at one server, by https."""
    server.always = lambda _: Reply(207, '<d:multistatus xmlns:d="DAV:"/>', {"Content-Type": "application/xml"})
    for number in range(MANY):
        secrets = many.folder / f"h{number}"
        secrets.mkdir()
        (secrets / "password").write_text("x")
        (secrets / "password").chmod(0o600)
        account = f'[sources.cloud]\ntype = "carddav"\nurl = "{server.url}h{number}/"\nusername = "h{number}"\n'
        many.add(f"h{number}", f'{account}password_file = "~/password"\ntls_ca = "{many.root / "authority.pem"}"\n')
    shutil.copy(AUTHORITY, many.root / "authority.pem")
    return many


def ask(homes: Homes) -> None:
    for number in range(MANY):
        with homes.using(f"h{number}") as program:
            source: Any = program.source("cloud")
            source.client.propfind(source.client.url, b"<x/>", depth=0)


def test_households_that_are_gone_are_closed_but_not_while_one_is_used(
    online: Households, server: FakeDav, made: Counter[str]
) -> None:
    homes = Homes(online.server, SystemClock(), {})
    ask(homes)
    assert server.connections == MANY
    with homes.using("h0") as program:
        homes.keep_only([f"h{number}" for number in range(1, MANY - 1)])
        source: Any = program.source("cloud")
        source.client.propfind(source.client.url, b"<x/>", depth=0)
        assert server.connections == MANY
    ask(homes)
    homes.close()
    assert {name for name, times in made.items() if times == 2} == {"h0", f"h{MANY - 1}"}
    assert server.connections == MANY + 2


def test_few_connections_stay_open_and_programs_know_what_they_knew(
    online: Households, server: FakeDav, made: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = readings(monkeypatch)
    homes = Homes(online.server, SystemClock(), {}, connected=3)
    ask(homes)
    assert len(homes._idle) == 3
    with homes.using("h0") as first, homes.using(f"h{MANY - 1}") as last:
        connections = server.connections
        for program, of_it in ((last, 0), (first, 1)):
            source: Any = program.source("cloud")
            source.client.propfind(source.client.url, b"<x/>", depth=0)
            assert server.connections == connections + of_it
    ask(homes)
    homes.close()
    assert made.total() == MANY
    assert len(read) == 1


def test_there_is_room_for_the_households_of_a_fleet_and_for_their_connections() -> None:
    assert OPEN >= 1_000  # twice those of the goal (docs/explanation/fleet.md): 23 kB each
    assert CONNECTED <= 200  # descriptors are needed for answers that are heard, for PostgreSQL and for what is at work
