"""What the system tests have in common."""

from __future__ import annotations

import os

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/system/" in item.path.as_posix():
            item.add_marker(pytest.mark.system)


@pytest.fixture(scope="session", autouse=True)
def _prepared() -> None:
    if os.geteuid() != 0 or "CARDWARDEN_TEST_CACHE" not in os.environ:
        pytest.exit('The system tests need root and what "make test-system" makes ready. Run that.', returncode=2)
