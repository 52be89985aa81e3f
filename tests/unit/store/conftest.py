"""A real database in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardwarden.store.engine import Store, open_store
from support.store import url


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(url(tmp_path / "cardwarden.db"))
    yield opened
    opened.close()
