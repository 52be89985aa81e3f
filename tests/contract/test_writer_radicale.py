"""Who wrote a contact, by the access log of a real Radicale: it is told, shown, kept, and counts in the judgement."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
import requests

from cardwarden.actions.queries.events import event_view
from cardwarden.cli.main import run
from cardwarden.detect.finding import Severity, Urgency
from cardwarden.phrases.language import english
from contract.on_carddav import CardDavShelf
from support.dav_servers import PASSWORD, USER, DavServer, radicale
from support.world import World, card


class OnRadicale(World):
    """The book "cloud" of a server on this machine, whose log may be read."""

    server: DavServer

    def text(self) -> str:
        return (
            f'region = "JP"\n[store]\nurl = "sqlite:///{self.root}/state/cardwarden.db"\n'
            f'[sources.cloud]\ntype = "carddav"\nurl = "{self.server.book}"\nusername = "{USER}"\n'
            f'password_file = "{self.root}/password"\naccess_log = "{self.root}/log"\n'
        )

    def look(self) -> list[int]:
        """Check now, in the time of the server's clock."""
        self.clock.at = datetime.now(UTC)
        with self.program() as program:
            [done] = program.check("cloud")
        return list(done.events)


def written(world: OnRadicale, agent: str, number: str, minute: int) -> None:
    """A program writes Jane's card, as the owner's own does: with its PRODID and a newer REV."""
    shelf = CardDavShelf.__new__(CardDavShelf)
    shelf.server, shelf.http = world.server, requests.Session()
    shelf.http.auth = (USER, PASSWORD)
    shelf.http.headers["User-Agent"] = agent
    revision = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)).strftime("%Y%m%dT%H%M%SZ")
    shelf.put("jane", card("Jane", f"TEL;TYPE=CELL:{number}", "PRODID:-//App//EN", f"REV:{revision}"))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "password").chmod(0o600)
    return OnRadicale(tmp_path)


def test_the_program_that_wrote_is_told_and_one_that_never_wrote_here_is_urgent(
    world: OnRadicale, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with radicale(tmp_path) as world.server:
        written(world, "DAVx5/4.3 (okhttp) Android/14", "03-1234-5678", 1)
        world.look()
        written(world, "DAVx5/4.4 (okhttp) Android/15", "03-1234-9999", 2)
        world.look()
        [asked] = world.open()
        assert (asked.finding.severity, asked.finding.urgency) == (Severity.WARNING, Urgency.ASKED)
        run(["accept", str(asked.id), "--config", str(world.config)])
        written(world, "EvilSync/1.0", "03-1234-7777", 3)
        world.look()
        [urgent] = world.open()
        assert (urgent.finding.severity, urgent.finding.urgency) == (Severity.CRITICAL, Urgency.UNKNOWN_PROGRAM)
        with world.program() as program, program.store.read() as connection:
            [shown] = event_view(connection, urgent.event_id, world.clock.at, region_of=lambda _: "JP").cards
        assert english(shown.written).startswith("Written by EvilSync/1.0 at ")
        capsys.readouterr()
        run(["show", str(urgent.id), "--config", str(world.config)])
        assert "Written by EvilSync/1.0 at " in " ".join(capsys.readouterr().out.split())
        assert run(["report", str(urgent.id), "--config", str(world.config), "-o", str(tmp_path / "e.zip")]) == 0
        with ZipFile(tmp_path / "e.zip") as archive:
            [name] = [one for one in archive.namelist() if one.endswith("report.json")]
            [finding] = json.loads(archive.read(name))["findings"]
        assert finding["versions"]["after"]["written_by"] == "EvilSync/1.0"
        assert run(["verify", "--config", str(world.config)]) == 0


def test_a_write_from_before_the_last_look_is_not_blamed_for_a_later_change(
    world: OnRadicale, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with radicale(tmp_path) as world.server:
        written(world, "DAVx5/4.3", "03-1234-5678", 1)
        world.look()
        file = tmp_path / "collections/collection-root/alice/contacts/jane.vcf"
        file.write_text(file.read_text("utf-8").replace("5678", "9999"), "utf-8")  # past the server and its log
        world.clock.at = datetime.now(UTC) + timedelta(minutes=10)
        with world.program() as program:
            program.check("cloud")
        world.clock.at += timedelta(minutes=10)
        file.write_text(file.read_text("utf-8").replace("9999", "7777"), "utf-8")
        with world.program() as program:
            program.check("cloud")
        [found] = world.open()
        run(["show", str(found.id), "--config", str(world.config)])
        assert "DAVx5" not in capsys.readouterr().out
