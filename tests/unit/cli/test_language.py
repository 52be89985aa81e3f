"""Whoever set a language reads it wherever a command goes wrong: none of our English, none of a library's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cardwarden.cli.main import run
from support.command import Command
from support.world import World

CODE = re.compile(
    r'"[^"]*"|`[^`]*`|\[[^\]]*\]|\S*/\S*|\{[^}]*\}'  # quoted, keys, paths
    r"|cardwarden [a-z0-9 .~=A-Z|_-]*|--?[a-z-]+|[a-z]+(?:-[a-z]+)+|(?:[a-z-]+, )+[a-z-]+"  # commands, options, rules, choices
)
ENGLISH = re.compile(r"\b[a-z]{2,} [a-z]{2,}\b")
WRONG = [
    ["show"], ["show", "x"], ["show", "999"], ["show", "e999"], ["show", "--card", "nobody"], ["accept"], ["accept", "e99"],
    ["restore"], ["restore", "99"], ["history", "--since", "xx"], ["history", "--card", "nobody"], ["rules", "nope"],
    ["check", "--source", "nope"], ["check", "--nope"], ["expect", "5x", "--source", "family"], ["expect", "--source", "family"],
    ["expect", "30d", "--source", "family"], ["report", "e99", "-o", "/nope/x.zip"], ["verify", "/etc/hostname"],
    ["verify", "--head", "zz"], ["export", "--source", "family", "--at", "x", "-o", "/nope/x"], ["diff", "/nope", "/nope2"],
    ["diff"], ["backup", "/nope/x"], ["backup"], ["forget", "--card", "nobody"], ["guard"], ["guard", "nobody"],
    ["login", "family"], ["login", "nope"], ["discover"], ["discover", "ftp://x"], ["discover", "http://[x"],
    ["source", "rename", "a", "b"], ["web", "link", "e99"], ["alert", "test"], ["alert", "preview", "x"],
    ["alert", "preview", "--kind", "nope"], ["household", "list"], ["restore", "--undo", "x"], ["nope"],
]  # fmt: skip


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
@pytest.mark.parametrize("language", ["de", "ja"])
def test_what_goes_wrong_is_said_in_the_language_of_the_settings(
    language: str, words: list[str], world: World, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}.UTF-8")
    world.settings += f'language = "{language}"\n'
    world.put("佐藤 花子", "TEL:03-1234-5601")
    world.check()
    ran = command(*words)
    said = (ran.out + ran.err).strip()
    assert said
    assert ran.code
    if language == "ja":
        assert ENGLISH.findall(CODE.sub("", said)) == []
        assert re.search(r"[ぁ-ん]", said)
    else:
        assert not re.search(r"\b(?:the|is|no|not|write|such|of)\b", CODE.sub("", said)), said


@pytest.mark.parametrize(("text", "place"), [("region = JP\n", "1行目10文字目"), ("x = [\n", "末尾")])
def test_a_file_that_is_no_toml_says_where(
    text: str, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    (tmp_path / "bad.toml").write_text(text, "utf-8")
    assert run(["check", "--config", str(tmp_path / "bad.toml")]) == 4
    assert place in capsys.readouterr().err
