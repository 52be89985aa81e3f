"""A whole first check with a second process and without: the record is the same, row for row."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import pytest
from sqlalchemy import select, type_coerce
from sqlalchemy.types import NullType

from cardwarden.indexing import order
from cardwarden.indexing.helper import Errand, Helper
from cardwarden.store import tables as t
from support.dialects import DIALECTS
from support.world import World, card

MANY = 1_050


def record(world: World, *, helped: bool) -> list[list[tuple[object, ...]]]:
    """All rows after a first check, one by other settings, and a deep one; the record is taken away then."""
    for settings, deep in (('region = "JP"\n', False), ('region = "DE"\n', False), ('region = "DE"\n', True)):
        world.settings = settings
        with world.program() as program:
            replace(program, helped=helped).check("family", deep=deep)
            with program.store.read() as connection:
                rows = [
                    [
                        tuple(row)
                        for row in connection.execute(select(*(type_coerce(column, NullType()) for column in table.c)))
                    ]
                    for table in t.metadata.sorted_tables
                    if table is not t.record  # a number of its own
                ]
    shutil.rmtree(world.root / "state")
    return rows


@pytest.mark.sqlite
def test_the_record_is_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for place, data in enumerate(DIALECTS.values()):
        world.write(world.book / f"dialect{place}.vcf", data)
    for number in range(MANY):
        world.put(f"Person {number}", f"TEL:186090-1234-{number:04}", f"NOTE:{'so it is ' * (number % 300)}")
    world.write(world.book / "old.vcf", b"BEGIN:VCARD\r\nFN:J\xfcrgen\r\nEND:VCARD\r\n")
    monkeypatch.setattr(os, "urandom", bytes)  # salts
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    given: list[Errand] = []
    usual = Helper.give

    def give(helper: Helper, errand: Errand) -> bool:
        is_given = usual(helper, errand)
        given.extend([errand] * is_given)
        return is_given

    monkeypatch.setattr(Helper, "give", give)
    alone = record(world, helped=False)
    assert given == []
    helped = record(world, helped=True)
    assert given != []
    assert sum(map(len, alone)) > 5 * MANY
    assert helped == alone


def test_who_does_not_say_so_starts_no_process(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker of many errands its machine with others like it, and does not say so."""
    monkeypatch.setattr(order, "helping", lambda _: pytest.fail("it was started"))
    monkeypatch.setattr(order, "_PAYS_FROM", 1)
    world.put("Jane")
    world.check()


def test_a_card_that_is_stored_is_not_packed_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write(world.book / "jane.vcf", card("Jane"))
    world.check()
    monkeypatch.setattr("cardwarden.indexing.work.Packed.of", lambda _: pytest.fail("it was packed"))
    world.settings = 'region = "DE"\n'
    assert world.check().cards == 1
