"""What stands before a line's colon, as the grammar has it and as phones write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vobject.base import parseLine

from cardwarden.vcard.canonical import shown_labels
from cardwarden.vcard.header import split_line
from support.cards import card, diff, facts


@pytest.mark.parametrize(
    ("line", "name", "params", "value"),
    [
        ("TEL;TYPE=home,\"work\":1", "TEL", (("TYPE", ("home", "work")),), "1"),
        ("tel;CELL;:1", "TEL", (("TYPE", ("CELL",)),), "1"),
        ("TEL;WORK,VOICE:1", "TEL", (("TYPE", ("WORK",)), ("TYPE", ("VOICE",))), "1"),
        ("TEL;TYPE=WORK,,\"VOICE\":1", "TEL", (("TYPE", ("WORK", "VOICE")),), "1"),
        ("NOTE;QUOTED-PRINTABLE;URL:a", "NOTE", (("ENCODING", ("QUOTED-PRINTABLE",)), ("VALUE", ("URL",))), "a"),
        ("X_LOTUS_NAME:1", "X-LOTUS-NAME", (), "1"),
        ("TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=42=6F=61=74):186", "TEL", (("X-CUSTOM", ("Boat",)),), "186"),
        ("TEL;X-CUSTOM(CHARSET=SHIFT_JIS,ENCODING=QUOTED-PRINTABLE,=91=44):1", "TEL", (("X-CUSTOM", ("船",)),), "1"),
        ("TEL;X-CUSTOM(CHARSET=NOSUCH,ENCODING=8BIT,Boat):1", "TEL", (("X-CUSTOM", ("Boat",)),), "1"),
        ("EMAIL;x-custom(Boat);PREF:1", "EMAIL", (("X-CUSTOM", ("Boat",)), ("TYPE", ("PREF",))), "1"),
        ("TEL;Büro:030", "TEL", (("TYPE", ("Büro",)),), "030"),
        ("TEL TYPE=HOME:030", "TEL", (("TYPE", ("HOME",)),), "030"),
        ("TEL HOME;FAX:030", "TEL", (("TYPE", ("HOME",)), ("TYPE", ("FAX",))), "030"),
        ("TEL WORK  PREF=1:030", "TEL", (("TYPE", ("WORK",)), ("PREF", ("1",))), "030"),
        ("NOTE ENCODING=QUOTED-PRINTABLE:=41", "NOTE", (("ENCODING", ("QUOTED-PRINTABLE",)),), "=41"),
        ("TEL;WORK PHONE:030", "TEL", (("TYPE", ("WORK PHONE",)),), "030"),
        ("TEL;WORK;X-A(b):030", "TEL", (("TYPE", ("WORK",)), ("TYPE", ("X-A(b)",))), "030"),
        ("TEL;=42:1", "TEL", (("TYPE", ("=42",)),), "1"),
        ("TEL;A B=c:1", "TEL", (("TYPE", ("A B=c",)),), "1"),
        ("NOTE;CHARSET=UTF-8;Ä:x", "NOTE", (("CHARSET", ("UTF-8",)), ("TYPE", ("Ä",))), "x"),
        ("TEL;TYPE=:030", "TEL", (), "030"),
        ("TEL;TYPE=,:030", "TEL", (), "030"),
        ("ADR;TYPE:;;a", "ADR", (), ";;a"),
        ("ADR;Type,HOME;CHARSET:;;a", "ADR", (("TYPE", ("HOME",)),), ";;a"),
        ("TEL;\"a,b\",CELL:030", "TEL", (("TYPE", ("\"a,b\"",)), ("TYPE", ("CELL",))), "030"),
        ("TEL;=;CELL:030", "TEL", (("TYPE", ("CELL",)),), "030"),
        ("TEL;;:030", "TEL", (), "030"),
        ("TEL;TYPE=\"a:b;c\":1", "TEL", (("TYPE", ("a:b;c",)),), "1"),
        ("TEL;TYPE=\"HOME:030", "TEL", (("TYPE", ("HOME",)),), "030"),
        ("TEL;TYPE=a\"b,c:030", "TEL", (("TYPE", ("a\"b,c",)),), "030"),
        ("TEL :030", "TEL", (), "030"),
        ("X-messaging/xmpp-All:a@b.c", "X-MESSAGING/XMPP-ALL", (), "a@b.c"),
        ("X-GOOGLE TALK:a@b.c", "X-GOOGLE TALK", (), "a@b.c"),
        (f"ADR;LABEL=\"{'x' * 9000}\":;;a", "ADR", (("LABEL", ("x" * 9000,)),), ";;a"),
    ],
)  # fmt: skip
def test_a_line_keeps_its_name_and_its_value_whatever_its_parameters_look_like(
    line: str, name: str, params: object, value: str
) -> None:
    header, said = split_line(line)
    assert header == (name, params, "")
    assert said == value


@pytest.mark.parametrize(
    "line",
    [
        "no colon",
        "Title of a book: x",
        "Home sweet home: x",
        "TÉL:1",
        ":x",
        ";x:y",
        'A"b:c',
        "Dear Sir: x",
        "=;:x",
        "=;TEL:1",
        "",
        "Dr. Roe: x",
        "see p. 3: x",
        "Org . of: x",
    ],
)
def test_what_has_no_name_is_all_value(line: str) -> None:
    assert split_line(line) == (None, line)


@pytest.mark.parametrize(
    "head", ["item1.TEL;Büro", "item1 .TEL;Büro", "item1. TEL;Büro", "item1 . tel ; Büro", "ITEM1\t.\tTEL;Büro"]
)
def test_a_group_is_read_from_odd_headers_too(head: str) -> None:
    assert split_line(f"{head}:1") == (("TEL", (("TYPE", ("Büro",)),), "item1"), "1")


def test_a_value_of_a_parameter_keeps_the_blanks_around_its_own_equals_sign() -> None:
    assert split_line('TEL;X-NOTE = "a = b":1') == (("TEL", (("X-NOTE", ("a = b",)),), ""), "1")


def test_a_label_that_says_no_encoding_stands_as_it_is() -> None:
    header, _ = split_line("TEL;X-CUSTOM(CHARSET=UTF-8,a=42):1")
    assert header == ("TEL", (("X-CUSTOM", ("a=42",)),), "")


def test_a_group_apart_from_its_name_still_has_its_label() -> None:
    apart = card("item1 .TEL:1234567", "item1 . X-ABLabel:Boat")
    assert diff(card("item1.TEL:1234567", "item1.X-ABLabel:Boat"), apart) == []
    [change] = diff(apart, card("item1 .TEL:+1234567", "item1 . X-ABLabel:Boat"))
    assert change.name == "TEL"


def test_a_plus_behind_a_label_of_ones_own_is_seen() -> None:
    label = "TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=42=6F=61=74):"
    [change] = diff(card(f"{label}186090-1234-5678"), card(f"{label}+186090-1234-5678"))
    assert change.before
    assert change.after
    assert change.before.number
    assert (change.name, change.after.labels) == ("TEL", frozenset({"boat"}))


def test_one_label_in_three_dialects_is_one_label() -> None:
    samsung = card("TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=42=6F=61=74):1234567", version="2.1")
    android = card("TEL;X-Boat:1234567", version="2.1")
    apple = card("item1.TEL:1234567", "item1.X-ABLabel:Boat")
    assert diff(samsung, android) == diff(android, apple) == []


def test_an_empty_type_is_no_label() -> None:
    assert [fact.labels for fact in facts(card("TEL;TYPE=:1234567", "TEL;:7654321"))] == [frozenset(), frozenset()]


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=42=6F=61=74):1"], ("Boat",)),
        (["TEL;X-Boat:1"], ("Boat",)),
        (["item1.TEL:1", "item1.X-ABLabel:Boat House"], ("Boat House",)),
        (["item1.TEL:1", "item1.X-ABLabel:_$!<Home>!$_"], ("home",)),
        (["TEL;TYPE=HOME,Fax:1"], ("fax", "home")),
        (["TEL;WORK PHONE:1"], ("WORK PHONE",)),
    ],
)
def test_a_label_of_ones_own_is_shown_as_it_is_written(lines: list[str], shown: tuple[str, ...]) -> None:
    [number] = [fact for fact in facts(card(*lines)) if fact.name == "TEL"]
    assert shown_labels(number) == shown


NAMES = st.text("aB1-_", min_size=1, max_size=4)
VALUES = st.text("aBé=.\\'", min_size=1, max_size=4) | st.text("a;:,= b", max_size=4).map(lambda text: f'"{text}"')
PARAMS = st.builds(
    lambda name, values: f"{name}={','.join(values)}" if values else name, NAMES, st.lists(VALUES, max_size=3)
)
HEADS = st.builds(
    lambda group, name, params: ";".join([f"{group}.{name}" if group else name, *params]),
    st.just("") | NAMES,
    NAMES,
    st.lists(PARAMS, max_size=3),
)


@given(HEADS)
def test_what_the_standards_take_is_read_as_vobject_reads_it(head: str) -> None:
    """What a value without a parameter's name belongs to is ours: vobject gives it as a name without values."""
    header, value = split_line(f"{head}:x")
    name, params, _, group = parseLine(f"{head}:x")
    assert header is not None
    assert (header[0], header[2], value) == (name.upper(), (group or "").lower(), "x")
    bare = [
        values[0].upper() for key, values in header[1] if key in {"TYPE", "ENCODING"}
    ]  # names here are never such words
    assert bare == [param[0].upper() for param in params if len(param) == 1]
    named = [(key, *values) for key, values in header[1] if key not in {"TYPE", "ENCODING"}]
    assert named == [(param[0].upper(), *param[1:]) for param in params if len(param) > 1]
