"""A source as it was at a time: written to the byte, shown, and compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from cardwarden.actions.export import export
from cardwarden.actions.history import books_at, diff_times
from cardwarden.errors import RefusedError, UsageError
from support.words import title
from support.world import YAMADA, World, card


def exported(world: World, at: datetime, out: Path) -> int:
    with world.program() as program, program.store.read() as connection:
        return export(connection, books_at(connection, "family", at, world.clock.now()), out)


def test_a_folder_comes_back_as_it_was(world: World, tmp_path: Path) -> None:
    world.put("Yamada", *YAMADA)
    world.put("Sato", "TEL:03-1234-5604", file="../contacts/佐藤 花子.vcf")
    then = {path.name: path.read_bytes() for path in world.book.iterdir()}
    first = world.clock.now()
    world.check()
    world.put("Yamada", "TEL:+1")
    world.remove("佐藤 花子")
    world.check()
    assert exported(world, first, tmp_path / "old") == 2
    assert {path.name: path.read_bytes() for path in (tmp_path / "old").iterdir()} == then
    assert exported(world, first, tmp_path / "old.vcf") == 2
    assert (tmp_path / "old.vcf").read_bytes() == b"".join(data for _, data in sorted(then.items()))
    with pytest.raises(RefusedError, match="there already"):
        exported(world, first, tmp_path / "old.vcf")


def test_two_books_of_one_title_are_two_folders(world: World, tmp_path: Path) -> None:
    world.put("Yamada", *YAMADA, file="a.vcf")
    world.put("Sato", file="2-a.vcf")
    world.check()
    with world.program() as program, program.store.read() as connection:
        [book] = books_at(connection, "family", world.clock.now(), world.clock.now())
        other = replace(book, book=replace(book.book, title=book.book.title.upper()))
        assert export(connection, [book, other, book], tmp_path / "out") == 6
    folders = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert len({folder.casefold() for folder in folders}) == 3
    assert all(len(list((tmp_path / "out" / folder).iterdir())) == 2 for folder in folders)


def test_a_file_of_many_cards_comes_back_as_it_was(world: World, tmp_path: Path) -> None:
    book = tmp_path / "book.vcf"
    world.more = f'[sources.phone]\ntype = "vcf-file"\npath = "{book}"\n'
    whole = b"".join(card(f"Card {number}", "NOTE:x") for number in range(20))
    world.write(book, whole)
    with world.program() as program:
        program.check("phone")
        then = world.clock.now()
        with program.store.read() as connection:
            export(connection, books_at(connection, "phone", then, world.clock.now()), tmp_path / "out.vcf")
    assert (tmp_path / "out.vcf").read_bytes() == whole


def test_before_the_first_check_there_is_nothing(world: World, tmp_path: Path) -> None:
    world.put("Yamada", *YAMADA)
    before = world.clock.now().replace(year=2020)
    world.check()
    with pytest.raises(UsageError, match="first check came later"):
        exported(world, before, tmp_path / "out.vcf")


def test_two_times_are_compared_and_judged(world: World) -> None:
    world.put("Yamada", *YAMADA)
    world.put("Sato", "TEL:03-1234-5604")
    times = []
    for change in ("TEL:+186080-1234-5602", "TEL:186080-1234-5602"):
        times.append(world.clock.now())
        world.check()
        world.put("Yamada", YAMADA[0], change)
    times.append(world.clock.now())
    world.check()
    with world.program() as program, program.store.read() as connection:
        judging = program.judging("family")
        damage, _repaired = (
            [title(event) for event in diff_times(connection, "family", times[0], at, judging, at).events]
            for at in times[1:]
        )
        nothing = diff_times(connection, "family", times[0], times[0], judging, times[0])
    assert damage == ["Yamada: number gained a +"]
    assert nothing.events == ()
