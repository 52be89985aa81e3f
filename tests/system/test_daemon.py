"""The daemon, really run: it sees changes, tells them, takes on settings, survives kills and stops cleanly."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from support.daemon import Daemon, eventually, running, service_manager
from support.pings import expecting_pings
from support.receiver import Receiver, receiving
from support.world import YAMADA, World

BAD = ("TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:+186080-1234-5602")

SOON = "3000000"  # systemd's way to ask for a sign of life each second, at which watches are looked after, too


@pytest.fixture
def guarded(world: World, receiver: Receiver) -> World:
    world.phone = receiver.url
    world.put("Yamada", *YAMADA)
    return world


def cardwarden(
    world: World, *arguments: str, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cardwarden", *arguments, "--config", str(world.root / "cardwarden.toml")],
        capture_output=True, text=True, check=False, timeout=60,
        env={"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.environ["PATH"], "PHONE": world.phone, **(environ or {})},
    )  # fmt: skip


def ready(daemon: Daemon) -> None:
    daemon.says("checked")


def test_a_change_in_a_folder_is_told_though_no_check_is_due(guarded: World, receiver: Receiver) -> None:
    with running(guarded) as daemon:
        ready(daemon)
        guarded.put("Yamada", *BAD)
        eventually(lambda: len(receiver.requests) == 1)
        assert daemon.end() == 0
    assert receiver.requests[0]["title"] == "Yamada: number gained a +"


def test_an_atomic_save_is_seen(guarded: World, receiver: Receiver) -> None:
    with running(guarded) as daemon:
        ready(daemon)
        guarded.put("Yamada", *BAD, file=".Yamada.tmp")
        (guarded.book / ".Yamada.tmp").rename(guarded.book / "Yamada.vcf")
        eventually(lambda: len(receiver.requests) == 1)


def test_a_folder_that_goes_and_comes_back_is_watched_again(guarded: World, receiver: Receiver) -> None:
    with running(guarded, WATCHDOG_USEC=SOON) as daemon:
        ready(daemon)
        away = guarded.root / "away"
        guarded.book.rename(away)
        daemon.says("the watch was lost: its folder is gone")
        away.rename(guarded.book)
        daemon.says("watched again")
        guarded.put("Yamada", *BAD)
        eventually(lambda: len(receiver.requests) == 1)


def test_new_settings_are_taken_on_and_wrong_ones_leave_the_old_ones(guarded: World) -> None:
    config = guarded.config
    good = config.read_text("utf-8")
    with running(guarded, config) as daemon:
        ready(daemon)
        config.write_text(good + "[sources.other]\ntype = 'nonsense'\n", "utf-8")
        daemon.send(signal.SIGHUP)
        daemon.says("the settings stay as they were: sources.other.type")
        other = guarded.root / "other"
        other.mkdir()
        config.write_text(good + f"[sources.other]\ntype = 'vdir'\npath = '{other}'\n", "utf-8")
        daemon.send(signal.SIGHUP)
        daemon.says("checked source=other")
        assert daemon.end(signal.SIGINT) == 0


def test_what_a_killed_daemon_did_not_tell_the_next_one_tells(guarded: World) -> None:
    guarded.phone = "json://127.0.0.1:1/"
    with running(guarded) as daemon:
        ready(daemon)
        guarded.put("Yamada", *BAD)
        daemon.says("could not be reached")
        daemon.end(signal.SIGKILL)
    with receiving() as receiver:
        guarded.phone = receiver.url
        with running(guarded):
            eventually(lambda: len(receiver.requests) == 1)


def test_systemd_is_told_what_the_daemon_does(guarded: World) -> None:
    address = f"@cardwarden-{os.getpid()}"
    config = guarded.config
    with (
        service_manager(address) as notices,
        running(guarded, config, NOTIFY_SOCKET=address, WATCHDOG_USEC="3000000") as daemon,
    ):
        said = [notices()]
        while said[-1] != "READY=1":
            said.append(notices())
        assert "STATUS=Guarding 1 source" in said
        assert "WATCHDOG=1" in said
        while notices() != "WATCHDOG=1":
            pass  # and again, from the schedule
        daemon.send(signal.SIGHUP)
        while not (message := notices()).startswith("RELOADING=1\nMONOTONIC_USEC="):
            pass
        assert message.partition("USEC=")[2].isdigit()
        while notices() != "READY=1":
            pass
        daemon.send(signal.SIGTERM)
        while notices() != "STOPPING=1":
            pass


def test_healthcheck_and_status_tell_of_the_daemon(guarded: World) -> None:
    config = guarded.config
    assert cardwarden(guarded, "healthcheck").returncode == 1
    with running(guarded, config) as daemon:
        ready(daemon)
        eventually(lambda: cardwarden(guarded, "healthcheck").returncode == 0)
        status = json.loads(cardwarden(guarded, "status", "--json").stdout)
        assert status["daemon"] == {
            "running": True,
            "pid": daemon.process.pid,
            "started_at": status["daemon"]["started_at"],
            "trouble": "",
            "waits": [],
        }
        [source] = status["sources"]
        assert (source["source"], source["watch"]) == ("family", "watched")
        assert source["next_check"] > status["daemon"]["started_at"]
        assert (source["books"][0]["outcome"], source["books"][0]["cards"]) == ("clean", 1)
        assert status["channels"] == [{"channel": "phone", "waiting": 0, "failing_since": None, "error": None}]
        daemon.send(signal.SIGSTOP)
        beat = guarded.root / "state/cardwarden.db.daemon"
        said = json.loads(beat.read_text())
        beat.write_text(json.dumps({**said, "beat": said["beat"] - 600}))
        assert cardwarden(guarded, "healthcheck").returncode == 1
        assert "gives no sign of life" in cardwarden(guarded, "status").stdout
        daemon.send(signal.SIGCONT)
        assert daemon.end() == 0
    assert cardwarden(guarded, "healthcheck").returncode == 1
    assert "The daemon does not run." in cardwarden(guarded, "status").stdout


def test_healthcheck_loads_no_heavy_library(guarded: World) -> None:
    assert guarded.config
    code = (
        "import sys; from cardwarden.cli.main import run; run(sys.argv[1:]); "
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "healthcheck", "--config", str(guarded.root / "cardwarden.toml")],
        capture_output=True, text=True, check=True, env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    heavy = {
        "pydantic",
        "sqlalchemy",
        "apscheduler",
        "watchdog",
        "apprise",
        "rich",
        "vobject",
        "phonenumbers",
        "requests",
    }
    assert heavy.isdisjoint(done.stdout.split())


@pytest.mark.parametrize("form", ["text", "json", "journal"])
def test_no_value_of_a_contact_and_no_secret_reaches_the_log(form: str, guarded: World, receiver: Receiver) -> None:
    guarded.more = f'[log]\nlevel = "debug"\nformat = "{form}"\n'
    guarded.put("u1", "TEL:03-9876-5432", "EMAIL:hanako@mail.example", "NOTE:Geheim", uid="-")
    receiver.statuses = [500]
    with running(guarded) as daemon:
        ready(daemon)
        guarded.put("Yamada", *BAD, file="y.vcf", uid="Yamada")
        (guarded.book / "Yamada.vcf").unlink()
        guarded.write(guarded.book / "broken.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nTEL:03-5555-0000\r\nFN")
        guarded.put("u1", "TEL:+813-9876-5432", "EMAIL:hanako@mai1.example", uid="-")
        eventually(lambda: len(receiver.requests) >= 1)
        daemon.says("HTTP 500")
        assert daemon.end() == 0
    lines = daemon.text.splitlines()
    for secret in ("5432", "9876", "5602", "186080", "hanako", "mai1", "Geheim", Receiver.SECRET, "5555", "Yamada"):
        assert secret not in daemon.text
    match form:
        case "json":
            entries = [json.loads(line) for line in lines]
            assert any({"source", "book", "check"} <= entry.keys() for entry in entries)
        case "journal":
            assert all(re.match(r"<[2-7]>", line) for line in lines)
        case _:
            assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ", line) for line in lines)


def test_the_journal_gets_its_own_format_without_being_told(guarded: World) -> None:
    log = guarded.root / "log"
    log.touch()
    status = log.stat()
    with running(guarded, JOURNAL_STREAM=f"{status.st_dev}:{status.st_ino}") as daemon:
        ready(daemon)
    assert daemon.text.startswith("<6>guarding 1 source\n")


def test_a_check_beside_a_running_daemon_is_safe(guarded: World, receiver: Receiver) -> None:
    with running(guarded) as daemon:
        ready(daemon)
        guarded.put("Yamada", *BAD)
        assert cardwarden(guarded, "check").returncode == 1
        eventually(lambda: len(receiver.requests) >= 1)
        assert daemon.end() == 0
    assert len(receiver.requests) == 1


def test_a_second_signal_ends_a_daemon_that_waits_for_a_check(guarded: World, tmp_path: Path) -> None:
    with receiving() as silent, silent.hanging():
        guarded.phone = silent.url
        with running(guarded) as daemon:
            ready(daemon)
            guarded.put("Yamada", *BAD)
            daemon.says("events=1")
            eventually(lambda: silent.taken == 1)
            daemon.send(signal.SIGTERM)
            daemon.says("stopping")
            assert daemon.end(signal.SIGTERM) == 128 + signal.SIGTERM


def test_a_second_daemon_on_one_database_is_refused(guarded: World) -> None:
    with running(guarded) as daemon:
        ready(daemon)
        second = cardwarden(guarded, "run")
        assert second.returncode == 7
        assert f"Another daemon (process {daemon.process.pid})" in second.stderr


def test_after_kill_9_status_knows_at_once_that_the_daemon_is_gone(guarded: World) -> None:
    with running(guarded) as daemon:
        ready(daemon)
        daemon.end(signal.SIGKILL)
        assert json.loads(cardwarden(guarded, "status", "--json").stdout)["daemon"]["running"] is False
        assert "is gone without having been stopped" in cardwarden(guarded, "status").stdout
        assert cardwarden(guarded, "healthcheck").returncode == 1


def test_a_check_beside_a_daemon_leaves_delivery_to_it(guarded: World, receiver: Receiver) -> None:
    with running(guarded) as daemon:
        ready(daemon)
        guarded.phone = ""  # this shell does not know the secret
        guarded.put("Yamada", *BAD)
        checked = cardwarden(guarded, "check")
        assert checked.returncode == 1
        assert "Not delivered" not in checked.stdout
        eventually(lambda: len(receiver.requests) == 1)
        assert "takes no messages" not in cardwarden(guarded, "status").stdout


def test_a_database_that_cannot_be_opened_is_told_once_and_is_no_bug(guarded: World, receiver: Receiver) -> None:
    with running(guarded) as daemon:
        ready(daemon)
        daemon.end()
    database = guarded.root / "state/cardwarden.db"
    database.write_bytes(database.read_bytes()[:4096] + bytes(8192))
    for _ in range(2):
        assert cardwarden(guarded, "run").returncode == 5
        assert cardwarden(guarded, "check").returncode == 5
    assert [request["title"] for request in receiver.requests] == ["Your address books are not guarded now"]


def test_a_database_that_is_removed_under_the_daemon_is_told_at_once_and_no_command_makes_another(
    guarded: World, receiver: Receiver
) -> None:
    database = guarded.root / "state/cardwarden.db"
    with running(guarded, WATCHDOG_USEC=SOON) as daemon:
        ready(daemon)
        eventually(lambda: cardwarden(guarded, "healthcheck").returncode == 0)
        database.unlink()
        check, status = cardwarden(guarded, "healthcheck"), cardwarden(guarded, "status")
        assert (check.returncode, "it was removed" in check.stdout) == (1, True)
        assert (status.returncode, "is gone or was emptied" in status.stderr) == (5, True)
        assert daemon.process.wait(30) == 5
    assert not database.exists()
    assert [request["title"] for request in receiver.requests] == ["Your address books are not guarded now"]
    assert cardwarden(guarded, "check").returncode == 1
    assert [request["title"] for request in receiver.requests][1:] == [
        "A new record was begun",
        "Your address books are guarded again",
    ]


@pytest.fixture
def small_disk(guarded: World) -> Iterator[Path]:
    """The state of a world on a disk of its own; only root may mount one."""
    place = guarded.root / "state"
    place.mkdir()
    if os.geteuid() or mounted("-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", str(place)):
        pytest.skip("a disk cannot be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def mounted(*arguments: str) -> int:
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode


def read_only(disk: Path) -> None:
    assert mounted("-o", "remount,ro", str(disk)) == 0


def full(disk: Path) -> None:
    free = os.statvfs(disk)
    (disk / "filler").write_bytes(bytes(free.f_bavail * free.f_frsize))


def damaged(disk: Path) -> None:
    database = disk / "cardwarden.db"
    database.write_bytes(database.read_bytes()[:4096] + bytes(8192))


def without_locks(disk: Path) -> None:
    shutil.rmtree(disk / "cardwarden.db.locks")
    (disk / "cardwarden.db.locks").write_text("in the way")


def without_the_daemons_lock(disk: Path) -> None:
    (disk / "cardwarden.db.daemon.lock").unlink()
    (disk / "cardwarden.db.daemon.lock").mkdir()


NOT_GUARDED = "Your address books are not guarded now"


@pytest.mark.parametrize("spoil", [read_only, full, damaged, without_locks, without_the_daemons_lock])
def test_a_daemon_that_starts_blind_tells_the_phone_once_fails_the_ping_and_says_so(
    spoil: Callable[[Path], None], guarded: World, small_disk: Path, receiver: Receiver
) -> None:
    with expecting_pings() as pings:
        address = guarded.root / "ping"
        address.write_text(pings.url)
        guarded.more = f'[health]\nping_url_file = "{address}"\nping_every = "1m"\n'
        with running(guarded) as daemon:
            ready(daemon)
            daemon.end()
        spoil(small_disk)
        pings.paths.clear()
        for _ in range(2):  # as systemd does it
            with running(guarded, TMPDIR=str(guarded.root)) as daemon:

                def knows(daemon: Daemon = daemon) -> bool:
                    has_ended = daemon.process.poll() is not None
                    return has_ended or "nothing is guarded" in cardwarden(guarded, "healthcheck").stdout

                eventually(knows)
                if daemon.process.poll() is None:  # it lives, and tries again
                    assert "Nothing is guarded" in cardwarden(guarded, "status").stdout
                    assert daemon.end() == 0
                else:
                    assert daemon.process.returncode == 5
                    status = cardwarden(guarded, "status", environ={"TMPDIR": str(guarded.root)})
                    assert status.returncode == 5 or "Nothing is guarded: The lock file" in status.stdout
                assert cardwarden(guarded, "healthcheck").returncode == 1
        assert titles(receiver) == [NOT_GUARDED]
        assert "/fail" in pings.paths


def test_settings_that_are_wrong_at_a_start_are_told_by_the_channels_known_last(
    guarded: World, receiver: Receiver
) -> None:
    config = guarded.config
    good = config.read_text("utf-8")
    with running(guarded, config) as daemon:
        ready(daemon)
        eventually((guarded.root / "state/cardwarden.db.settings").exists)
        daemon.end()
    kept = guarded.root / "state/cardwarden.db.settings"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert Receiver.SECRET not in kept.read_text()
    for wrong in (good.replace("[alerts.channels.phone]", "[alerts.channel.phone]"), good + "[", ""):
        config.write_text(wrong, "utf-8")
        with running(guarded, config, STATE_DIRECTORY=str(guarded.root / "state")) as daemon:
            assert daemon.process.wait(30) == 4
    assert titles(receiver) == [NOT_GUARDED]
    assert "channel" in receiver.requests[0]["message"]
    config.write_text(good, "utf-8")
    with running(guarded, config):
        eventually(lambda: titles(receiver) == [NOT_GUARDED, "Your address books are guarded again"])


def titles(receiver: Receiver) -> list[str]:
    return [request["title"] for request in receiver.requests]


def test_a_daemon_that_is_killed_between_sending_and_noting_says_that_the_repeat_is_one(
    guarded: World, receiver: Receiver
) -> None:
    with running(guarded) as daemon:
        ready(daemon)
        with receiver.hanging():
            guarded.put("Yamada", *BAD)
            eventually(lambda: receiver.taken == 1)
            daemon.end(signal.SIGKILL)
    eventually(lambda: len(receiver.requests) == 1)
    with running(guarded):
        eventually(lambda: len(receiver.requests) == 2)
    first, second = receiver.requests
    assert first["title"] == second["title"]
    assert "You may have this already" not in first["message"]
    assert "You may have this already" in second["message"]
    assert len({headers["X-Cardwarden-Message"] for headers in receiver.headers}) == 1
