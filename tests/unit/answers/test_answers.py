"""Answers to a notification that come over a secret topic of an ntfy server."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from cardwarden.actions.tokens import Grant, Verb, signer_beside
from cardwarden.alerts.topic import topic_of
from cardwarden.answers import hearing, listen
from cardwarden.answers.listen import listening
from cardwarden.errors import SettingsError
from cardwarden.wiring import Program
from support.ntfy import Ntfy, ntfy
from support.receiver import Receiver
from support.world import YAMADA, FakeClock, World

TOPIC = "s3cr3t-answers"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """This server keeps a message in the moment in which it hands it on, and nobody waits to connect again."""
    monkeypatch.setattr(hearing, "_UNTIL_KEPT", 0.02)
    monkeypatch.setattr(listen, "_SHORTEST", 0.05)


@pytest.fixture
def server() -> Iterator[Ntfy]:
    with ntfy() as up:
        yield up


@pytest.fixture
def world(tmp_path: Path, server: Ntfy) -> World:
    """A contact whose number was damaged, and a channel that takes answers."""
    world = World(tmp_path, phone="json://127.0.0.1:1/")
    read = world.text
    world.text = lambda: read().replace('url_env = "PHONE"', f'url_env = "PHONE"\nanswers_file = "{tmp_path}/answers"')  # type: ignore[method-assign]
    (tmp_path / "answers").write_text(server.address(TOPIC))
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", "TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")
    world.check()
    return world


@contextmanager
def up(world: World) -> Iterator[Program]:
    with world.program() as program, listening(lambda: program):
        yield program


def token(program: Program, verb: Verb = Verb.ACCEPT, *, event: int = 1, once: bool = True) -> str:
    grant = Grant(event, frozenset({verb}), program.clock.now() + timedelta(hours=12), once)
    return signer_beside(program.store.path).sign(grant)


def soon(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def heard(world: World, server: Ntfy) -> None:
    """Whatever was published is heard: a good answer that came after it was acted on."""
    with world.program() as program:
        last = token(program, Verb.QUIET)
    server.publish(TOPIC, last)

    def is_used() -> bool:
        with world.program() as program, program.store.read() as connection:
            row = connection.exec_driver_sql(
                "SELECT 1 FROM used_tokens WHERE digest = ?", (hashlib.sha256(last.encode()).digest(),)
            ).first()
            return row is not None

    soon(is_used)


def test_a_button_makes_it_right(world: World, server: Ntfy) -> None:
    with up(world) as program:
        server.publish(TOPIC, token(program))
        soon(lambda: not world.open())


def test_what_came_while_nobody_listened_is_done_afterwards(world: World, server: Ntfy) -> None:
    with world.program() as program:
        server.publish(TOPIC, token(program))
    assert world.open()
    with up(world):
        soon(lambda: not world.open())


def test_what_the_server_keeps_while_a_connection_is_made_is_heard(
    world: World, server: Ntfy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "_UNTIL_KEPT", 1.0)
    with up(world) as program:
        soon(lambda: server.connections == 1)
        server.keep(TOPIC, token(program))
        soon(lambda: not world.open())


def test_a_lost_connection_is_made_again_and_catches_up(world: World, server: Ntfy) -> None:
    with up(world) as program:
        soon(lambda: server.connections == 1)
        server.refusing = 1
        server.hang_up()
        server.publish(TOPIC, token(program))
        soon(lambda: not world.open())
        assert server.connections == 2


def test_a_listener_that_hears_nothing_stops_at_once(world: World, server: Ntfy) -> None:
    with up(world):
        soon(lambda: server.connections == 1)
        time.sleep(0.2)  # it waits for a line
        began = time.monotonic()
    assert time.monotonic() - began < 2
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("answers:")]


def quiet(program: Program) -> int:
    """How many findings are to be left alone for a while."""
    with program.store.read() as connection:
        found: int = connection.exec_driver_sql("SELECT count(*) FROM quiet_findings").scalar_one()
        return found


@pytest.fixture
def phone(world: World, receiver: Receiver) -> Receiver:
    """The phone that the channel reaches; what came before is not looked at."""
    world.phone = receiver.url
    receiver.requests.clear()
    return receiver


def told(phone: Receiver) -> dict[str, str]:
    """What came of an answer, as the phone gets it."""
    soon(lambda: bool(phone.requests))
    return phone.requests[-1]


def test_what_cannot_be_done_is_told_back_with_the_reason(world: World, server: Ntfy, phone: Receiver) -> None:
    read = world.text
    world.text = lambda: read().replace("answers_file", 'answers_may = ["restore"]\nanswers_file')  # type: ignore[method-assign]
    with up(world) as program:
        server.publish(TOPIC, token(program, Verb.RESTORE))
        message = told(phone)
    assert message["title"].startswith("Not done: ")
    assert "restore = true" in message["message"]
    assert len(world.open()) == 1


def test_what_the_settings_do_not_allow_is_told_back(world: World, server: Ntfy, phone: Receiver) -> None:
    with up(world) as program:
        server.publish(TOPIC, token(program, Verb.RESTORE))
        assert "do not allow that with a button" in told(phone)["message"]


def test_that_it_is_left_alone_is_told_back_with_its_end(world: World, server: Ntfy, phone: Receiver) -> None:
    with up(world) as program:
        server.publish(TOPIC, token(program, Verb.QUIET))
        message = told(phone)
    assert message["title"].startswith("Left alone: ")
    assert "Nobody is reminded of it until 2 Jan 2031" in message["message"]


def test_that_it_was_settled_already_is_told_back(world: World, server: Ntfy, phone: Receiver) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    phone.requests.clear()
    with up(world) as program:
        server.publish(TOPIC, token(program))
        assert told(phone)["title"].startswith("Settled already: ")


def test_a_forged_answer_is_told_to_nobody(world: World, server: Ntfy, phone: Receiver) -> None:
    with up(world) as program:
        good = token(program)
        server.publish(TOPIC, good[:-4] + "AAAA")
        server.publish(TOPIC, token(program, Verb.QUIET))
        told(phone)
    assert len(phone.requests) == 1


def test_an_answer_counts_once(world: World, server: Ntfy) -> None:
    with up(world) as program:
        used = token(program, Verb.QUIET)
        server.publish(TOPIC, used)
        soon(lambda: quiet(program) == 1)
        with program.store.write() as connection:
            connection.exec_driver_sql("DELETE FROM quiet_findings")
        server.publish(TOPIC, used)
        server.publish(TOPIC, token(program))
        soon(lambda: not world.open())
        assert quiet(program) == 0


@pytest.mark.parametrize("text", ["", "accept e1", "x" * 60, "../../etc/passwd", "🙂" * 40, '{"event":"message"}'])
def test_what_is_no_token_of_ours_does_nothing(world: World, server: Ntfy, text: str) -> None:
    with up(world):
        server.publish(TOPIC, text)
        heard(world, server)
    assert len(world.open()) == 1


def test_what_the_settings_do_not_allow_from_there_is_not_done(world: World, server: Ntfy) -> None:
    before = (world.book / "Yamada.vcf").read_bytes()
    with up(world) as program:
        server.publish(TOPIC, token(program, Verb.RESTORE))
        heard(world, server)
    assert (world.book / "Yamada.vcf").read_bytes() == before


def test_the_token_of_a_link_is_no_answer(world: World, server: Ntfy) -> None:
    with up(world) as program:
        server.publish(TOPIC, token(program, once=False))
        heard(world, server)
    assert len(world.open()) == 1


def test_an_answer_that_expired_does_nothing(world: World, server: Ntfy) -> None:
    with up(world) as program:
        late = token(program)
        assert isinstance(world.clock, FakeClock)
        world.clock.at += timedelta(hours=13)
        server.publish(TOPIC, late)
        heard(world, server)
    assert len(world.open()) == 1


def test_a_topic_that_only_we_may_read_is_read_with_its_password(world: World, server: Ntfy, tmp_path: Path) -> None:
    server.reader = "warden:s3cr3t"
    (tmp_path / "answers").write_text(f"ntfy://warden:s3cr3t@127.0.0.1:{server.port}/{TOPIC}")
    with up(world) as program:
        server.publish(TOPIC, token(program))
        soon(lambda: not world.open())


def test_no_log_names_the_topic(world: World, server: Ntfy, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="cardwarden")
    server.refusing = 1
    with up(world):
        soon(lambda: server.connections == 1)
        server.publish(TOPIC, "nonsense")
        heard(world, server)
    assert caplog.records
    assert TOPIC not in caplog.text


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("ntfy://topic", "https://ntfy.sh/topic"),
        ("ntfys://ntfy.sh/topic", "https://ntfy.sh/topic"),
        ("https://ntfy.example.org/topic/", "https://ntfy.example.org/topic"),
        ("ntfy://user:password@192.168.1.2:8080/topic", "http://192.168.1.2:8080/topic"),
    ],
)
def test_a_topic_is_named_as_apprise_or_a_browser_does(address: str, url: str) -> None:
    assert topic_of(address).url == url


def test_an_access_token_is_a_password_alone() -> None:
    found = topic_of("ntfys://tk_abc@ntfy.example.org/topic")
    assert (found.user, found.password) == ("", "tk_abc")
    assert "tk_abc" not in repr(found)


@pytest.mark.parametrize("address", ["", "mailto://x@y", "https://host/a/b", "https://host/", "ntfy://host/to pic"])
def test_an_address_that_is_none_is_refused_without_being_named(address: str) -> None:
    with pytest.raises(SettingsError) as error:
        topic_of(address)
    assert not address or address not in str(error.value)
