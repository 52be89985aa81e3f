"""Those who look from outside get an answer: the ping, the pages, the sign of life."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardwarden.service import heartbeat
from cardwarden.service.endpoint import Endpoint
from cardwarden.service.heartbeat import Heartbeat
from cardwarden.service.metrics import metrics
from cardwarden.service.ping import Call, Ping
from support.pings import Pings, expecting_pings
from support.world import YAMADA, World


@pytest.fixture
def pings() -> Iterator[Pings]:
    with expecting_pings() as here:
        yield here


def test_a_ping_says_start_success_and_fail(pings: Pings) -> None:
    ping = Ping(lambda: f"{pings.url}/abc/\n")
    for call in (Call.START, Call.SUCCESS, Call.FAIL):
        ping.say(call)
    assert pings.paths == ["/abc/start", "/abc", "/abc/fail"]


@pytest.mark.parametrize("address", ["{url}/wrong-s3cret", "http://127.0.0.1:1/s3cret", "file:///s3cret", "s3cret"])
def test_a_ping_that_is_not_heard_is_logged_once_without_its_address(
    address: str, pings: Pings, caplog: pytest.LogCaptureFixture
) -> None:
    ping = Ping(lambda: address.format(url=pings.url))
    ping.say(Call.SUCCESS)
    ping.say(Call.SUCCESS)
    assert len(caplog.records) == 1
    assert "s3cret" not in caplog.text


def test_the_endpoint_serves_its_pages_and_nothing_else() -> None:
    endpoint = Endpoint("127.0.0.1:0", {"/healthz": lambda: (503, "text/plain", b"no\n")})
    try:
        for path, status in (("/healthz", 503), ("/other", 404)):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"http://127.0.0.1:{endpoint.port}{path}", timeout=30)
            assert refused.value.code == status
            refused.value.close()
    finally:
        endpoint.stop()


def test_metrics_tell_of_books_and_findings_and_of_no_contact(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.check()
    world.put("Yamada", "TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")
    world.check()
    with world.program() as program:
        text = metrics(program).decode()
    assert 'cardwarden_cards{book="contacts",source="family"} 1.0' in text
    assert 'cardwarden_open_findings{severity="critical",source="family"} 1.0' in text
    assert "Yamada" not in text
    assert "5602" not in text


def test_a_sign_of_life_is_read_as_it_was_written(tmp_path: Path) -> None:
    beat = Heartbeat(7, "2031-01-01T00:00:00+00:00", 1000.0, 10.0, {"family": "later"}, {"family": "watched"})
    path = heartbeat.path_beside(tmp_path / "cardwarden.db")
    assert heartbeat.read(path) is None
    heartbeat.write(path, beat)
    assert heartbeat.read(path) == beat
    assert path.stat().st_mode & 0o077 == 0
    path.write_text("{}")
    assert heartbeat.read(path) is None


@pytest.mark.parametrize(("now", "alive"), [(1000, True), (1049, True), (1051, False), (10, False)])
def test_a_daemon_lives_while_its_beats_come_and_not_after_a_reboot(now: float, alive: bool) -> None:
    assert Heartbeat(7, "", 1000.0, 10.0).is_alive(now) is alive
