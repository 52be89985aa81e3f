"""Whatever a server does that never ends, what waits for it does."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from weakref import ref

import pytest

from cardwarden.alerts.channel import Channel, UndeliveredError
from cardwarden.alerts.message import trial_message
from cardwarden.alerts.sending import send
from cardwarden.carddav import form, hosts, sign_in
from cardwarden.carddav.auth import Login
from cardwarden.carddav.client import Client
from cardwarden.carddav.deadline import Deadline
from cardwarden.carddav.discovery import find_books
from cardwarden.carddav.failure import DavError
from cardwarden.carddav.hosts import ATTENDED, Hosts
from cardwarden.carddav.login_flow import LoginFlow
from cardwarden.carddav.sign_in import AccessTokens, OAuthClient, SignIn
from cardwarden.cli.main import run
from cardwarden.clock import SystemClock
from cardwarden.phrases.language import english
from cardwarden.service import ping
from cardwarden.sources.jmap import JmapAccount
from support.daemon import eventually
from support.endless import ENDLESS, endless
from support.words import ENGLISH

IMPATIENT = replace(ATTENDED, pauses=(0.0,), answer=0.6, noticed=0.2, repeated=0.3)
PATIENCE = 15.0  # seconds: what ends at all ends long before, also on a busy machine


def client(url: str) -> Client:
    clock = SystemClock()
    return Client(url, Login("anna", lambda: "x"), clock, hosts=Hosts(clock, IMPATIENT, lambda _: None))


def tokens(url: str) -> AccessTokens:
    kept = SignIn(OAuthClient("id", "secret", url, url.replace("http:", "https:", 1)), "refresh")
    return AccessTokens(kept.written, lambda _: None, "anna")


STEPS: dict[str, Callable[[str], object]] = {
    "a search for address books": lambda url: find_books(client(url), url),
    "a JMAP session": lambda url: JmapAccount("anna", client(url), ["*"]).books(),
    "a login in a browser": LoginFlow.begin,
    "an access token": lambda url: tokens(url)(),
    "a message": lambda url: send(
        Channel("phone", lambda: url.replace("http", "json", 1)), trial_message(ENGLISH), IMPATIENT.answer
    ),
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "ATTENDED", IMPATIENT)
    monkeypatch.setattr(form, "_SECONDS", IMPATIENT.answer)
    monkeypatch.setattr(sign_in, "_SECONDS", IMPATIENT.answer)


@pytest.mark.parametrize("kind", ENDLESS)
@pytest.mark.parametrize("step", STEPS)
def test_every_step_at_a_server_that_never_ends_does(step: str, kind: str) -> None:
    began = time.monotonic()
    with endless(kind, 0.1) as url, pytest.raises((DavError, UndeliveredError)):
        STEPS[step](url)
    assert time.monotonic() - began < PATIENCE


@pytest.mark.parametrize("kind", ENDLESS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_ping_at_a_server_that_never_ends_does(
    scheme: str, kind: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ping, "_PATIENCE", IMPATIENT.answer)
    began = time.monotonic()
    with endless(kind, 0.1) as url:
        ping.Ping(lambda: url.replace("http", scheme, 1)).say(ping.Call.START)
    assert time.monotonic() - began < PATIENCE
    is_heard = scheme == "http" and " body" in kind  # that there is an answer is all that is wanted
    assert [record.name for record in caplog.records].count(ping.__name__) == (not is_heard)


@pytest.mark.parametrize("kind", ENDLESS)
@pytest.mark.parametrize("asked", [("--type", "jmap"), ("--type", "carddav"), ("--type", "nextcloud", "--sign-in")])
def test_init_at_a_server_that_never_ends_says_so_and_writes_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    asked: tuple[str, ...],
    kind: str,
) -> None:
    monkeypatch.setenv("SECRET", "x")
    monkeypatch.setenv("HOME", str(tmp_path))
    secret = () if "--sign-in" in asked else ("--username", "anna", "--password-env", "SECRET")
    began = time.monotonic()
    with endless(kind, 0.1) as url:
        code = run(
            ["init", "--for", "user", "--yes", "--region", "JP", "--book", url, "--channel", "none", *asked, *secret]
        )
    assert time.monotonic() - began < PATIENCE
    said = capsys.readouterr()
    assert (code != 0, "127.0.0.1" in said.err or "--sign-in" in said.err) == (True, True), said
    assert not (tmp_path / ".config").exists()


def test_whoever_waits_is_told_for_what() -> None:
    said: list[str] = []
    clock = SystemClock()
    known = Hosts(clock, IMPATIENT, lambda phrase: said.append(english(phrase)))
    with endless("says nothing") as url, pytest.raises(DavError):
        Client(url, None, clock, hosts=known).get(url)
    assert said == ["Still waiting for the answer of 127.0.0.1, for at most 1 second in all."]


def test_requests_share_a_thread_that_minds_their_deadlines() -> None:
    from support.fake_dav import card, serving

    begun: list[str] = []
    start = threading.Thread.start

    def noted(thread: threading.Thread) -> None:
        begun.append(thread.name)
        start(thread)

    with serving() as server, pytest.MonkeyPatch.context() as patch:
        server.put("1.vcf", card("1"))
        one = Client(server.url, Login("alice", lambda: "secret"), SystemClock())
        one.get(f"{server.url}1.vcf")
        patch.setattr(threading.Thread, "start", noted)
        for _ in range(20):
            one.get(f"{server.url}1.vcf")
    assert [name for name in begun if name.startswith("deadline")] == []


def test_whoever_is_slow_to_be_told_holds_up_no_deadline() -> None:
    told, enough = threading.Event(), threading.Event()

    def tell() -> None:
        told.set()
        enough.wait(PATIENCE)

    began = time.monotonic()
    with Deadline(0.3, tell, 0.1) as one, Deadline(0.2) as other:
        while not (one.is_over and other.is_over) and time.monotonic() - began < PATIENCE:
            time.sleep(0.01)
        assert (one.is_over, other.is_over, told.is_set()) == (True, True, True)
    enough.set()


def test_a_deadline_that_comes_before_those_that_are_minded_is_kept() -> None:
    began = time.monotonic()
    with Deadline(1000.0, lambda: None, 500.0), Deadline(0.05) as soon:
        while not soon.is_over and time.monotonic() - began < PATIENCE:
            time.sleep(0.01)
        assert soon.is_over


def test_a_deadline_that_is_over_is_not_kept_by_what_minds_them() -> None:
    told = threading.Event()
    with Deadline(1000.0, told.set, 0.0) as deadline:
        assert told.wait(PATIENCE)
    left = ref(deadline)
    del deadline
    eventually(lambda: left() is None)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_child_of_this_process_has_deadlines_of_its_own() -> None:
    with Deadline(1000.0):
        child = os.fork()
        if not child:
            try:
                with Deadline(0.05) as soon:
                    for _ in range(int(PATIENCE / 0.01)):
                        if soon.is_over:
                            os._exit(0)
                        time.sleep(0.01)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_an_answer_that_comes_in_time_is_whole_on_a_connection_that_was_there() -> None:
    from support.fake_dav import card, serving

    with serving() as server:
        for number in range(3):
            server.put(f"{number}.vcf", card(f"Name {number}"))
        one = Client(server.url, Login("alice", lambda: "secret"), SystemClock())
        for _ in range(2):
            assert len(find_books(one, server.url)) == 1
