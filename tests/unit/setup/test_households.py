"""Households are added, let be, and taken out, and none of that touches another."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cardwarden.actions.queries.documents import DOCUMENTS
from cardwarden.actions.queries.documents.setup import HouseholdsDocument
from cardwarden.actions.verify import verify_store
from cardwarden.cli.main import run
from cardwarden.clock import SystemClock
from cardwarden.errors import RefusedError, SettingsError, UsageError
from cardwarden.service.only import the_only_daemon
from cardwarden.settings.households import SQLITE, Notes
from cardwarden.setup.households import add, missing_secrets, move, note, remove
from cardwarden.store.engine import open_store
from support.command import Ran
from support.contract import kind_of
from support.households import Households
from support.store import url
from support.world import FakeClock

PLUS = "TEL;TYPE=CELL:+186080-1234-5602"
Call = Callable[..., Ran]


@pytest.fixture
def homes(tmp_path: Path) -> Households:
    """A server whose one household, jones, was checked and has something open."""
    homes = Households(tmp_path)
    homes.add("jones")
    homes.put("jones", "Bert Jones", PLUS)
    assert run(["check", "--config", str(homes.config), "--household", "jones"]) == 1
    return homes


@pytest.fixture
def call(homes: Households, capsys: pytest.CaptureFixture[str]) -> Call:
    def called(*words: str) -> Ran:
        capsys.readouterr()
        code = run([*words, "--config", str(homes.config)])
        return Ran(code, *capsys.readouterr())

    return called


def files(homes: Households) -> dict[str, bytes]:
    """All that is kept of jones."""
    places = (homes.folder, homes.state)
    found = [path for place in places for path in place.rglob("*jones*") if path.is_file()]
    return {str(path): path.read_bytes() for path in found if not path.name.endswith(("-wal", "-shm", ".lock"))}


def smith(homes: Households, more: str = "") -> str:
    homes.book("smith").mkdir(parents=True, exist_ok=True)
    homes.put("smith", "Anna Smith", PLUS)
    return homes.text("smith", more)


def test_what_is_added_is_guarded_and_for_nobody_else_to_read(homes: Households, call: Call, tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text(smith(homes), "utf-8")
    ran = call("household", "add", "smith", str(tmp_path / "new.toml"))
    assert (ran.code, "cardwarden check --household smith" in ran.out) == (0, True)
    assert (homes.folder / "smith.toml").read_text("utf-8") == smith(homes)
    assert (homes.folder / "smith.toml").stat().st_mode & 0o777 == 0o600
    assert (homes.folder / "smith").stat().st_mode & 0o777 == 0o700
    assert call("check", "--household", "smith").code == 1


def test_settings_come_from_standard_input_too(homes: Households, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(smith(homes).encode())))
    assert call("household", "add", "smith", "-").code == 0
    assert (homes.folder / "smith.toml").exists()


def test_secrets_that_are_not_there_yet_are_named(homes: Households) -> None:
    settings = add(homes.server, "smith", smith(homes, '[alerts.channels.phone]\nurl_file = "~/url"'))
    assert list(missing_secrets(settings)) == [homes.folder / "smith/url"]
    (homes.folder / "smith/url").write_text("json://127.0.0.1:9")
    assert list(missing_secrets(settings)) == []


@pytest.mark.parametrize("more", ["nonsense = 1", '[store]\nurl = "sqlite:////srv/other.db"', "[broken"])
def test_nothing_is_written_of_settings_that_are_wrong(more: str, homes: Households) -> None:
    with pytest.raises(SettingsError):
        add(homes.server, "smith", smith(homes, more))
    assert sorted(path.name for path in homes.folder.iterdir()) == ["jones.toml"]


def test_one_that_is_there_is_not_written_over(homes: Households) -> None:
    before = files(homes)
    with pytest.raises(RefusedError, match="already"):
        add(homes.server, "jones", smith(homes))
    assert files(homes) == before


def test_they_are_listed_with_how_they_stand(homes: Households, call: Call) -> None:
    add(homes.server, "smith", smith(homes))
    add(homes.server, "adams", homes.text("adams"))
    homes.add("wrong", "nonsense = 1")
    call("household", "pause", "adams")
    with the_only_daemon(homes.server.record("jones"), SystemClock()):
        printed = call("household", "list", "--json").out
    assert kind_of(printed, DOCUMENTS["household list"]) is HouseholdsDocument
    listed = {one["household"]: one for one in json.loads(printed)["households"]}
    assert {name: one["state"] for name, one in listed.items()} == {
        "adams": "paused", "jones": "guarded", "smith": "stopped", "wrong": "wrong",
    }  # fmt: skip
    assert listed["jones"]["record"] == str(homes.state / "jones/household_jones")
    assert listed["wrong"]["problems"] == ["nonsense: there is no such key"]
    shown = call("household", "list").out
    assert "Bert" not in printed + shown
    assert "nonsense: there is no such key" in shown


def test_what_is_paused_is_neither_read_nor_told_until_it_goes_on(homes: Households, call: Call) -> None:
    assert call("household", "pause", "jones").code == 0
    homes.put("jones", "New Jones", PLUS)
    ran = call("check", "--household", "jones")
    assert ran.code == 7
    assert "cardwarden household pause --end jones\n" in ran.err
    assert "Bert Jones" in call("findings", "--household", "jones").out
    assert "was paused already" in call("household", "pause", "jones").out
    call("household", "pause", "jones", "--end")
    assert call("check", "--household", "jones").code == 1
    assert list(homes.folder.glob("*.server")) == []


@pytest.mark.parametrize(
    "words", [["pause", "wilson"], ["move", "wilson", "--to", "sqlite"], ["remove", "wilson", "--yes"]]
)
def test_one_that_is_not_there_is_told(words: list[str], homes: Households, call: Call) -> None:
    ran = call("household", *words)
    assert (ran.code, 'no household "wilson"' in ran.err) == (2, True)
    assert not (homes.state / "wilson").exists()


def test_a_household_is_removed_with_all_that_was_kept_of_it(homes: Households, call: Call) -> None:
    kept = files(homes)
    add(homes.server, "smith", smith(homes))
    (homes.folder / "smith/url").write_text("a secret")
    call("check", "--household", "smith")
    assert call("household", "remove", "smith", "--yes").code == 0
    assert sorted(path.name for path in homes.folder.iterdir()) == ["jones.toml"]
    assert [path.name for path in homes.state.iterdir()] == ["jones"]
    assert files(homes) == kept
    assert homes.book("smith").joinpath("Anna Smith.vcf").exists()  # the family's own


def test_it_is_asked_before_anything_is_removed(homes: Households, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(homes)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    ran = call("household", "remove", "jones")
    assert (ran.code, "Nothing was removed." in ran.err) == (7, True)
    assert files(homes) == before


def test_a_kept_history_is_not_given_to_a_stranger_of_that_name(homes: Households, call: Call) -> None:
    assert call("household", "remove", "jones", "--keep-history", "--yes").code == 0
    assert not (homes.folder / "jones.toml").exists()
    [listed] = json.loads(call("household", "list", "--json").out)["households"]
    assert (listed["household"], listed["state"]) == ("jones", "removed")
    with pytest.raises(RefusedError, match="--with-history"):
        add(homes.server, "jones", homes.text("jones"))
    add(homes.server, "jones", homes.text("jones"), with_history=True)
    assert "Bert Jones" in call("findings", "--household", "jones").out
    assert call("check", "--household", "jones").code == 1


def test_a_history_that_was_not_kept_cannot_go_on(homes: Households) -> None:
    with pytest.raises(RefusedError, match="No history"):
        add(homes.server, "smith", smith(homes), with_history=True)
    assert not (homes.folder / "smith.toml").exists()


def test_a_history_is_handed_out_before_it_is_removed(homes: Households, call: Call, tmp_path: Path) -> None:
    ran = call("household", "remove", "jones", "--export", str(tmp_path / "jones.db"), "--yes")
    assert ran.code == 0
    assert (tmp_path / "jones.db").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["books", "etc", "jones.db", "state"]
    assert list(homes.state.iterdir()) == []
    home = tmp_path / "home.toml"
    home.write_text(homes.text("jones") + f'[store]\nurl = "{url(tmp_path / "jones.db")}"\n', "utf-8")
    store = open_store(url(tmp_path / "jones.db"))
    head = verify_store(store).head
    store.close()
    assert f"Proof {head[:12]}" in ran.out
    assert run(["show", "e1", "--config", str(home)]) == 0


def test_nothing_is_removed_if_the_history_cannot_be_handed_out(homes: Households, call: Call, tmp_path: Path) -> None:
    (tmp_path / "there.db").write_text("something")
    before = files(homes)
    for place, code in ((tmp_path / "there.db", 7), (tmp_path / "nowhere/jones.db", 5)):
        if code == 5:
            place.parent.write_text("a file")
        assert call("household", "remove", "jones", "--export", str(place), "--yes").code == code
        assert files(homes) == before
    assert (tmp_path / "there.db").read_text() == "something"


def test_what_a_daemon_guards_is_neither_moved_nor_removed(homes: Households) -> None:
    server, clock = homes.server, FakeClock()
    before = files(homes)
    with the_only_daemon(server.record("jones"), clock):
        with pytest.raises(RefusedError, match="daemon"):
            remove(server, "jones", clock)
        with pytest.raises(RefusedError, match="daemon"):
            move(server, "jones", "postgresql+psycopg://a@127.0.0.1:9/b", clock)
    assert files(homes) == before


def test_what_is_where_it_is_to_be_stays(homes: Households) -> None:
    before = files(homes)
    assert move(homes.server, "jones", SQLITE, SystemClock()) is None
    assert files(homes) == before


@pytest.mark.parametrize(
    "address", ["mysql://x/y", "sqlite:////srv/x.db", "postgresql://x/y", "postgresql+psycopg://u:secret@h/d"]
)
def test_an_address_that_is_none_is_told_without_a_password(address: str, homes: Households) -> None:
    with pytest.raises(UsageError, match="--to") as refused:
        move(homes.server, "jones", address, SystemClock())
    assert "secret" not in str(refused.value)


def test_a_move_that_fails_leaves_it_where_it_was(homes: Households, call: Call) -> None:
    before = files(homes)
    assert call("household", "move", "jones", "--to", "postgresql+psycopg://a@127.0.0.1:9/b").code == 5
    assert files(homes) == before
    assert call("findings", "--household", "jones").code == 0


def test_what_is_noted_comes_back(homes: Households) -> None:
    for notes in (Notes(), Notes(paused=True), Notes(url=SQLITE, was="postgresql+psycopg://a@b/c", paused=True)):
        note(homes.server, "jones", notes)
        assert homes.server.notes("jones") == notes


def test_what_is_noted_wrongly_is_told(homes: Households, call: Call) -> None:
    (homes.folder / "jones.server").write_text("paused = 3\nmore = 1\n")
    ran = call("check", "--household", "jones")
    assert ran.code == 4
    assert "jones.server has" in ran.err


def test_a_command_of_the_server_takes_no_other_household(homes: Households, call: Call) -> None:
    ran = call("household", "list", "--household", "jones")
    assert (ran.code, "Leave out: --household" in ran.err) == (2, True)


def test_a_home_has_no_households_to_add(tmp_path: Path) -> None:
    home = tmp_path / "home.toml"
    home.write_text('[sources.family]\ntype = "vdir"\npath = "/srv/contacts"\n', "utf-8")
    assert run(["household", "list", "--config", str(home)]) == 2
