"""Each language keeps to its own conventions and to the glossary of the guide, in every phrase."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import cardwarden.phrases

FILES = Path(cardwarden.phrases.__file__).parent / "languages"
GLOSSARY = Path(__file__).parents[3] / "docs/reference/glossary.md"
LETTER = r"[\u3040-\u30ff\u4e00-\u9fff]"
CODE = re.compile(r'`[^`]*`|"[^"]*"|https?://\S+|\w+://\S+|sqlite:')


def texts(language: str) -> Iterator[tuple[str, str]]:
    """The name and each form of every phrase."""
    with (FILES / f"{language}.po").open("rb") as file:
        for message in read_po(file, locale=language):
            if message.id:
                name = message.id if isinstance(message.id, str) else message.id[0]
                for form in (message.string,) if isinstance(message.string, str) else message.string:
                    yield name, form


def prose(text: str) -> str:
    """Without what is typed, and what is written into the settings."""
    return CODE.sub("", text)


def forbidden() -> Iterator[tuple[str, str]]:
    """The language and the word, of the table's last column."""
    rows = [line.split("|") for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("| ")]
    for row in rows[1:]:
        for group in row[4].split(";"):
            language, _, words = group.strip().partition(": ")
            for word in filter(None, words.split(", ")):
                yield language, word


def test_the_glossary_is_read() -> None:
    assert {("ja", "電話帳"), ("de", "Kennwort"), ("de", "bewacht")} <= set(forbidden())


@pytest.mark.parametrize(("language", "word"), list(forbidden()))
def test_a_thing_is_called_by_its_one_word(language: str, word: str) -> None:
    wanted = re.compile(rf"\b{word}" if language == "de" else word, re.IGNORECASE if word.islower() else 0)
    if language == "de" and word in {"Buch", "Bücher", "Fehler", "Bug"}:
        wanted = re.compile(rf"\b{word}\b")
    assert [name for name, text in texts(language) if wanted.search(prose(text))] == []


def test_german_says_sie() -> None:
    familiar = re.compile(
        r"\b(?:du|dir|dich|dein(?:e|em|en|er|es)?|euch|euer|bist|hast|kannst|willst|musst)\b", re.IGNORECASE
    )
    assert [name for name, text in texts("de") if familiar.search(text)] == []


def test_german_quotes_are_german() -> None:
    """Straight ones are those of the settings."""
    wrong = [name for name, text in texts("de") if re.search(r"[“”]", re.sub(r"„[^“„]*“", "", text)) or "‚" in text]
    assert wrong == []


def test_japanese_brackets_and_marks_are_full_width() -> None:
    half = re.compile(rf"[()]|{LETTER}[:?!,.;](?!\w)|[:?!](?: |$)(?!\w+://)")
    wrong = [(name, text) for name, text in texts("ja") if re.search(LETTER, text) and half.search(prose(text).strip())]
    assert wrong == []


def test_a_japanese_count_stands_without_blanks() -> None:
    blank = re.compile(rf"{LETTER} \{{count\}}|\{{count\}} {LETTER}")
    assert [name for name, text in texts("ja") if blank.search(text)] == []


@pytest.mark.parametrize("language", ["de", "en", "ja"])
def test_no_phrase_has_blanks_at_its_ends_or_two_in_a_row(language: str) -> None:
    wrong = [name for name, text in texts(language) if text != text.strip() or re.search(r"\S  \S", text)]
    assert [name for name in wrong if not name.startswith(("history-line", "diff-"))] == []
