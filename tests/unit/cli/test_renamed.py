"""A source that got another name, or is guarded no more: wherever its owner looks, what is guarded now is said, and no more."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from cardwarden.actions.queries.overview import overview
from cardwarden.actions.rename import rename
from cardwarden.service.metrics import metrics
from cardwarden.service.mqtt import Places, Teller
from cardwarden.store import books as book_store
from cardwarden.web.pages import gaps
from support.command import Command
from support.receiver import Receiver
from support.world import YAMADA, World

OLD, NEW = "oldbook", "newbook"


@pytest.fixture
def named(world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> World:
    """A book with a damaged card under a source's old name."""
    world.phone = receiver.url
    monkeypatch.setenv("PHONE", receiver.url)
    text = world.text
    world.text = lambda: text().replace("[sources.family]", f"[sources.{OLD}]")  # type: ignore[method-assign]
    return world


def rename_in_settings(world: World, receiver: Receiver) -> None:
    text = world.text
    world.text = lambda: text().replace(f"[sources.{OLD}]", f"[sources.{NEW}]")  # type: ignore[method-assign]


def seen(world: World, command: Command) -> dict[str, str]:
    """What every face shows, as text."""
    with world.program() as program:
        with program.store.read() as connection:
            view = overview(program.store, connection, gaps(program), [], world.clock.at)
            books = [repr(book) for book in book_store.statuses(connection)]
        teller = Teller(SimpleNamespace(), Places.of(program.settings.mqtt, None))  # type: ignore[arg-type]
        messages = {topic: text for topic, text in teller.messages(program).items() if text}
        return {
            "status": command("status").out,
            "status --json": command("status", "--json").out,
            "findings": command("findings", "--all", "--json").out,
            "show": command("show", "e2", "--json").out,
            "doctor": command("doctor").out,
            "page": repr(view),
            "metrics": metrics(program).decode(),
            "broker": json.dumps(messages),
            "books": "\n".join(books),
        }


def damage(world: World, command: Command) -> None:
    world.put("Yamada", *YAMADA)
    world.put("Sato", "TEL:03-1234-5699")
    command("check")
    world.put("Yamada", YAMADA[0], "TEL;TYPE=CELL:+186080-1234-5602")
    command("check")


def test_a_renamed_source_is_called_by_its_new_name_only_everywhere(
    named: World, receiver: Receiver, command: Command
) -> None:
    damage(named, command)
    rename_in_settings(named, receiver)
    assert command("check").code == 3
    assert "is known under another name" in receiver.requests[-1]["title"]
    assert command("source", "rename", OLD, NEW).code == 0
    assert command("check").code == 1
    for face, text in seen(named, command).items():
        for line in text.splitlines():
            assert OLD not in line or "was known as" in line, (face, line)
    clear = receiver.requests[-1]
    assert clear["title"].startswith("All clear: ")
    assert f"Address book: {NEW}" in clear["message"]
    assert "never read" not in command("status").out
    assert command("verify").code == 0


def test_it_can_be_renamed_again_and_back(named: World, receiver: Receiver, command: Command) -> None:
    damage(named, command)
    rename_in_settings(named, receiver)
    command("check")
    for old, new in ((OLD, NEW), (NEW, OLD), (OLD, "third"), ("third", NEW)):
        with named.program() as program:
            rename(program.store, old, new, program.clock)
            with program.store.read() as connection:
                assert {book.source for book in book_store.statuses(connection)} == {new}
        assert [found.source for found in named.open()] == [new]
    assert command("verify").code == 0
    named.put("Yamada", *YAMADA)
    assert command("check").code == 0


def test_the_old_name_is_free_for_another_book(named: World, receiver: Receiver, command: Command) -> None:
    damage(named, command)
    rename_in_settings(named, receiver)
    command("check")
    command("source", "rename", OLD, NEW)
    (named.root / "other").mkdir()
    named.more = f'[sources.{OLD}]\ntype = "vdir"\npath = "{named.root}/other"\n'
    named.more = named.more.replace(OLD, "OLD")
    text = named.text
    named.text = lambda: text().replace("[sources.OLD]", f"[sources.{OLD}]")  # type: ignore[method-assign]
    assert {book["outcome"] for book in command("check", "--json").json["books"]} == {"clean", "findings"}
    assert command("verify").code == 0


def test_a_source_that_is_guarded_no_more_is_named_only_for_what_is_open_in_it(
    named: World, receiver: Receiver, command: Command
) -> None:
    damage(named, command)
    named.book.rename(named.root / "gone")
    command("check")  # it cannot be read
    (named.root / "other").mkdir()
    named.text = lambda: (  # type: ignore[method-assign]
        f'[store]\nurl = "sqlite:///{named.root}/state/cardwarden.db"\n'
        f'[sources.{NEW}]\ntype = "vdir"\npath = "{named.root}/other"\n'
    )
    command("check")
    shown = seen(named, command)
    for face in ("status --json", "page", "metrics", "broker"):
        assert OLD not in shown[face], face
    assert f"{OLD} is not in the configuration any more; 1 finding of it is open still." in shown["status"]
    assert "read." not in shown["status"]
