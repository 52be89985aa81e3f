"""Whatever column of whatever row is altered: where the evidence shows it, verify finds it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cardwarden.actions.queries.naming import card_named
from cardwarden.actions.report.evidence import as_json
from cardwarden.actions.report.gather import card_evidence, findings_evidence
from cardwarden.phrases.language import Voice
from cardwarden.store import findings as finding_store
from cardwarden.store import tables as t
from support.altered import altered, flaw_of, other, recorded, rows_of
from support.world import World


@pytest.fixture
def lived(world: World) -> World:
    return recorded(world)


def shown(world: World) -> object:
    """All that evidence says, apart from the chain itself."""
    with world.program() as program, program.store.read() as connection:
        now = world.clock.now()
        voice = Voice("en")
        found = finding_store.list_findings(connection, include_closed=True)
        made = findings_evidence(connection, found, lambda _: "JP", now, voice)
        person = card_named(connection, "Yamada")
        contact = card_evidence(connection, person, now - timedelta(days=9), now, lambda _: "JP", now, voice)
        return (
            as_json(made)["findings"],
            as_json(contact)["contacts"],
            {k: v for k, v in made.files.items() if k != "chain.txt"},
        )


@pytest.mark.sqlite
def test_what_changes_the_evidence_is_found_whatever_column_it_is_in(lived: World) -> None:
    before = shown(lived)
    found = 0
    for name, table in t.metadata.tables.items():
        keys = [column.name for column in table.primary_key.columns]
        columns = [column.name for column in table.c]
        for row in rows_of(lived, name, columns)[:3]:
            values: dict[str, Any] = dict(zip(columns, row, strict=True))
            where = " AND ".join(f"{key} = ?" for key in keys)
            for column in columns:
                statement = f"UPDATE {name} SET {column} = ? WHERE {where}"
                place = tuple(values[key] for key in keys)
                with altered(lived, statement, (other(values[column]), *place)) as done:
                    if done and differs(lived, before):
                        found += 1
                        assert flaw_of(lived), (name, column)
    assert found > 30


def differs(world: World, before: object) -> bool:
    try:
        return shown(world) != before
    except Exception:  # noqa: BLE001 - no evidence is made of a record that cannot be read
        return False
