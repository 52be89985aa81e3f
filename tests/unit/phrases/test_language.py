"""A phrase is read in a language; what a card or a server wrote in it is harmless and never taken for our own words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.phrases.language import LANGUAGES, Voice, language_of_environment
from cardwarden.phrases.phrase import (
    Country,
    Day,
    Field,
    Label,
    Moment,
    Person,
    Phrase,
    Sentence,
    Value,
    dumped,
    loaded,
    names,
    phrase,
    without_persons,
)

ENGLISH, JAPANESE, GERMAN = Voice("en"), Voice("ja"), Voice("de")
leaves = st.one_of(
    st.text(),
    st.integers(),
    st.builds(Person, st.none() | st.text(), st.text()),
    st.builds(Country, st.sampled_from(["US", "JP", "001", ""])),
    st.builds(Field, st.text()),
    st.builds(Label, st.lists(st.text()).map(tuple)),
    st.builds(Day, st.sampled_from(["2026-01-31", "never"])),
    st.builds(Moment, st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0))),
    st.builds(Sentence, st.text()),
)
phrases = st.recursive(
    st.builds(Phrase, st.sampled_from(["became", "then", "value-lost", "nobody-says-this"])),
    lambda inner: st.dictionaries(
        st.sampled_from(["first", "second", "before", "after", "field", "count"]), leaves | inner
    ).map(lambda values: phrase("then", **values)),
    max_leaves=8,
)


@given(phrases | leaves)
def test_a_value_comes_back_from_json_as_it_was(value: Value) -> None:
    assert loaded(dumped(value)) == value
    assert (dumped(value) or "").isascii()


@given(phrases, st.sampled_from(LANGUAGES), st.integers(1, 100))
def test_any_phrase_can_be_said_and_acts_on_no_terminal(said: Phrase, language: str, width: int) -> None:
    text = Voice(language, UTC).title(said, width=width)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def test_counts_take_the_plural_of_the_language() -> None:
    for count, english, german in ((1, "1 alert did", "1 Nachricht kam"), (2, "2 alerts did", "2 Nachrichten kamen")):
        said = phrase("missed-title", count=count)
        assert ENGLISH.say(said).startswith(english)
        assert GERMAN.say(said).startswith(german)
        assert f"{count}件" in JAPANESE.say(said)


def test_numbers_days_and_countries_are_written_as_the_language_has_them() -> None:
    assert [v.number(1234567) for v in (ENGLISH, JAPANESE, GERMAN)] == ["1,234,567", "1,234,567", "1.234.567"]
    assert [v.day("2026-01-31") for v in (ENGLISH, JAPANESE, GERMAN)] == ["31 Jan 2026", "2026/01/31", "31.01.2026"]
    assert [v.country("DE") for v in (ENGLISH, JAPANESE, GERMAN)] == ["Germany", "ドイツ", "Deutschland"]
    assert [v.country("US") for v in (ENGLISH, JAPANESE, GERMAN)] == ["USA", "アメリカ", "USA"]
    assert ENGLISH.country("001") == "abroad"


def test_a_time_is_read_in_the_readers_zone() -> None:
    at = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    assert Voice("en", ZoneInfo("Asia/Tokyo")).when(at) == "1 Feb 2026 08:30"
    assert Voice("de", ZoneInfo("Asia/Tokyo")).when(at) == "01.02.2026 08:30"
    assert Voice("ja", ZoneInfo("Asia/Tokyo")).value(Moment(at)) == "2026/02/01 08:30"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_is_written_as_cldr_writes_it(language: str) -> None:
    locale = Locale.parse({"en": "en_GB"}.get(language, language))
    assert Voice(language).say(phrase("date-pattern")) == locale.date_formats["medium"].pattern
    for month in range(1, 13):
        for day in (date(2026, month, 3), date(998, month, 28)):
            assert Voice(language).day(day.isoformat()) == format_date(day, "medium", locale=locale)
    months = [locale.months["format"]["abbreviated"][month] for month in range(1, 13)]
    assert Voice(language).say(phrase("months")) == " ".join(months)


def test_a_sentence_opens_with_a_capital_but_a_name_stays_as_it_is_written() -> None:
    lost = phrase("value-lost", field=Field("BDAY"))
    assert ENGLISH.title(lost) == "Birthday was lost"
    assert ENGLISH.title(phrase("event-of-card", who=Person("iPhone shop", "k"), what=lost)) == (
        "iPhone shop: birthday was lost"
    )
    assert ENGLISH.title(phrase("event-of-card", who=Person("", "k"), what=lost)).startswith(
        "A contact without a name:"
    )
    assert GERMAN.title(lost) == "Geburtstag fehlt jetzt"


def test_a_property_that_no_table_knows_is_called_by_its_own_name() -> None:
    assert ENGLISH.field("X-FAVOURITE-TEA") == "favourite tea"


def test_braces_in_a_name_are_no_places() -> None:
    assert ENGLISH.say(phrase("value-added-why", value="{count} {value}")) == "{count} {value} is new."


def test_a_phrase_of_another_version_is_said_as_far_as_it_goes() -> None:
    assert ENGLISH.say(phrase("of-tomorrow", a="x\x1b", b=2)) == "of-tomorrow: x<U+001B>, 2"
    assert ENGLISH.say(phrase("became", before="x")) == "x became …."


def test_one_contact_is_taken_out_of_a_phrase_and_no_other() -> None:
    ann, annabel = Person("Ann", "ann-1"), Person("Annabel", "ann-12")
    sentence = phrase("numbers-exchanged-why", who=annabel, owner=ann)
    left = without_persons(sentence, {"ann-1"})
    assert isinstance(left, Phrase)
    assert ENGLISH.say(left) == "Annabel and (forgotten) exchanged their numbers: a call to one reaches the other."
    assert names(sentence, "ann-1")
    assert not names(left, "ann-1")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "de_AT@euro"}, "de"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE", "LC_ALL": "fr_FR"}, "en"),
        ({"LANG": "en_US", "LC_MESSAGES": "ja"}, "ja"),
    ],
)
def test_the_environment_names_a_language(environment: dict[str, str], language: str) -> None:
    assert language_of_environment(environment) == language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [0, 999, 1000, -12345, 1234567])
def test_a_number_is_written_as_cldr_has_it(language: str, number: int) -> None:
    assert Voice(language).number(number) == format_decimal(number, locale=language)
