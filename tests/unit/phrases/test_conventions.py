"""Each language keeps to its own conventions and to the glossary of the guide, in every phrase."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import cardwarden.phrases
from cardwarden.phrases.rule_pages import pages

FILES = Path(cardwarden.phrases.__file__).parent / "languages"
GLOSSARY = Path(__file__).parents[3] / "docs/reference/glossary.md"
LETTER = r"[\u3040-\u30ff\u4e00-\u9fff]"
NUMBERS = (
    "books|broken|cards|column|count|found|length|limit|lost|rank|rate|seconds|size|total",
    {"guard-other-book": "now", "multistatus-no-xml": "line", "restore-undone": "number", "show-state-some": "number"},
)
"""Places that always hold a number, and those that do so in one phrase."""
NOTICES = {"page-severity-notice", "severity-notice"}
CODE = re.compile(r'`[^`]*`|"[^"]*"|https?://\S+|\w+://\S+|sqlite:')


@cache
def texts(language: str) -> tuple[tuple[str, str], ...]:
    """The name and each form of every phrase, and the rules' pages."""
    return tuple(_texts(language))


def _texts(language: str) -> Iterator[tuple[str, str]]:
    with (FILES / f"{language}.po").open("rb") as file:
        for message in read_po(file, locale=language):
            if message.id:
                name = message.id if isinstance(message.id, str) else message.id[0]
                for form in (message.string,) if isinstance(message.string, str) else message.string or ():
                    yield name, form
    for rule, paragraphs in pages(language).items():
        for paragraph in paragraphs:
            yield f"rules/{rule}", paragraph


def guide(language: str) -> Iterator[tuple[str, str]]:
    """The pages of the guide in a language, without what is typed and shown there."""
    for page in (GLOSSARY.parents[1] / language).glob("*.md"):
        yield page.name, re.sub(r"(?ms)^```.*?^```", "", page.read_text("utf-8"))


def prose(text: str) -> str:
    """Without what is typed, and what is written into the settings."""
    return CODE.sub("", text)


def forbidden() -> Iterator[tuple[str, str]]:
    """The language and the word, of the table's last column."""
    rows = [line.split("|") for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("| ")]
    for row in rows[1:]:
        for group in row[-2].split(";"):
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
    assert [name for name, text in (*texts(language), *guide(language)) if wanted.search(prose(text))] == []


def test_german_says_sie() -> None:
    familiar = re.compile(
        r"\b(?:du|dir|dich|dein(?:e|em|en|er|es)?|euch|euer|bist|hast|kannst|willst|musst)\b", re.IGNORECASE
    )
    assert [name for name, text in texts("de") if familiar.search(text)] == []


def test_german_asks_nobody_as_a_friend() -> None:
    """The verbs of the phrases, as one would say them to somebody one knows well; those that are nouns as well are left out."""
    familiar = re.compile(
        r"\b(?:bestätige|beende|behalte|beginne|berichtige|bring|bringe|drücke|entferne|ersetze|erstelle|füge|führe|gib|gehe|halte"
        r"|installiere|klicke|komme?|lass|lege|lies|lösche|mache?|melde|nenne|nimm|öffne|probiere|prüfe|rufe|sage?|schalte|schau"
        r"|schick|schicke|schreibe?|setze|sieh|speichere|starte|stell|trage|tippe|verschiebe|versuche?|verwende|wähle|warte|zeig)\b",
        re.IGNORECASE,
    )
    assert familiar.search("Um es zu erlauben, schreibe es auf.")
    assert [name for name, text in texts("de") if familiar.search(prose(text))] == []


def test_german_quotes_are_german() -> None:
    """Straight ones are those of the settings."""
    wrong = [name for name, text in texts("de") if re.search(r"[“”]", re.sub(r"„[^“„]*“", "", text)) or "‚" in text]
    assert wrong == []


def test_japanese_brackets_and_marks_are_full_width() -> None:
    half = re.compile(rf"{LETTER}[:?!,.;](?!\w)|[:?!](?: |$)(?!\w+://)")
    found = [(name, text) for name, text in texts("ja") if re.search(LETTER, text) and half.search(prose(text).strip())]
    assert found == []


def test_japanese_brackets_are_full_width_in_what_has_places_alone() -> None:
    assert [(name, text) for name, text in texts("ja") if re.search(r"[()]", prose(text))] == []


def test_a_japanese_number_stands_without_blanks() -> None:
    places, of_one = NUMBERS

    def has_blank(name: str, text: str) -> bool:
        each = f"{places}|{of_one[name]}" if name in of_one else places
        return bool(re.search(rf"{LETTER} \{{(?:{each})\}}|\{{(?:{each})\}} {LETTER}|\d [件日桁回個秒分週つ]", text))

    assert has_blank("x", "連絡先 {cards} 件")
    assert [(name, text) for name, text in texts("ja") if has_blank(name, text) and not name.startswith("rules/")] == []


def test_a_notice_is_a_severity_and_no_message_in_japanese() -> None:
    named = {name for name, text in texts("ja") if "お知らせ" in text}
    assert {name for name in named if not name.startswith("rules/")} == NOTICES


@pytest.mark.parametrize("language", ["de", "en", "ja"])
def test_no_phrase_has_blanks_at_its_ends_or_two_in_a_row(language: str) -> None:
    wrong = [name for name, text in texts(language) if text != text.strip() or re.search(r"\S  \S", text)]
    assert [name for name in wrong if not name.startswith(("history-line", "diff-"))] == []
