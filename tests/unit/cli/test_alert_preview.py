"""`cardwarden alert preview` shows what would arrive, and sends nothing."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from cardwarden.actions.preview import PreviewKind, preview
from cardwarden.alerts.channel import Channel
from cardwarden.alerts.reader import Privacy
from cardwarden.cli.main import command
from cardwarden.cli.main import run as typed
from cardwarden.errors import UsageError
from support.receiver import Receiver
from support.words import ENGLISH
from support.world import YAMADA, World


@pytest.fixture
def damaged(world: World) -> World:
    """A world with one event."""
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", "TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")
    world.check()
    return world


def run(world: World, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(command, ["alert", "preview", "--config", str(world.config), *arguments])
    return done.exit_code, done.output


def test_it_shows_the_message_in_a_language_and_writes_its_page(damaged: World) -> None:
    page = damaged.root / "page.html"
    status, said = run(damaged, "e1", "--language", "ja", "--html", str(page))
    assert status == 0
    assert "Yamada：番号に「+」が付きました" in said
    assert "186080-1234-5602" in said
    assert '<html lang="ja">' in page.read_text("utf-8")
    assert page.stat().st_mode & 0o777 == 0o600
    nowhere = str(damaged.root / "nowhere/page.html")
    assert typed(["alert", "preview", "e1", "--html", nowhere, "--config", str(damaged.config)]) == 2


@pytest.mark.parametrize("kind", PreviewKind)
def test_every_kind_can_be_looked_at(kind: PreviewKind, damaged: World) -> None:
    channel = Channel("phone", str, privacy=Privacy.MASKED)
    with damaged.program() as program:
        message = preview(program.store, channel, program.policy, kind, None, program.clock)
    assert message.title
    assert message.proof
    assert "186080-1234-5602" not in channel.page_of(message)


def test_nothing_is_sent_and_nothing_noted(damaged: World, receiver: Receiver) -> None:
    damaged.phone = receiver.url
    assert run(damaged, "e1", "--channel", "phone")[0] == 0
    assert receiver.requests == []
    with damaged.program() as program:
        assert program.deliver().waiting == 0


def test_what_is_not_there_is_said(damaged: World) -> None:
    channel = Channel("phone", str)
    with damaged.program() as program, pytest.raises(UsageError) as caught:
        preview(program.store, channel, program.policy, PreviewKind.EVENT, 99, program.clock)
    assert "There is no such event" in caught.value.sentence(ENGLISH)
