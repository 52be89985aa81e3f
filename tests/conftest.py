"""What many tests start from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from support.command import Command, calling
from support.receiver import Receiver, receiving
from support.world import World

# Hypothesis looks at the same examples everywhere, so that a red run can be seen again.
settings.register_profile(
    "cardwarden",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
settings.load_profile("cardwarden")


def pytest_configure(config: pytest.Config) -> None:
    # Apprise imports imghdr for its mail plugin; Python 3.11 and 3.12 call that deprecated, later ones have it no more.
    config.addinivalue_line("filterwarnings", "ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as here:
        yield here


@pytest.fixture
def command(world: World, capsys: pytest.CaptureFixture[str]) -> Command:
    return calling(capsys, lambda: world.config)
