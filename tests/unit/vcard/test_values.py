"""Two spellings of one value compare equal, and no two values do."""

from __future__ import annotations

import pytest

from cardwarden.vcard import addresses, values
from cardwarden.vcard.card import Property


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1985-04-12", "19850412"),
        ("1985-04-12T00:00:00Z", "1985-04-12"),
        ("--04-12", "--0412"),
        ("1985-04-12T10:20:30Z", "19850412T102030+0000"),
    ],
)
def test_a_date_has_one_spelling(one: str, other: str) -> None:
    assert values.date(one) == values.date(other)


def test_apples_omitted_year_is_no_year_and_another_time_is_another_date() -> None:
    assert values.date("1604-04-12", "1604") == "--04-12"
    assert values.date("1985-04-12T10:20:30Z") != values.date("1985-04-12T10:20:31Z")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mailto:Jane@Example.COM", "jane@example.com"),
        ("jane@bücher.example", "jane@xn--bcher-kva.example"),
    ],
)
def test_a_mail_address_has_one_spelling(one: str, other: str) -> None:
    assert addresses.mail(one) == addresses.mail(other)


def test_a_sharp_s_in_a_domain_is_not_two() -> None:
    assert addresses.mail("a@straße.example") != addresses.mail("a@strasse.example")


def test_a_web_address_keeps_the_case_of_its_path() -> None:
    assert addresses.uri("HTTPS://Example.COM/") == addresses.uri("https://example.com")
    assert addresses.uri("https://a.example/X") != addresses.uri("https://a.example/x")


def test_escapes_are_undone_once() -> None:
    assert values.unescape(r"a\, b\; c\nd\\n") == "a, b; c\nd\\n"


def test_components_are_split_where_they_are_not_escaped() -> None:
    assert values.components(r"a\;b;c;;") == ("a;b", "c")


def test_text_is_one_whatever_its_unicode_form_and_blanks() -> None:
    assert values.text("Cafe\u0301  au\u00a0lait \r\n") == "Café au lait"
    assert values.text("a\u200bb") != values.text("ab")
    assert (values.text("tea  rum"), values.text("tea\x01rum")) == ("tea rum", "tearum")


def test_an_id_is_one_with_and_without_its_urn() -> None:
    uid = "0F8FAD5B-D9CB-469F-A165-70867728950E"
    assert values.member(f"urn:uuid:{uid}") == values.member(f"{uid.lower()}.vcf") == uid.lower()
    assert values.member("Abc") != values.member("abc")


def test_a_place_has_one_spelling() -> None:
    assert values.place("37.38;-122.08") == values.place("geo:37.38,-122.08")


def test_parameters_carets_are_undone() -> None:
    assert values.caret("a^nb^'c^^d") == 'a\nb"c^d'


def test_what_stands_behind_the_known_components_counts_unless_it_repeats_them() -> None:
    assert values.address(";;5 Main St;Town;;1;US;5 Main St, Town 1, US") == (
        "",
        "",
        "5 Main St",
        "Town",
        "",
        "1",
        "US",
    )
    assert values.address(";;5 Main St;Town;;1;US;formatted 5") == ("", "", "5 Main St", "Town", "", "1", "US")
    assert values.address(";;5 Main St;Town;;1;US;6")[7] == "6"
    assert values.name("Roe;Jane;;;;Roe") == ("Roe", "Jane")


def test_the_day_alone_is_a_date() -> None:
    assert values.date("---12") == "---12"
    assert values.date("--0412") == "--04-12"


def test_a_heap_of_marks_is_left_as_it_is_and_a_long_text_is_not() -> None:
    heap, text = "e" + "\u0301" * 20_000, "cafe\u0301 " * 4_000
    assert values.normal("NFC", heap) == heap
    assert values.normal("NFC", text) == "caf\u00e9 " * 4_000


@pytest.mark.parametrize(
    ("written", "omitted", "meaning"),
    [
        ("1985-04-12", "1604", "1985-04-12"),
        ("1604", "1604", "1604"),
        ("1985-04-12T1030", "", "1985-04-12T103000"),
        ("1985-04-12T10+00:00", "", "1985-04-12T100000Z"),
        ("1985-04-12T10:30+01:00", "", "1985-04-12T103000+0100"),
    ],
)
def test_a_date_means_its_day_and_the_time_that_it_says(written: str, omitted: str, meaning: str) -> None:
    assert values.date(written, omitted) == meaning


def test_a_place_is_another_one_on_the_other_side() -> None:
    assert (values.place("-37.50;122.0"), values.place("37.5;-122")) == ("-37.5,122", "37.5,-122")


@pytest.mark.parametrize(("marks", "is_left"), [(100, False), (101, True)])
@pytest.mark.parametrize("before", ["", "e"])
def test_a_hundred_marks_on_a_letter_are_no_heap(before: str, marks: int, is_left: bool) -> None:
    written = before + "\u0301" * marks + "e\u0301" + "\u0301" * (marks - 1) + "cafe\u0301" + " " * 10_000
    assert (values.normal("NFC", written) == written) is is_left


def test_a_heap_is_looked_for_in_what_is_long() -> None:
    longest = "e" + "\u0301" * 9_999
    assert values.normal("NFC", longest) != longest
    assert values.normal("NFC", f"{longest}\u0301") == f"{longest}\u0301"


def test_empty_items_are_none_and_an_entity_ends_no_component() -> None:
    assert values.items("a,,b") == ("a", "b")
    assert values.components("M&uuml;ller;Jane") == ("M&uuml;ller", "Jane")
    assert values.address(";;5 Main St;Town;;1;US;No. 5 in 1") == ("", "", "5 Main St", "Town", "", "1", "US")


@pytest.mark.parametrize(
    ("written", "meaning"),
    [("AAEC", "AAEC"), ("VG*Vh", "VG*Vh"), ("VGVh", "Tea")],
    ids=["bytes", "a star", "text"],
)
def test_base64_that_is_no_text_stands_as_it_is(written: str, meaning: str) -> None:
    assert values.decoded(Property("NOTE", written, (("ENCODING", ("b",)),))) == meaning


@pytest.mark.parametrize(
    ("value", "media"),
    [
        ("data:application/x-tea;base64,QUJD", "x-tea"),
        ("QUJD" * 16, ""),
        ("QUJD" * 15 + "QUI", None),
        ("hello", None),
        ("a text that is no base64: " * 5, None),
    ],
)
def test_an_inline_value_is_one_by_its_uri_or_from_sixty_four_letters_on(value: str, media: str | None) -> None:
    found = values.picture(Property("PHOTO", value), value)
    assert (found.media if isinstance(found, values.Picture) else None) == media
