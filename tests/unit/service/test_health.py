"""Those who look from outside get an answer: the ping, the pages, the sign of life."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from cardwarden.cli.main import run
from cardwarden.clock import SystemClock
from cardwarden.database_file import file_of
from cardwarden.service import heartbeat
from cardwarden.service.endpoint import Endpoint
from cardwarden.service.heartbeat import Heartbeat
from cardwarden.service.life import answered
from cardwarden.service.metrics import metrics
from cardwarden.service.only import the_only_daemon
from cardwarden.service.ping import Call, Ping
from support.fake_dav import Reply, serving
from support.pings import Pings, expecting_pings
from support.store import environment
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


def test_a_ping_goes_where_the_service_is_now(pings: Pings, caplog: pytest.LogCaptureFixture) -> None:
    with serving() as before:
        before.always = lambda _: Reply(301, "", {"Location": f"{pings.url}/there"})
        Ping(lambda: f"{before.url}abc").say(Call.SUCCESS)
    assert (pings.paths, caplog.records) == (["/there"], [])


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
    path = heartbeat.life_beside(tmp_path / "cardwarden.db")
    assert heartbeat.read(path) is None
    heartbeat.write(path, beat)
    assert heartbeat.read(path) == beat
    assert path.stat().st_mode & 0o077 == 0
    path.write_text("{}")
    assert heartbeat.read(path) is None


@pytest.mark.parametrize(("now", "alive"), [(1000, True), (1049, True), (1051, False), (10, False)])
def test_a_daemon_lives_while_its_beats_come_and_not_after_a_reboot(now: float, alive: bool) -> None:
    assert Heartbeat(7, "", 1000.0, 10.0).is_alive(now) is alive


@pytest.mark.parametrize("state", ["none", "gone", "running", "silent", "blind", "emptied", "replaced"])
def test_the_short_answer_to_a_health_check_is_the_command_s_answer(
    state: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = tmp_path / "cardwarden.db"
    config = tmp_path / "cardwarden.toml"
    config.write_text(f'[sources.family]\ntype = "vdir"\npath = "/x"\n[store]\nurl = "sqlite:///{database}"\n')
    now = SystemClock().monotonic()
    database.write_text("" if state == "emptied" else "rows")
    file = (1, 2) if state == "replaced" else file_of(database)
    beat = Heartbeat(7, "2031-01-01T00:00:00+00:00", now - 1000 if state == "silent" else now, 10.0, file=file)
    if state != "none":
        heartbeat.write(
            heartbeat.life_beside(database), replace(beat, trouble='{"phrase":"empty"}') if state == "blind" else beat
        )
    with nullcontext() if state in {"none", "gone"} else the_only_daemon(database, SystemClock()):
        short = answered(["--config", str(config)], {"LANG": "de_DE.UTF-8"})
        said = capsys.readouterr().out
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LC_ALL", "de_DE.UTF-8")
            code = run(["healthcheck", "--config", str(config)])
    whole = capsys.readouterr().out

    if state in {"silent", "blind", "emptied", "replaced"}:
        assert (short, said, code) == (None, "", 1)
    else:
        assert (short, said) == (code, whole)
        assert code == (0 if state == "running" else 1)


def test_a_health_check_loads_next_to_nothing(tmp_path: Path) -> None:
    config = tmp_path / "cardwarden.toml"
    config.write_text(f'[store]\nurl = "sqlite:///{tmp_path}/cardwarden.db"\n')
    program = (
        "import sys; before = set(sys.modules); from cardwarden.__main__ import main\n"
        f"sys.argv = ['cardwarden', 'healthcheck', '--config', {str(config)!r}]\n"
        "try: main()\n"
        "except SystemExit as end: assert end.code == 1\n"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], env=environment(), capture_output=True, text=True, check=True
    )

    assert not {"click", "babel", "tomllib", "dataclasses", "typing", "datetime"} & set(done.stderr.split())
