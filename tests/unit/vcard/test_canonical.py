"""One meaning for 2.1, 3.0 and 4.0 spellings."""

from __future__ import annotations

from itertools import permutations

import pytest

from support.cards import card, diff, facts


def meant(*lines: str, version: str = "3.0") -> set[tuple[str, str, frozenset[str], int]]:
    return {(fact.name, fact.meaning, fact.labels, fact.pref) for fact in facts(card(*lines, version=version))}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["X-ANNIVERSARY:2001-02-03"], ["ANNIVERSARY:20010203"]),
        (["item1.X-ABDATE:2001-02-03", "item1.X-ABLabel:_$!<Anniversary>!$_"], ["ANNIVERSARY:20010203"]),
        (["X-ADDRESSBOOKSERVER-KIND:group"], ["KIND:group"]),
        (["X-SIP:jane@a.example"], ["IMPP:sip:jane@a.example"]),
        (["TEL;TYPE=CELL,PREF:03-1"], ["TEL;TYPE=cell;PREF=1:03-1"]),
        (["BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12"], ["BDAY:--0412"]),
        (["PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAA"], ["PHOTO:data:image/jpeg;base64,/9j/4AAA"]),
        (["item1.TEL:03-1", "item1.X-ABLabel:_$!<Mobile>!$_"], ["TEL;TYPE=cell:03-1"]),
        (["KIND:individual"], []),
        (["X-SPOUSE:Tom"], ["RELATED;TYPE=spouse:Tom"]),
        (["NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Gr=C3=BC=C3=9Fe"], ["NOTE:Grüße"]),
        (["NOTE;ENCODING=BASE64;CHARSET=UTF-8:R3LDvMOfZQ=="], ["NOTE:Grüße"]),
        (["NOTE;ENCODING=b;CHARSET=ISO-8859-1:R3L832U="], ["NOTE:Grüße"]),
        (["N;ENCODING=BASE64;CHARSET=UTF-8:S8O2c3RlcjtSw7xkaWdlcjs7Ow=="], ["N:Köster;Rüdiger;;;"]),
        (["NOTE;ENCODING=BASE64:not base64"], ["NOTE:not base64"]),
        (["NOTE;ENCODING=BASE64:Room"], ["NOTE:Room"]),
        (["CATEGORIES:a,b"], ["CATEGORIES:b", "CATEGORIES:a"]),
    ],
)
def test_equivalent_spellings_have_one_meaning(one: list[str], other: list[str]) -> None:
    assert meant(*one) == meant(*other)


def test_bookkeeping_says_nothing() -> None:
    assert meant("REV:20260101T000000Z", "PRODID:x", "X-IMAGEHASH:1") == set()


def test_a_label_of_ones_own_is_kept() -> None:
    [(_, _, labels, _)] = meant("item1.TEL:03-1", "item1.X-ABLabel:Mum")
    assert labels == {"mum"}


def test_a_label_property_and_a_label_parameter_say_the_same() -> None:
    label = ("LABEL", "1 Road\nTown", frozenset({"home"}), 0)
    assert label in meant('ADR;TYPE=home;LABEL="1 Road\\nTown":;;1 Road;Town;;;', version="4.0")
    assert label in meant("LABEL;TYPE=HOME:1 Road\\nTown")


def test_a_uri_that_is_no_uri_any_more_is_shown_with_what_changed() -> None:
    [change] = diff(card("TEL;VALUE=uri:tel:+81312345678"), card("TEL:tel:+81312345678"))
    assert change.before
    assert change.after
    assert (change.before.text, change.after.text) == ("+81312345678", "tel:+81312345678")


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_spellings_of_one_value_means_nothing(order: tuple[int, ...]) -> None:
    lines = ["IMPP;TYPE=home:xmpp:a@b.c", "X-JABBER;TYPE=cell:a@b.c", "IMPP;TYPE=work:xmpp:a@b.c"]
    assert diff(card(*lines), card(*(lines[place] for place in order))) == []


def test_a_fact_knows_what_stands_in_its_line() -> None:
    [fact] = facts(card("NOTE:a\\, b"))
    assert (fact.text, fact.written) == ("a, b", "a\\, b")


def test_an_empty_label_or_reading_in_a_parameter_or_component_says_nothing() -> None:
    assert [f.name for f in facts(card('ADR;LABEL="":;;a', "SOUND;X-IRMC-N:;ﾀﾛｳ"))] == ["ADR", "X-PHONETIC-FIRST-NAME"]


@pytest.mark.parametrize(
    ("phone", "standard"),
    [
        ("nickname;Jo;1;", "NICKNAME:Jo"),
        ("contact_event;2001-02-03;1;;;;", "ANNIVERSARY:20010203"),
        ("contact_event;1985-04-12;3;;;;", "BDAY:1985-04-12"),
        ("relation;Anna;14;;;;;;;;;;;;;", "X-SPOUSE:Anna"),
        ("relation;Tom;2;;;;", "RELATED;TYPE=brother;VALUE=text:Tom"),
        ("relation;Mia;0;Nichte;;;", "RELATED;TYPE=nichte;VALUE=text:Mia"),
    ],
)
def test_androids_own_field_says_what_others_have_a_property_for(phone: str, standard: str) -> None:
    own = card(f"X-ANDROID-CUSTOM:vnd.android.cursor.item/{phone}")
    assert diff(own, card(standard)) == []
    assert diff(card(standard), own) == []


def test_androids_field_that_nobody_else_has_is_its_own() -> None:
    [fact] = facts(card("X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;2001-02-03;2;;"))
    assert fact.name == "X-ANDROID-CUSTOM"


def test_other_programs_names_of_a_property_say_the_same() -> None:
    assert diff(card("X-GENDER:Female", "X-NICKNAME:Jo"), card("GENDER:F", "NICKNAME:Jo")) == []
    assert (
        diff(card("item1.URL:https://a.example", "item1.X-ABLabel:_$!<HomePage>!$_"), card("URL:https://a.example"))
        == []
    )


def test_macs_word_for_a_company_is_a_kind() -> None:
    assert diff(card("FN:Acme", "X-ABSHOWAS:COMPANY"), card("FN:Acme", "KIND:org", version="4.0")) == []


def test_a_number_that_is_a_whole_text_is_compared_as_one() -> None:
    [change] = diff(card("TEL:" + "tea 1" * 900), card("TEL:" + "tea 2" * 900))
    assert change.before
    assert change.before.number is None


def test_a_name_sorted_by_a_parameter_or_a_property_is_sorted_the_same() -> None:
    parameter, property_ = (
        card('N;SORT-AS="Roe,Jane":Roe;Jane;;;', version="4.0"),
        card("N:Roe;Jane;;;", "SORT-STRING:Roe Jane"),
    )
    assert diff(parameter, property_) == []
    [change] = diff(parameter, card("N:Roe;Jane;;;", "SORT-STRING:Poe Jane"))
    assert change.name == "SORT-STRING"
