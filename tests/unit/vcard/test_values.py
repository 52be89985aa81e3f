"""Two spellings of one value compare equal, and no two values do."""

from __future__ import annotations

import pytest

from cardwarden.vcard import addresses, values


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
