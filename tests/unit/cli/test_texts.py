"""Every sentence is there in every language, with the same values."""

from __future__ import annotations

import string
import tomllib
from pathlib import Path

import pytest

import cardwarden
from cardwarden.cli import texts
from cardwarden.progress import Work

FOLDER = Path(texts.__file__).parent


def sentences(language: str) -> dict[str, str]:
    tables = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    return {f"{area}.{name}": said for area, names in tables.items() for name, said in names.items()}


def places(sentence: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(sentence) if field}


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_language_has_every_sentence_with_its_values(language: str) -> None:
    english, other = sentences("en"), sentences(language)
    assert english.keys() == other.keys()
    assert [name for name in english if places(english[name]) != places(other[name])] == []


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    assert {file.stem for file in FOLDER.glob("*.toml")} == set(texts.LANGUAGES)


def test_every_kind_of_work_has_its_words() -> None:
    assert set(texts.names("progress")) == {f"progress.{work.value}" for work in Work} | {"progress.rate"}


def test_every_sentence_of_init_is_used() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (Path(cardwarden.__file__).parent / "cli").rglob("*.py"))
    made = ("init.for-", "init.done-started")
    unused = [
        name
        for name in texts.names("init")
        if not any(quoted in source for quoted in (f'"{name}"', f"'{name}'", f'"{name[5:]}"'))
        and not name.startswith(made)
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LC_ALL": "de_AT", "LANG": "ja_JP"}, "de"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fr_FR"}, "en"),
        ({}, "en"),
    ],
)
def test_the_environment_says_the_language(environ: dict[str, str], language: str) -> None:
    assert texts.spoken(environ) == language


def test_a_value_cannot_act_on_the_terminal() -> None:
    assert "\x1b" not in texts.text("doctor.channel-lost", problem="\x1b[31m")
