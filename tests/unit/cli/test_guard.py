"""`guard` on the command line: whom, since when, by whom, and whom else it would suit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cardwarden.cli.main import run
from support.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.put("Aunt", "TEL:03-1234-5678", "CATEGORIES:Family")
    world.put("Example Bank", "TEL:03-1234-0003")
    world.check()
    return world


def called(world: World, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run(["guard", "--config", str(world.config), *arguments])
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def test_a_contact_is_guarded_listed_and_guarded_no_more(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(world, capsys, "aunt") == (
        0,
        "Aunt in family is guarded closely: each change is told at once, whoever made it.\n",
    )
    assert "already" in called(world, capsys, "Aunt")[1]
    assert "Aunt" in called(world, capsys, "--list")[1]
    assert "as any other contact again" in called(world, capsys, "Aunt", "--remove")[1]
    assert "was not guarded closely" in called(world, capsys, "Aunt", "--remove")[1]


def test_a_category_is_guarded_and_listed(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(world, capsys, "--category", "Family")[0] == 0
    listed = json.loads(called(world, capsys, "--list", "--json")[1])
    assert [one["category"] for one in listed["guarded"]] == ["Family"]
    assert called(world, capsys, "--category", "family", "--remove", "--json")[1].split() == (
        ["{", '"changed":', "true,", '"guarded":', "false", "}"]
    )


def test_a_bank_is_suggested_until_it_is_guarded(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Example Bank" in called(world, capsys, "--list")[1]
    called(world, capsys, "Example Bank")
    assert json.loads(called(world, capsys, "--list", "--json")[1])["suggested"] == []


def test_whom_the_settings_name_is_taken_out_there(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.more = '[guarded]\ncontacts = ["Aunt"]\n'
    code, said = called(world, capsys, "Aunt", "--remove")
    assert (code, "under [guarded] contacts" in said) == (7, True)


def test_an_unknown_name_suggests_the_nearest(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = called(world, capsys, "Exampel Bank")
    assert (code, 'Did you mean "Example Bank"?' in said) == (2, True)


def test_nobody_named_is_said(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(world, capsys)[0] == 2


def test_it_speaks_the_owner_s_language(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.settings = 'region = "JP"\nlanguage = "ja"\n'
    assert "誰が変えても、変更はすぐに知らせます。" in called(world, capsys, "Aunt")[1]
    assert "「Nobody」という名前や番号の連絡先はありません。" in called(world, capsys, "Nobody")[1]
