"""What the unit files promise one another, without a systemd to ask."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cardwarden.fleet.ears import MOST
from cardwarden.fleet.work import threads
from cardwarden.settings.households import WorkersOptions

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "systemd"
OF_A_DAEMON = {
    "Type", "NotifyAccess", "ExecStart", "ExecReload", "TimeoutStartSec", "TimeoutStopSec", "KillMode", "WatchdogSec",
    "WatchdogSignal", "Restart", "RestartSec", "RestartPreventExitStatus", "SuccessExitStatus",
}  # fmt: skip


def directives(unit: str) -> list[str]:
    """The lines of [Service] that are neither explanations nor empty."""
    lines = (UNITS / unit).read_text("utf-8").partition("[Service]\n")[2].partition("[Install]")[0].splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def hardening(unit: str) -> list[str]:
    return [line for line in directives(unit) if line.partition("=")[0] not in OF_A_DAEMON]


@pytest.mark.parametrize(
    ("file", "limit"),
    [
        ("systemd/cardwarden.service", "MemoryMax=2G"),
        ("systemd/cardwarden-check.service", "MemoryMax=2G"),
        ("systemd/cardwarden-worker@.service", "MemoryMax=2G"),
        ("container/fleet.yaml", "mem_limit: 2g"),
        ("systemd/user/cardwarden.service", "MemoryMax=2G"),
        ("systemd/user/cardwarden-check.service", "MemoryMax=2G"),
        ("compose.yaml", "mem_limit: 2g"),
        ("container/cardwarden.container", "--memory=2g"),
    ],
)
def test_the_limit_of_memory_leaves_room_for_twice_what_was_measured(file: str, limit: str) -> None:
    assert limit in (ROOT / file).read_text("utf-8")
    figures = json.loads((ROOT / "bench/results.json").read_text("utf-8"))["figures"]
    peaks = [one["ours"]["high"] for one in figures if one["unit"] == "MB" and "100,000 cards" in one["work"]]
    assert len(peaks) >= 3
    assert 2 * max(peaks) <= 2048


@pytest.mark.parametrize("folder", ["", "user/"])
def test_the_single_check_is_locked_in_as_the_daemon_is(folder: str) -> None:
    assert hardening(f"{folder}cardwarden-check.service") == hardening(f"{folder}cardwarden.service")


def test_a_worker_is_locked_in_as_the_daemon_is_and_has_room_for_the_threads_of_many_households() -> None:
    def without_tasks(name: str) -> list[str]:
        return [line for line in hardening(name) if not line.startswith("TasksMax=")]

    assert without_tasks("cardwarden-worker@.service") == without_tasks("cardwarden.service")
    assert "TasksMax=1024" in hardening("cardwarden-worker@.service")
    assert "pids_limit: 1024" in (ROOT / "container/fleet.yaml").read_text("utf-8")
    ear_and_broker = 3
    assert MOST * ear_and_broker + 2 * threads(WorkersOptions().at_once) < 1024


def test_a_user_s_daemon_is_run_as_the_system_s_is() -> None:
    own = {
        "Environment=CARDWARDEN_CONFIG=/etc/cardwarden/cardwarden.toml",
        "EnvironmentFile=-/etc/cardwarden/environment",
    }
    user = [line for line in directives("user/cardwarden.service") if not line.startswith("EnvironmentFile=")]
    assert [line for line in user if line not in directives("cardwarden.service")] == []
    assert not own & set(user)


def test_every_line_of_the_daemon_s_unit_is_explained() -> None:
    text = (UNITS / "cardwarden.service").read_text("utf-8").partition("[Service]\n")[2].partition("[Install]")[0]
    groups, explained = [], False
    for line in text.splitlines():
        if line.startswith("# "):
            explained = True
        elif not line:
            explained = False
        elif not explained:
            groups.append(line)
    assert groups == []
