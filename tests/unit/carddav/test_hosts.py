"""Hosts: what several sources know of one server together, and how long it is waited for."""

from __future__ import annotations

import threading
from base64 import b64encode
from dataclasses import replace

import pytest

from cardwarden.carddav.auth import Login
from cardwarden.carddav.client import Client, Limits
from cardwarden.carddav.failure import DavError
from cardwarden.carddav.hosts import AT_ONCE, ATTENDED, UNATTENDED, Hosts, LeftAloneError, RequestLimits
from cardwarden.phrases.language import english
from cardwarden.phrases.phrase import phrase
from cardwarden.sources.carddav import CardDav
from cardwarden.sources.carddav_options import CarddavOptions
from cardwarden.sources.presets import PROVIDERS
from cardwarden.sources.source import Known
from support.fake_dav import Reply, Request, StillClock, card, serving
from support.ports import free_port
from support.world import FakeClock

URL = "https://contacts.example.org/"


def hosts(clock: FakeClock, patience: RequestLimits = UNATTENDED) -> tuple[Hosts, list[str]]:
    said: list[str] = []
    return Hosts(clock, patience, lambda phrase: said.append(english(phrase))), said


def ask(known: Hosts, url: str = URL) -> None:
    with known.of(url).turn():
        pass


def test_the_budget_of_a_host_is_shared_and_another_host_has_its_own() -> None:
    clock = FakeClock()
    known, _ = hosts(clock, replace(UNATTENDED, burst=5, per_second=2.0))
    began = clock.monotonic()
    for _ in range(5):
        ask(known)
    assert clock.monotonic() == began
    for _ in range(20):
        ask(known)
    assert clock.monotonic() - began == pytest.approx(10, abs=0.5)
    before = clock.monotonic()
    ask(known, "https://other.example.org/")
    assert clock.monotonic() == before


def test_all_hosts_of_a_provider_share_one_budget_and_get_one_request_at_once() -> None:
    clock = FakeClock()
    known = Hosts(clock, replace(UNATTENDED, burst=5, per_second=2.0), providers=PROVIDERS)
    began = clock.monotonic()
    for number in range(25):
        ask(known, f"https://p{number}-contacts.icloud.com{'.cn' if number % 2 else ''}/")
    assert clock.monotonic() - began == pytest.approx(10, abs=0.5)
    before = clock.monotonic()
    ask(known, "https://evil-icloud.com/")
    assert clock.monotonic() == before
    with known.of("https://p1-contacts.icloud.com/").turn():
        other = threading.Thread(target=ask, args=(known, "https://p2-contacts.icloud.com/"))
        other.start()
        other.join(0.05)
        assert other.is_alive()
    other.join(5)
    assert not other.is_alive()


def test_what_a_provider_gets_of_all_sources_stays_within_its_quota() -> None:
    clock, asked = FakeClock(), list[float]()
    patience = replace(UNATTENDED, burst=10, per_second=2.0)
    with serving() as one, serving() as other:

        def note(_: Request) -> None:
            asked.append(clock.monotonic())

        known = Hosts(clock, patience, lambda _: None, providers=(("127.0.0.1",),))
        sources = [
            CardDav(f"s{number}", CarddavOptions(type="carddav", url=dav.url), lambda _: "", clock, known)
            for number, dav in enumerate((one, other, one, other))
        ]
        for dav in (one, other):
            dav.put("1.vcf", card("1"))
            dav.always = note
        for round_ in range(10):
            for source in sources:
                [book] = source.books()
                list(source.observe(book, Known({}), deep=True).bodies)
            if not round_:
                asked.clear()
    assert len(asked) == 10 * 4 * 2 - 4 * 2
    assert (
        max(
            len([at for at in asked if begun <= at <= begun + span]) - span * patience.per_second
            for begun in asked
            for span in (1, 5, 20)
        )
        <= patience.burst + 1
    )


def test_a_person_who_waits_is_not_held_back() -> None:
    clock = FakeClock()
    known, _ = hosts(clock, ATTENDED)
    began = clock.monotonic()
    for _ in range(1000):
        ask(known)
    assert clock.monotonic() == began


def test_a_host_that_wants_to_be_left_alone_is_by_every_source_and_that_is_said() -> None:
    clock = FakeClock()
    known, said = hosts(clock)
    known.of(URL).leave_alone(30)
    began = clock.monotonic()
    ask(known, URL + "other/account/")
    assert clock.monotonic() - began == 30
    assert said == ["Waiting 30 seconds: contacts.example.org asks to be left alone for so long."]


def test_what_a_run_waits_for_is_known_while_it_waits_and_not_afterwards() -> None:
    seen: list[list[str]] = []

    class Asked(FakeClock):
        def sleep(self, seconds: float) -> None:
            seen.append(
                [f"{english(wait.why)} {(wait.until - self.now()).total_seconds():.0f}" for wait in known.waits()]
            )
            super().sleep(seconds)

    known, _ = hosts(Asked())
    known.of(URL).leave_alone(30)
    known.of("https://other.example.org/").wait(1.0, phrase("waits-unanswered", host="other.example.org"))
    ask(known)
    assert seen == [[], ["contacts.example.org asks to be left alone for so long 29"]]
    assert known.waits() == []


@pytest.mark.parametrize(("patience", "asked"), [(UNATTENDED, 121), (ATTENDED, 11)])
def test_who_asks_for_more_than_there_is_patience_for_is_given_up_at_once(
    patience: RequestLimits, asked: float
) -> None:
    clock = FakeClock()
    known, _ = hosts(clock, patience)
    known.of(URL).leave_alone(asked)
    began = clock.monotonic()
    with pytest.raises(LeftAloneError, match="asks to be left alone for"):
        ask(known)
    assert clock.monotonic() == began
    clock.sleep(asked)
    ask(known)


def test_no_more_than_some_requests_are_under_way_at_once() -> None:
    known, _ = hosts(FakeClock())
    inside = [known.of(URL).turn() for _ in range(AT_ONCE)]
    for turn in inside:
        turn.__enter__()
    one_more = threading.Thread(target=ask, args=(known,))
    one_more.start()
    one_more.join(0.05)
    assert one_more.is_alive()
    inside[0].__exit__(None, None, None)
    one_more.join(5)
    assert not one_more.is_alive()
    for turn in inside[1:]:
        turn.__exit__(None, None, None)


def client(url: str, known: Hosts, clock: StillClock) -> Client:
    return Client(url, None, clock, hosts=known)


def test_a_server_that_is_down_is_tried_once_for_all_who_ask_it() -> None:
    clock = StillClock()
    known = Hosts(clock)
    url = f"http://127.0.0.1:{free_port()}/"
    for _ in range(5):
        with pytest.raises(DavError, match="refused the connection"):
            client(url, known, clock).propfind(url, b"<x/>", depth=0)
    assert clock.slept == [1.0, 3.0, 9.0]


def test_a_server_that_came_back_is_asked_again_after_a_minute() -> None:
    clock = StillClock()
    known = Hosts(clock)
    with serving() as dav:
        dav.put("1.vcf", card("1"))
        dav.always = lambda _: Reply(503)
        with pytest.raises(DavError):
            client(dav.url, known, clock).get(dav.url + "1.vcf")
        dav.always = None
        dav.requests.clear()
        with pytest.raises(DavError, match="503"):
            client(dav.url, known, clock).get(dav.url + "1.vcf")
        assert dav.requests == []
        clock.ahead += 61 * type(clock.ahead)(seconds=1)
        assert client(dav.url, known, clock).get(dav.url + "1.vcf").body == card("1")


@pytest.mark.parametrize(("fault", "words"), [(Reply(503), "503"), (Reply(hang=True), "did not answer in time")])
def test_an_account_that_a_server_does_not_serve_keeps_no_other_from_it(fault: Reply, words: str) -> None:
    clock = StillClock()
    known = Hosts(clock)

    def of(name: str) -> Client:
        return Client(dav.url, Login(name, lambda: "x"), clock, hosts=known, limits=Limits(read=0.05))

    with serving() as dav:
        dav.put("1.vcf", card("1"))
        ill = b64encode(b"ill:x").decode()
        dav.always = lambda asked: fault if ill in asked.headers.get("Authorization", "") else None
        for _ in range(2):
            with pytest.raises(DavError, match=words):
                of("ill").get(dav.url + "1.vcf")
            assert len(dav.requests) == len(clock.slept) + 1  # the second time nothing was asked
        assert of("well").get(dav.url + "1.vcf").body == card("1")


def test_what_belongs_together_gets_no_more_than_its_time() -> None:
    clock = FakeClock()
    with serving() as dav:
        dav.put("1.vcf", card("1"))
        made = Client(dav.url, None, clock, hosts=Hosts(clock, replace(UNATTENDED, whole=60)))
        made.begin()
        made.get(dav.url + "1.vcf")
        clock.sleep(61)
        with pytest.raises(DavError, match="so slow that this check was given up"):
            made.get(dav.url + "1.vcf")
        made.begin()
        made.get(dav.url + "1.vcf")
