"""The whole way of a button: a message with it comes to a phone, it is pressed there, and it is done."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cardwarden.answers.listen import listening
from cardwarden.replies import let_be
from support.ntfy import Ntfy, ntfy, press
from support.page import page_of
from support.receiver import receiving
from support.world import YAMADA, World

DAMAGED = ("TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")


@pytest.fixture
def server() -> Iterator[Ntfy]:
    with ntfy() as up:
        yield up


def home(root: Path, phone: str, more: str = "", channel: str = "", *, restore: bool = True) -> World:
    world = World(root, phone=phone, more=more)
    read = world.text

    def text() -> str:
        settings = read().replace('url_env = "PHONE"', f'url_env = "PHONE"\n{channel}')
        return settings.replace('type = "vdir"', 'type = "vdir"\nrestore = true') if restore else settings

    world.text = text  # type: ignore[method-assign]
    world.put("Yamada", *YAMADA)
    world.check()
    return world


def damage(world: World) -> None:
    world.put("Yamada", *DAMAGED)
    world.check()


def until(is_so: object) -> None:
    deadline = time.monotonic() + 15
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_button_pressed_on_the_phone_puts_it_back_over_the_topic(tmp_path: Path, server: Ntfy) -> None:
    channel = f'answers_file = "{tmp_path}/answers"\nanswers_may = ["accept", "restore"]\nlanguage = "ja"'
    (tmp_path / "answers").write_text(server.address("secret-answers"))
    world = home(tmp_path, server.address("phone"), channel=channel)
    damage(world)
    [message] = server.of("phone")
    assert [action["label"] for action in message["actions"]] == ["これで正しい", "元に戻す"]
    with world.program() as program, listening(lambda: program):
        press(message, "元に戻す")
        until(lambda: not world.open())
    assert b":186080-1234-5602" in (world.book / "Yamada.vcf").read_bytes()
    with world.program() as program:
        program.deliver()
    assert len(server.of("phone")) == 2  # the all-clear


def test_a_button_pressed_on_the_phone_accepts_over_the_page(tmp_path: Path, server: Ntfy) -> None:
    with page_of(world := home(tmp_path, server.address("phone"))) as page:
        world.more = f'[web]\nurl = "{page.base}"\n'
        damage(world)
        [message] = server.of("phone")
        assert [action["label"] for action in message["actions"]] == ["That is right", "Put it back", "Open"]
        assert press(message, "That is right").status_code == 200
        assert not world.open()
        assert press(message, "That is right").status_code == 410
        assert message["click"].startswith(f"{page.base}/e/")
        assert "cardwarden show" not in message["message"]
        assert page.visitor().get(message["click"].removeprefix(page.base)).status_code == 200


def test_a_message_elsewhere_carries_the_link_as_a_line(tmp_path: Path) -> None:
    with receiving() as phone:
        world = home(tmp_path, phone.url, '[web]\nurl = "https://home.example.org/cardwarden"\n')
        damage(world)
    text = phone.requests[-1]["message"]
    assert re.search(r"https://home\.example\.org/cardwarden/e/[A-Za-z0-9_-]{40,}", text)
    assert "cardwarden show" not in text


def test_what_cannot_be_put_back_has_no_button_for_it(tmp_path: Path, server: Ntfy) -> None:
    channel = f'answers_file = "{tmp_path}/answers"\nanswers_may = ["accept", "restore"]'
    (tmp_path / "answers").write_text(server.address("secret-answers"))
    damage(home(tmp_path, server.address("phone"), channel=channel, restore=False))
    [message] = server.of("phone")
    assert [action["label"] for action in message["actions"]] == ["That is right"]


def test_a_book_that_cannot_be_read_is_no_question_and_has_no_buttons(tmp_path: Path, server: Ntfy) -> None:
    channel = f'answers_file = "{tmp_path}/answers"\nanswers_may = ["accept", "restore"]'
    (tmp_path / "answers").write_text(server.address("secret-answers"))
    world = home(tmp_path, server.address("phone"), channel=channel)
    world.book.rename(tmp_path / "away")
    for _ in range(3):
        world.clock.at += timedelta(hours=12)
        world.check()
    told = server.of("phone")
    assert [(message["title"], message.get("actions")) for message in told] == [("Cannot read family", None)]


def test_an_alert_goes_out_where_its_way_back_is_broken(tmp_path: Path, server: Ntfy) -> None:
    world = home(tmp_path, server.address("phone"), channel=f'answers_file = "{tmp_path}/missing"')
    damage(world)
    [message] = server.of("phone")
    assert not message.get("actions")


def test_nobody_is_reminded_of_what_was_let_be_until_its_time_is_over(tmp_path: Path) -> None:
    with receiving() as phone:
        world = home(tmp_path, phone.url)
        damage(world)
        with world.program() as program:
            let_be(program, [one.id for one in world.open()], timedelta(days=3), "somebody")
        count = len(phone.requests)
        world.clock.at += timedelta(days=2)
        world.check()
        assert len(phone.requests) == count
        world.clock.at += timedelta(days=2)
        world.check()
        assert len(phone.requests) == count + 1


def test_what_was_not_let_be_of_an_event_is_told_of_still_and_what_changes_again_too(tmp_path: Path) -> None:
    with receiving() as phone:
        world = home(tmp_path, phone.url)
        damage(world)
        [first] = world.open()
        with world.program() as program:
            let_be(program, [first.id], timedelta(days=9), "somebody")
        world.put("Keio", "TEL;TYPE=WORK:+18603-1234-5603")
        world.check()
        count = len(phone.requests)
        world.clock.at += timedelta(days=2)
        world.check()
        assert "Keio" in str(phone.requests[count:])
        assert "Yamada" not in str(phone.requests[count:])
        count = len(phone.requests)
        world.put("Yamada", "TEL;TYPE=CELL:+186080-9999-0000", file="Yamada.vcf")
        world.check()
        assert "Yamada" in str(phone.requests[count:])
        world.clock.at += timedelta(days=2)
        world.check()
        assert "Yamada" in phone.requests[-1]["message"]
