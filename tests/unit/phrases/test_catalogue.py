from __future__ import annotations

import re
from collections import Counter
from importlib import resources

import pytest
from babel.messages.pofile import read_po

from cardwarden.phrases.catalogue import LANGUAGES, Catalogue, catalogue

HEADER = 'msgid ""\nmsgstr ""\n"Language: en\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_reads_what_babel_reads(language: str) -> None:
    ours = catalogue(language)
    with (resources.files("cardwarden.phrases") / "languages" / f"{language}.po").open("rb") as file:
        messages = [message for message in read_po(file, locale=language, abort_invalid=True) if message.id]

    assert len(messages) > 1000
    for message in messages:
        if isinstance(message.id, tuple):
            forms = message.string
            assert isinstance(forms, list | tuple)
            assert ours.template(message.id[0]) == ours.template(message.id[0], 1) == forms[0]
            assert ours.template(message.id[0], 5) == forms[-1]
        else:
            assert isinstance(message.id, str)
            assert ours.template(message.id) == ours.template(message.id, 5) == message.string


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_has_one_entry(language: str) -> None:
    text = (resources.files("cardwarden.phrases") / "languages" / f"{language}.po").read_text("utf-8")
    names = Counter(re.findall(r'^msgid "(.+)"$', text, re.MULTILINE))

    assert [name for name, times in names.items() if times > 1] == []


def test_a_value_may_stand_on_several_lines_and_hold_any_sign() -> None:
    text = HEADER + 'msgid "one"\nmsgstr ""\n"first \\"line\\"\\n"\n"C:\\\\new # no remark"\n#~ "gone"\n'

    assert Catalogue(text).template("one") == 'first "line"\nC:\\new # no remark'


def test_what_is_not_translated_is_not_known() -> None:
    assert Catalogue(HEADER + 'msgid "one"\nmsgstr ""\n').template("one") is None
    assert Catalogue(HEADER).template("one") is None


def test_a_form_follows_its_count() -> None:
    text = HEADER + 'msgid "one"\nmsgid_plural "one"\nmsgstr[0] "a card"\nmsgstr[1] "{count} cards"\n\n'
    read = Catalogue(text + 'msgid "two"\nmsgstr "all"\n')

    assert [read.template("one", count) for count in (None, 0, 1, 2)] == [
        "a card",
        "{count} cards",
        "a card",
        "{count} cards",
    ]
    assert read.template("two", 2) == "all"
