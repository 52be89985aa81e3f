"""The password: kept as its scrypt, and slow to guess."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from cardwarden.errors import StoreError, UsageError
from cardwarden.web.password import Throttle, is_right, set_password
from support.world import FakeClock


def test_a_password_is_right_and_another_is_not(tmp_path: Path) -> None:
    path = tmp_path / "password"
    set_password(path, "correct horse")
    assert is_right(path, "correct horse")
    assert not is_right(path, "correct hors")
    assert not is_right(path, "")


def test_only_its_owner_may_read_the_file_and_the_password_is_not_in_it(tmp_path: Path) -> None:
    path = tmp_path / "password"
    set_password(path, "correct horse")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "horse" not in path.read_text()
    assert [file.name for file in tmp_path.iterdir()] == ["password"]


def test_a_short_password_is_refused_and_the_old_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "password"
    set_password(path, "correct horse")
    with pytest.raises(UsageError, match="8 characters"):
        set_password(path, "short")
    assert is_right(path, "correct horse")


def test_without_a_password_none_is_right(tmp_path: Path) -> None:
    assert not is_right(tmp_path / "password", "")


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("nonsense")
    with pytest.raises(StoreError, match="cardwarden web password"):
        is_right(tmp_path / "password", "nonsense")


def test_after_five_wrong_ones_each_costs_twice_the_wait() -> None:
    clock = FakeClock()
    throttle = Throttle(clock)
    waits = []
    for _ in range(8):
        throttle.wrong("192.0.2.1")
        waits.append(throttle.wait("192.0.2.1"))
        clock.sleep(waits[-1])
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8]


def test_a_thousand_wrong_ones_cost_days_and_nobody_else_waits() -> None:
    clock = FakeClock()
    throttle = Throttle(clock)
    began = clock.monotonic()
    for _ in range(1000):
        throttle.wrong("192.0.2.1")
        clock.sleep(throttle.wait("192.0.2.1"))
    assert clock.monotonic() - began > 10 * 24 * 3600 * 0.99
    assert throttle.wait("192.0.2.2") == 0


def test_the_right_one_makes_the_wrong_ones_forgotten() -> None:
    throttle = Throttle(FakeClock())
    for _ in range(5):
        throttle.wrong("192.0.2.1")
    throttle.right("192.0.2.1")
    assert throttle.wait("192.0.2.1") == 0


def test_a_flood_of_addresses_is_forgotten_again_from_its_oldest_on() -> None:
    throttle = Throttle(FakeClock())
    for number in range(10_000):
        throttle.wrong(str(number))
    assert len(throttle._wrong) <= 4096
