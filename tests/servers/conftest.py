"""The suite's own asserts explain themselves like those of a test module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.fleet import Fleet, fleet
from support.postgresql import Postgres, running

pytest.register_assert_rewrite("contract.source_contract", "contract.on_carddav")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of the file's own: its tests stop it and start it again."""
    with running() as server:
        yield server


@pytest.fixture
def many(postgres: Postgres, tmp_path: Path) -> Iterator[Fleet]:
    """A server in it, without households yet."""
    with fleet(tmp_path, postgres) as made:
        yield made
