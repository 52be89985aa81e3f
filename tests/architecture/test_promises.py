"""What CONTRIBUTING.md promises of every source: a table in the sample, the contract. Its place and its watch: test_wiring."""

from __future__ import annotations

import ast
from pathlib import Path

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


def test_every_source_passes_the_contract_in_good_times_and_in_hard_ones() -> None:
    """By a test class whose base is `SourceContract`, or that of a source on a disk, and that says its `kind`."""
    kinds = set()
    for file in (Path(__file__).parents[1] / "contract").glob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.ClassDef(bases=[ast.Name(id="SourceContract" | "FilesContract")], body=body):
                    kinds |= {
                        line.value.value
                        for line in body
                        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "kind"
                        if isinstance(line.value, ast.Constant)
                    }
    assert kinds == set(SOURCES), "Add a subclass of SourceContract to tests/contract"
