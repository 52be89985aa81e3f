"""What CONTRIBUTING.md promises of every source: a table in the sample. Its place and its watch: test_wiring."""

from __future__ import annotations

import pytest

from cardwarden.settings.kinds import SOURCES, options_of
from cardwarden.settings.sample import sample

LINES = [line.removeprefix("#").split("  #")[0] for line in sample().splitlines()]


@pytest.mark.parametrize("kind", SOURCES)
def test_every_source_has_its_table_in_the_sample_with_every_option(kind: str) -> None:
    starts = [number for number, line in enumerate(LINES) if line.startswith("[sources.")]
    tables = []
    for start in starts:
        end = next((n for n in range(start + 1, len(LINES)) if not LINES[n].strip()), len(LINES))
        tables.append("\n".join(LINES[start + 1 : end]))
    mine = [text for text in tables if f'type = "{kind}"' in text]
    assert mine, f'Add a table with type = "{kind}" to settings/sample.py'
    shown = {line.partition(" = ")[0].strip() for line in mine[0].splitlines()}
    fields = options_of(kind).model_fields
    missing = {field.alias or key for key, field in fields.items() if field.default is not None} - shown
    assert not missing, f"The sample's table of {kind} does not show {missing}"
