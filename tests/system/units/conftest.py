"""The machines: the oldest systemd that is supported, 252, and 257."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from system.home import Home, guarded_home


@pytest.fixture(scope="session", params=["bookworm", "trixie"])
def home(request: pytest.FixtureRequest) -> Iterator[Home]:
    with guarded_home(request.param) as home:
        yield home
