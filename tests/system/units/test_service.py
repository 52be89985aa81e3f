"""cardwarden.service, installed as the README says and started by a real systemd: the oldest supported and a new one."""

from __future__ import annotations

import re
import signal

import pytest

from support.receiver import Receiver
from system.contacts import NAMES, damage, fill, wait_for_alert, was_told
from system.home import SERVICE, SETTINGS, Home
from system.machine import eventually

pytestmark = pytest.mark.system


@pytest.fixture(autouse=True)
def _running(home: Home) -> None:
    """A test begins with a daemon that runs and a phone that answers."""
    home.phone.statuses.clear()
    if home.machine.of(SERVICE, "ActiveState") != "active":
        home.machine.run("systemctl", "reset-failed", SERVICE)
        home.machine.run("systemctl", "start", SERVICE)


def test_it_says_itself_that_it_is_ready_and_what_it_does(home: Home) -> None:
    assert home.machine.of(SERVICE, "Type") == "notify"
    assert home.machine.of(SERVICE, "SubState") == "running"
    assert home.machine.of(SERVICE, "StatusText")


def test_a_change_in_a_watched_folder_reaches_the_phone(home: Home) -> None:
    damage(home.contacts, "Aoi")
    wait_for_alert(home.phone, "Aoi")


def test_the_keeper_sees_the_same_state(home: Home) -> None:
    damage(home.contacts, "Bunta")
    wait_for_alert(home.phone, "Bunta")
    findings = home.keeper("findings")
    event = re.search(r"\be\d+\b", findings[: findings.index("Bunta")].rsplit("\n", 1)[-1])
    assert event
    assert "Bunta" in home.keeper("show", event[0])


def test_a_change_made_while_it_was_down_is_told_after_the_start(home: Home) -> None:
    home.machine.run("systemctl", "stop", SERVICE)
    damage(home.contacts, "Chika")
    home.machine.run("systemctl", "start", SERVICE)
    wait_for_alert(home.phone, "Chika")


def test_a_reload_takes_the_new_settings_and_keeps_the_process(home: Home) -> None:
    before, more = home.pid, home.machine.path("/srv/more")
    fill(more)
    settings = SETTINGS + '[sources.more]\ntype = "vdir"\npath = "/srv/more"\nevery = "12h"\n'
    home.machine.write("/etc/cardwarden/cardwarden.toml", settings)
    home.machine.run("systemctl", "reload", SERVICE)
    eventually(lambda: [one["books"] for one in home.status()["sources"] if one["source"] == "more"] > [[]])
    damage(more, "Jun")
    wait_for_alert(home.phone, "Jun")
    assert home.pid == before


def test_a_reload_of_a_bad_configuration_fails_and_the_daemon_goes_on(home: Home) -> None:
    before = home.pid
    home.machine.write("/etc/cardwarden/cardwarden.toml", SETTINGS + "colour = 7\n")
    home.machine.run("systemctl", "reload", SERVICE, fails=True)
    home.machine.write("/etc/cardwarden/cardwarden.toml", SETTINGS)
    assert "colour" in home.machine.journal(SERVICE)
    damage(home.contacts, "Daichi")
    wait_for_alert(home.phone, "Daichi")
    assert home.pid == before


def test_a_daemon_that_hangs_is_killed_and_started_again_and_misses_nothing(home: Home) -> None:
    before, restarts = home.pid, int(home.machine.of(SERVICE, "NRestarts"))
    home.machine.run("kill", "-STOP", before)
    damage(home.contacts, "Emi")
    eventually(lambda: int(home.machine.of(SERVICE, "NRestarts")) > restarts)
    wait_for_alert(home.phone, "Emi")
    assert home.pid != before
    assert "Watchdog timeout" in home.machine.journal(SERVICE)


def test_an_alert_that_could_not_be_sent_before_a_kill_is_sent_after_it(home: Home) -> None:
    home.phone.statuses[:] = [503] * 1000
    damage(home.contacts, "Fumio")
    wait_for_alert(home.phone, "Fumio")  # which it refused
    home.machine.run("kill", f"-{signal.SIGKILL.value}", home.pid)
    home.phone.requests.clear()
    home.phone.statuses.clear()
    wait_for_alert(home.phone, "Fumio", seconds=120)


def test_it_stops_cleanly_within_its_time(home: Home) -> None:
    home.machine.run("systemctl", "stop", SERVICE)
    assert home.machine.of(SERVICE, "Result") == "success"
    assert home.machine.of(SERVICE, "ExecMainStatus") == "0"


def test_a_wrong_configuration_is_told_and_not_tried_again_and_again(home: Home) -> None:
    home.machine.run("systemctl", "stop", SERVICE)
    home.machine.write("/etc/cardwarden/cardwarden.toml", "colour = 7\n")
    home.machine.run("systemctl", "start", SERVICE, fails=True)
    home.machine.write("/etc/cardwarden/cardwarden.toml", SETTINGS)
    assert home.machine.of(SERVICE, "ActiveState") == "failed"
    assert home.machine.of(SERVICE, "ExecMainStatus") == "4"


def test_the_timer_s_check_finds_and_tells_without_a_daemon(home: Home) -> None:
    home.machine.run("systemctl", "stop", SERVICE)
    damage(home.contacts, "Goro")
    home.machine.run("systemctl", "start", "cardwarden-check.service")
    assert was_told(home.phone, "Goro")
    home.machine.run("systemctl", "start", "cardwarden-check.timer")
    assert home.machine.of("cardwarden-check.timer", "ActiveState") == "active"
    home.machine.run("systemctl", "stop", "cardwarden-check.timer")


def test_the_process_has_no_rights_beyond_its_own_files(home: Home) -> None:
    status = dict(line.split(":\t", 1) for line in home.machine.run("cat", f"/proc/{home.pid}/status").splitlines())
    assert (status["CapEff"], status["CapBnd"], status["NoNewPrivs"], status["Seccomp"]) == (
        "0" * 16,
        "0" * 16,
        "1",
        "2",
    )
    assert "root" not in home.machine.run("ps", "-o", "user=", "-p", home.pid)


def test_its_database_is_its_own(home: Home) -> None:
    listed = home.machine.run("stat", "-c", "%U %a", "/var/lib/cardwarden", "/var/lib/cardwarden/cardwarden.db")
    assert listed.split() == ["cardwarden", "700", "cardwarden", "600"]


def test_nothing_personal_and_no_traceback_is_in_the_journal(home: Home) -> None:
    journal = home.machine.journal(SERVICE)
    assert [word for word in (*NAMES, "1234-56", "Mori", Receiver.SECRET, "Traceback") if word in journal] == []


@pytest.mark.parametrize("unit", ["cardwarden.service", "cardwarden-check.service"])
def test_its_exposure_is_small(home: Home, unit: str) -> None:
    home.machine.run("systemd-analyze", "security", "--offline=true", "--threshold=15", f"/etc/systemd/system/{unit}")


@pytest.mark.parametrize("unit", ["cardwarden.service", "cardwarden-check.service", "cardwarden-check.timer"])
def test_systemd_finds_no_fault_in_the_units(home: Home, unit: str) -> None:
    command = f"systemd-analyze verify --recursive-errors=no /etc/systemd/system/{unit} 2>&1"
    said = home.machine.run("sh", "-c", command)
    assert unit not in said


def test_a_drop_in_lets_it_read_books_in_a_closed_home(home: Home) -> None:
    fill(home.machine.path("/home/anna/contacts"))
    home.machine.run("chown", "-R", "1234:1234", "/home/anna")
    home.machine.run("chmod", "-R", "go=", "/home/anna")
    home.machine.write("/etc/cardwarden/cardwarden.toml", SETTINGS.replace("/srv/contacts", "/home/anna/contacts"))
    drop_in = home.machine.path("/usr/src/cardwarden/systemd/books-in-home.conf").read_text("utf-8")
    home.machine.write(f"/etc/systemd/system/{SERVICE}.d/books-in-home.conf", drop_in)
    home.machine.run("systemctl", "daemon-reload")
    home.machine.run("systemctl", "restart", SERVICE)
    damage(home.machine.path("/home/anna/contacts"), "Hana")
    wait_for_alert(home.phone, "Hana")
