"""One meaning for 2.1, 3.0 and 4.0 spellings."""

from __future__ import annotations

import base64
from itertools import permutations

import pytest

from cardwarden.vcard.number import LONGEST
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


def test_a_label_is_preferred_as_its_address_is() -> None:
    work, home = (";;1 Road;Town;;;", ";;2 Road;Town;;;")
    label = "LABEL;WORK;PREF;ENCODING=QUOTED-PRINTABLE:1 Road=0D=0ATown"
    before = card(f"ADR;WORK;PREF:{work}", label, f"ADR;HOME:{home}", "LABEL;HOME:2 Road", version="2.1")
    in_one = f'ADR;TYPE=WORK;PREF=1;LABEL="1 Road\\nTown":{work}', f'ADR;TYPE=HOME;LABEL="2 Road":{home}'
    after = card(*in_one, version="4.0")
    assert diff(before, after) == []
    assert diff(after, after.replace(b"PREF=1;", b"")) != []


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
        ("relation;Mia;;Nichte;;;", "RELATED;TYPE=nichte;VALUE=text:Mia"),
        ("relation;Mia;15;Nichte;;;", "RELATED;TYPE=nichte;VALUE=text:Mia"),  # Android has 14
    ],
)
def test_androids_own_field_says_what_others_have_a_property_for(phone: str, standard: str) -> None:
    own = card(f"X-ANDROID-CUSTOM:vnd.android.cursor.item/{phone}")
    assert diff(own, card(standard)) == []
    assert diff(card(standard), own) == []


@pytest.mark.parametrize("type_", ["9" * 5_000, "-1", "\uff11\uff14", "15"])
def test_androids_field_of_no_known_type_has_the_label_of_its_own(type_: str) -> None:
    [fact] = facts(card(f"X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Anna;{type_};Neighbour"))
    assert (fact.name, fact.labels) == ("RELATED", frozenset({"neighbour"}))


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


@pytest.mark.parametrize(
    ("lines", "ranks"),
    [
        (["TEL;TYPE=PREF:1234561", "TEL:1234562"], [1, 0]),
        (["TEL;PREF=50:1234561", "TEL:1234562"], [1, 0]),
        (["TEL;PREF=1:1234561", "TEL;PREF=2:1234562"], [1, 0]),
        (["TEL;PREF=1:1234561", "TEL;PREF=2:1234562", "TEL:1234563"], [1, 2, 0]),
        (["TEL;PREF=7:1234561", "TEL;PREF=80:1234562", "TEL;PREF=9:1234563"], [1, 3, 2]),
        (["TEL;PREF=100:1234561", "TEL;PREF=101:1234562"], [1, 1]),
        (["TEL;PREF=1:1234561", "EMAIL;PREF=2:a@b.c"], [1, 1]),
        (["IMPP;PREF=1:xmpp:a@b.c", "X-JABBER:a@b.c", "IMPP:xmpp:d@b.c"], [1, 0]),
    ],
)
def test_a_preference_is_a_rank_among_the_values_of_its_property(lines: list[str], ranks: list[int]) -> None:
    assert [fact.pref for fact in facts(card(*lines))] == ranks


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        (["TEL;TYPE=CELL,MSG:1234567"], {"cell"}),
        (["TEL;TYPE=HOME,TEXT:1234567"], {"home"}),
        (["TEL;TYPE=MSG:1234567"], {"msg"}),
        (["EMAIL;TYPE=HOME,TEXT:a@b.c"], {"home", "text"}),
        (['TEL;TYPE="home, ":1234567'], {"home"}),
        (["item1.TEL:1234567", "item1.X-ABLabel: "], set()),
        (["item1.TEL:1234567", "item1.NOTE:tea"], set()),
        (["item1.TEL:1234567", "item2.X-ABLabel:tea", "X-ABLabel:coffee"], set()),
        (["item1.X-EVOLUTION-FILE-AS:Roe", "item1.X-ABLabel:tea"], set()),
        (["PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAA"], set()),
        (["FN;TYPE=home:Jane"], set()),
    ],
)
def test_a_value_has_the_labels_that_say_what_kind_it_is(lines: list[str], labels: set[str]) -> None:
    assert facts(card(*lines))[0].labels == labels


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("KIND:company", ["company"]),
        ("X-SOCIALPROFILE;TYPE=foo;X-USER=jane:", ["jane"]),
        ("IMPP;X-USER=jane:xmpp:joe@b.c", ["xmpp:joe@b.c"]),
        ("NOTE;X-USER=jane:", []),
        ("N:Roe,;Jane", ["Roe;Jane"]),
        ("ORG:Roe,;Jane", ["Roe,;Jane"]),
        ("X-PHONETIC-LAST-NAME:ﾀﾛｳ", ["タロウ"]),
        ("NOTE:ﾀﾛｳ", ["ﾀﾛｳ"]),
    ],
)
def test_a_value_means_what_its_property_makes_of_it(line: str, said: list[str]) -> None:
    assert [fact.meaning for fact in facts(card(line))] == said


def test_a_number_is_one_up_to_two_hundred_characters_and_keeps_its_word() -> None:
    longest = f"(03){'-' * (LONGEST - 13)}1234-5678"
    at_most, beyond, word = facts(card(f"TEL:{longest}", f"TEL:({longest}", "TEL:1-800-FLOWERS"), "US")
    assert at_most.number
    assert beyond.number is None
    assert word.number
    assert (at_most.meaning, word.meaning) == (at_most.number.key, f"{word.number.key}|flowers")


def test_a_long_link_of_a_picture_is_shown_by_its_first_sixty_characters() -> None:
    links = [f"https://a.example/{'x' * (length - 18)}" for length in (80, 81)]
    assert [fact.text for fact in facts(card(*(f"PHOTO;VALUE=uri:{link}" for link in links)))] == [
        links[0],
        f"{links[1][:60]}…",
    ]


def test_a_value_in_two_spellings_is_one_fact_with_both_lines() -> None:
    [fact] = facts(card("X-ANNIVERSARY:2001-02-03", "ANNIVERSARY:20010203"))
    assert [line.name for line in fact.lines] == ["X-ANNIVERSARY", "ANNIVERSARY"]


def test_a_picture_that_says_one_of_its_sides_alone_is_shown_without_them() -> None:
    gif = base64.b64encode(b"GIF89a" + bytes((5, 0, 0, 0)) + b"\xf0\x00\x00 pixels;").decode()
    assert [fact.text for fact in facts(card(f"PHOTO;ENCODING=b:{gif}"))] == ["gif, 21 bytes"]
