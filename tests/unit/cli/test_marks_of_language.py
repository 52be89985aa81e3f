"""Japanese that is put together of pieces has Japanese marks between them."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from support.command import Command
from support.world import YAMADA, World


@pytest.fixture
def japanese(world: World) -> World:
    """One contact of which two things changed, and four that lost a note, with one that has another title."""
    world.settings = f'language = "ja"\n{world.settings}'
    world.put("山田", *YAMADA, "NOTE:庭")
    for name in ("木村", "佐藤", "鈴木", "高橋"):
        world.put(name, "NOTE:庭")
    world.check()
    world.put("山田", "TEL;TYPE=CELL:+186080-1234-5602", "BDAY:1984-01-02")
    for name in ("木村", "佐藤", "鈴木", "高橋"):
        world.put(name)
    world.check()
    return world


def test_no_english_mark_stands_between_the_pieces(japanese: World, command: Command, tmp_path: Path) -> None:
    numbers = [str(found["id"]) for found in command("findings", "--json").json["findings"]]
    assert len(numbers) > 3
    assert command("report", *numbers, "-o", str(tmp_path / "e.zip")).code == 0
    page = zipfile.ZipFile(tmp_path / "e.zip").read("report.html").decode()
    body = re.sub(r"<[^>]*>", "", re.sub(r"<style>.*?</style>|<pre>.*?</pre>", "", page, flags=re.DOTALL))
    for said in (command("findings").out, *(command("show", number).out for number in numbers), body):
        assert "：" in said
        assert re.findall(r"\S*[:,] \S*|\([^)]*\)|\S+:$", said, re.MULTILINE) == []
