"""The suite's own asserts explain themselves like those of a test module."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("contract.source_contract", "contract.on_files", "contract.on_carddav")
