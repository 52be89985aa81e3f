"""Titles have 40 columns: of a long one the name gives way, and what a field is called, never what happened."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import cardwarden.phrases
from cardwarden.actions.access import LOOKS
from cardwarden.alerts.compose import title_of
from cardwarden.detect.drift.doubt import Apart
from cardwarden.detect.finding import CardRef, Cause, Event, Finding, FindingKind, Severity
from cardwarden.phrases.catalogue import catalogue
from cardwarden.phrases.language import LANGUAGES, Voice, opening
from cardwarden.phrases.phrase import Field, Moment, Phrase, phrase
from cardwarden.text import ELLIPSIS, columns

NAMES = {
    "en": ("Ann", "Mum (mobile)", "Dr. Katherine Montgomery-Fitzgerald", "St Mary's Primary School, after-school club"),
    "de": ("Ute", "Oma Hildegard", "Prof. Dr. Annegret Freifrau von Schönburg", "Städtisches Gymnasium am Rosengarten"),
    "ja": ("母", "山田 花子", "長谷川 紗由理（さくら小学校PTA）", "ヴェロニカ・コンスタンチノヴァ・イワノワ"),
}
NAMES_ELSEWHERE = NAMES["en"]
FIELDS = ("TEL", "BDAY", "NOTE", "PHOTO", "ORG", "X-ALTBDAY", "X-PHONETIC-ORG")


def names_of_titles() -> list[str]:
    """Every phrase that has a form for lack of room, or one for many: what titles are made of."""
    with (Path(cardwarden.phrases.__file__).parent / "languages/en.po").open("rb") as file:
        known = {
            message.id if isinstance(message.id, str) else message.id[0] for message in read_po(file) if message.id
        }
    stems = {name.rpartition(".")[0] for name in known if name.endswith((".short", ".many"))}
    return sorted(name for name in stems & known if not name.startswith(("book-", "drift", "member-", "title-")))


TITLES = names_of_titles()


def words_of(language: str, name: str) -> list[list[str]]:
    """What a title says besides its values: in the whole form and in the short one."""
    templates = [catalogue(language).template(form) for form in (name, f"{name}.short")]
    return [[words for words in re.split(r"\{\w+\}", text) if words] for text in templates if text]


def says(title: str, language: str, name: str, first: Callable[[str], str] = str) -> bool:
    return any(all(words in title for words in [first(form[0]), *form[1:]]) for form in words_of(language, name))


def event(name: str, title: Phrase, more: int = 0, cause: Cause = Cause.CARD) -> Event:
    card = CardRef("key", "uid", name, "a.vcf")
    one = Finding(FindingKind.DEVIATION, "rule", Severity.WARNING, title, None, card, "TEL", "before", "after")
    return Event(cause, Severity.WARNING, 1 + more, (one,) * (1 + more))


@pytest.mark.large
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_says_who_and_what_happened_in_40_columns(language: str) -> None:
    voice = Voice(language)
    wrong = set()
    for stem, field, more in product(TITLES, FIELDS, (0, 1, 12)):
        said = phrase(stem, field=Field(field))
        for who in NAMES.get(language, NAMES_ELSEWHERE):
            title = title_of(event(who, said, more), voice)
            begin, _, _ = title.partition(ELLIPSIS)
            is_named = title.startswith(who) or (who.startswith(begin) and columns(begin) >= 4)
            counted = not more or str(more) in title
            if columns(title) > 40 or not is_named or not counted or not says(title, language, stem):
                wrong.add((stem, title))
    assert wrong == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_differs_in_a_copy_is_said_in_40_columns(language: str) -> None:
    """Where there is no room to say that it is the copy's, the text below does."""
    voice = Voice(language)
    wrong = set()
    for stem, who in product(TITLES, NAMES.get(language, NAMES_ELSEWHERE)):
        title = title_of(event(who, phrase("drift", what=phrase(stem, field=Field("BDAY")))), voice)
        if columns(title) > 40 or not says(title, language, stem):
            wrong.add((stem, title))
    assert wrong == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_of_many_says_how_many_and_what_happened(language: str) -> None:
    voice = Voice(language)
    wrong = set()
    of_many = [stem for stem in TITLES if catalogue(language).template(f"{stem}.many")]
    for stem, field, count in product(of_many, FIELDS, (2, 97, 1200)):
        title = title_of(event("Ann", phrase(stem, field=Field(field)), count - 1, Cause.ALIKE), voice)
        said = (f"{stem}.many", stem)
        counted = str(count) in title or voice.number(count) in title
        if (
            columns(title) > 40
            or not counted
            or not any(says(title, language, one, opening) or says(title, language, one) for one in said)
        ):
            wrong.add((stem, title))
    assert wrong == set()


def test_a_name_of_few_letters_is_never_clipped() -> None:
    for language in LANGUAGES:
        for stem in TITLES:
            assert title_of(event("Ann", phrase(stem, field=Field("TEL"))), Voice(language)).startswith("Ann")


BOOKS = ("family", "Familie Montgomery-Fitzgerald, alle Kontakte", "長谷川家のアドレス帳（共有・家族全員）")
OF_A_BOOK = sorted(
    {"book-lost", "book-lost-since", "member-unread", *(look.name for look in LOOKS.values())}
    | {f"drift-apart-{why}" for why in Apart if why}
    | {"drift-missing", "drift-failed", "drift-failed-some", "record-begun", "record-older"}
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_about_a_book_shortens_the_book_and_says_what_is_wrong(language: str) -> None:
    voice = Voice(language, UTC)
    wrong = set()
    for name, source, book in product(OF_A_BOOK, BOOKS, (None, "Kontakte der Kinder")):
        called = source if book is None else phrase("book-of-source", book=book, source=source)
        since = Moment(datetime(2026, 11, 27, 6, 5, tzinfo=UTC))
        said = phrase(
            name, book=called, who=source, origin=called, copy="Sicherung auf dem Rechner", since=since, count=3
        )
        one = Finding(FindingKind.CONDITION, "book", Severity.WARNING, said)
        title = title_of(Event(Cause.CARD, Severity.WARNING, 1, (one,)), voice)
        if columns(title) > 40 or not (says(title, language, name) or says(title, language, name, opening)):
            wrong.add((name, title))
    assert wrong == set()
