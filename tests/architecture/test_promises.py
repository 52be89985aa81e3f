"""What the map promises of every source: a table in the sample, and a watch."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter

from cardwarden.clock import SystemClock
from cardwarden.settings.model import SOURCES, AnySource
from cardwarden.settings.sample import sample
from cardwarden.wiring.sources import OpenedSources

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
    fields = SOURCES[kind].model_fields
    missing = {field.alias or key for key, field in fields.items() if field.default is not None} - shown
    assert not missing, f"The sample's table of {kind} does not show {missing}"


@pytest.mark.parametrize("kind", SOURCES)
def test_every_source_with_files_on_this_machine_names_what_is_watched(kind: str, tmp_path: Path) -> None:
    (tmp_path / "book.vcf").touch()
    places = {"vdir": tmp_path, "vcf-file": tmp_path / "book.vcf"}
    lies_here = "path" in SOURCES[kind].model_fields
    assert lies_here == (kind in places), f"Say in this test where books of {kind} lie"
    fields = SOURCES[kind].model_fields
    at_a_server = {"url": "https://contacts.example.org/", "username": "anna", "password_file": "/secret"}
    signed_in = {"url": "https://contacts.example.org/", "client_id": "x", "login_file": "/secret"}
    needed = {"path": places.get(kind), **(at_a_server if "username" in fields else signed_in)}
    options: AnySource = TypeAdapter(AnySource).validate_python(
        {"type": kind, **{key: value for key, value in needed.items() if key in fields}}
    )
    sources = OpenedSources(SystemClock(), {}, None)
    try:
        target = sources.of("family", options).source.watch
        assert (target.folder if target else None) == (tmp_path if lies_here else None)
    finally:
        sources.close()
