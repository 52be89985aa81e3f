"""Who wrote a contact, by the activity of a server that plays Nextcloud's: it is told, shown and kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from cardwarden.actions.queries.events import event_view
from cardwarden.cli.main import run
from cardwarden.phrases.language import english
from support.fake_dav import TLS, Reply, Request
from support.fake_nextcloud import FakeNextcloud, nextcloud
from support.receiver import receiving
from support.world import World, card


class OnNextcloud(World):
    """The book "cloud" of a Nextcloud."""

    server: FakeNextcloud

    def text(self) -> str:
        channel = '[alerts.channels.phone]\nurl_env = "PHONE"\n' if self.phone else ""
        return (
            f'region = "JP"\n[store]\nurl = "sqlite:///{self.root}/state/cardwarden.db"\n'
            f'[sources.cloud]\ntype = "nextcloud"\nurl = "{self.server.root}"\nusername = "alice"\n'
            f'password_file = "{self.root}/password"\ntls_ca = "{TLS / "certificate.pem"}"\n{channel}'
        )

    def look(self) -> list[int]:
        self.clock.at = datetime.now(UTC)
        with self.program() as program:
            [done] = program.check("cloud")
            program.deliver()
        return list(done.events)

    def written(self) -> str:
        """What the page says of who wrote the one contact that is asked about."""
        [asked] = self.open()
        with self.program() as program, program.store.read() as connection:
            [shown] = event_view(connection, asked.event_id, self.clock.at, region_of=lambda _: "JP").cards
        return english(shown.written)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OnNextcloud]:
    (tmp_path / "password").write_text("secret")
    (tmp_path / "password").chmod(0o600)
    made = OnNextcloud(tmp_path)
    with nextcloud() as made.server:
        yield made


def jane(number: str, *lines: str) -> bytes:
    return card("Jane", f"TEL;TYPE=CELL:{number}", *lines, uid="jane")


def test_the_user_that_the_activity_names_is_told_shown_and_in_the_evidence(
    world: OnNextcloud, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with receiving() as phone:
        world.phone = phone.url
        world.server.put("jane", jane("186080-1234-5678"), "Alice")
        world.look()
        world.server.put("jane", jane("+186080-1234-5678"), "Bob", by_owner=False)
        [event] = world.look()
        assert world.written().startswith("Written by the user Bob at ")
        assert any("Written by the user Bob at " in " ".join(said["message"].split()) for said in phone.requests)
    capsys.readouterr()
    [asked] = world.open()
    run(["show", str(asked.id), "--config", str(world.config)])
    assert "Written by the user Bob at " in " ".join(capsys.readouterr().out.split())
    assert run(["report", str(asked.id), "--config", str(world.config), "-o", str(tmp_path / "e.zip")]) == 0
    with ZipFile(tmp_path / "e.zip") as archive:
        [name] = [one for one in archive.namelist() if one.endswith("report.json")]
        [finding] = json.loads(archive.read(name))["findings"]
    assert finding["versions"]["after"]["written_for"] == "Bob"
    assert run(["verify", "--config", str(world.config)]) == 0
    assert event == asked.event_id


def test_one_question_is_asked_of_the_activity_and_none_where_nothing_changed(world: OnNextcloud) -> None:
    world.server.put("jane", jane("03-1234-5678"), "Alice")
    world.look()
    world.server.put("jane", jane("03-1234-9999"), "Alice")
    world.server.dav.requests.clear()
    world.look()
    assert len(activity(world)) == 1
    world.server.dav.requests.clear()
    world.look()
    assert activity(world) == []


def activity(world: OnNextcloud) -> list[Request]:
    return [request for request in world.server.dav.requests if "/activity?" in request.path]


@pytest.mark.parametrize("status", [204, 304, 403, 404, 500])
def test_a_server_without_an_activity_does_not_say_and_the_book_is_guarded(world: OnNextcloud, status: int) -> None:
    world.server.silent = status
    world.server.put("jane", jane("186080-1234-5678"), "Alice")
    world.look()
    world.server.put("jane", jane("+186080-1234-5678"), "Bob")
    assert len(world.look()) == 1
    assert world.written() == "Which program wrote it is not known."


def test_an_activity_that_makes_no_sense_says_nothing(world: OnNextcloud) -> None:
    world.server.put("jane", jane("186080-1234-5678"), "Alice")
    world.look()
    world.server.put("jane", jane("+186080-1234-5678"), "Bob")
    odd: tuple[object, ...] = (None, [], [1, 2], {"1": {"card": {"id": "jane"}}}, {"1": []})
    world.server.activities = [
        {"app": "dav", "type": "contacts", "subject_rich": rich, "datetime": "soon"} for rich in odd
    ]
    world.look()
    assert world.written() == "Which program wrote it is not known."


def test_what_the_card_says_of_its_program_stands_beside_the_user(world: OnNextcloud) -> None:
    world.server.put("jane", jane("186080-1234-5678"), "Alice")
    world.look()
    world.server.put("jane", jane("+186080-1234-5678", "PRODID:-//Apple Inc.//iPhone OS 17.0//EN"), "Bob")
    world.look()
    assert world.written().startswith("Written by Apple Inc. iPhone OS 17.0 of the user Bob at ")


def test_a_server_that_says_only_when_is_told_so(world: OnNextcloud) -> None:
    world.server.silent = 404
    world.server.put("jane", jane("186080-1234-5678"), "Alice")
    world.look()
    world.server.put("jane", jane("+186080-1234-5678"), "Bob")
    at = datetime.now(UTC) + timedelta(seconds=1)
    usual, stamp = world.server.dav.member, at.strftime("%a, %d %b %Y %H:%M:%S GMT")

    def with_time(name: str, more: str = "") -> str:
        return usual(name, f"{more}<getlastmodified>{stamp}</getlastmodified>")

    def one_by_one(request: Request) -> Reply | None:
        answer = world.server.answer(request)
        if answer and request.method == "GET":
            return Reply(answer.status, answer.body, {**answer.headers, "Last-Modified": stamp})
        return answer

    world.server.dav.member = with_time  # type: ignore[method-assign]
    world.server.dav.always = one_by_one
    world.look()
    assert world.written().startswith("Written at ")
    assert world.written().endswith("the server does not say by what.")
