"""A real database in a folder of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardwarden.store.engine import Store, open_store
from support.store import begin_record, url
from support.world import ON_POSTGRESQL, schema_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    address = os.environ.get(ON_POSTGRESQL)
    path = tmp_path / "cardwarden.db"
    if not address:
        begin_record(path)
    opened = open_store(address, schema_of(tmp_path), path) if address else open_store(url(path))
    yield opened
    opened.close()
