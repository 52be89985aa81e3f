"""What led from one text to another, in the words of the vocabulary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.detect.steps.charsets import misread
from cardwarden.detect.steps.explain import explain
from cardwarden.detect.steps.pieces import pieced
from cardwarden.detect.steps.vocabulary import Chain, Cost


def steps_of(before: str, after: str) -> list[str]:
    chain = explain(before, after)
    return ["by hand"] if chain is None else [step.name for step in chain.steps]


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("Rüdiger Köster", "UsO8ZGlnZXIgS8O2c3Rlcg==", ["base64"]),
        ("Gr=C3=BCn", "Gr=C3=9Cn", ["by hand"]),  # both are in that code
        ("Rüdiger Köster", "UsO8ZGlnZXIgS8O2c3R", ["cut", "base64"]),
        ("山田太郎", "5bGx55Sw5aSq6YOO", ["base64"]),
        (
            "Gọi sau giờ học,\nthứ 6",
            "=47=E1=BB=8D=69=20=73=61=75=20=67=69=E1=BB=9D=20=68=E1=BB=8D=63=",
            ["cut", "quoted-printable"],
        ),
        (
            "Инна Соколова",
            "=D0=98=D0=BD=D0=BD=D0=B0 =D0=A1=D0=BE=D0=BA=D0=BE=D0=BB=D0= =BE=D0=B2=D0=B0",
            ["quoted-printable"],
        ),
        ("Müller", "=?iso-8859-1?Q?M=FCller?=", ["mime-word"]),
        ("Müller", "M+APw-ller", ["utf-7"]),
        ("Müller", "M\\u00fcller", ["unicode-escape"]),
        ("Müller", "Mu00fcller", ["unicode-escape"]),
        ("José", "Jos\\xe9", ["unicode-escape"]),
        ("Ana Lucía", "Ana Luc\\303\\255a", ["unicode-escape"]),
        ("Müller", "M&uuml;ller", ["entities-for-letters"]),
        ("Tom & Jo", "Tom &amp;amp; Jo", ["entities", "entities"]),
        ("Müller", "M%C3%BCller", ["percent"]),
        ("line1\nline2", "line1<br>line2", ["tags"]),
        ("Roe, Jane", "Roe\\\\, Jane", ["escapes", "escapes"]),
        ("line1\nline2", "line1\\nline2", ["escapes"]),
    ],
)
def test_a_layer_that_was_left_on_is_named(before: str, after: str, names: list[str]) -> None:
    assert steps_of(before, after) == names


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("Müller", "MÃ¼ller", ["mojibake"]),
        ("MÃ¤x", "MÃƒÂ¤x", ["mojibake"]),
        ("Сергей", "Ñåðãåé", ["mojibake"]),
        ("Сергей", "РЎРµСЂРіРµР№", ["mojibake"]),
        ("山田 太郎", "å±±ç”° å¤ªéƒŽ", ["mojibake"]),
        ("Сергей Учебников", "!5@359 #G51=8:>2", ["low-bytes"]),
        ("Müller", "M?ller", ["replaced"]),
        ("𠮷田", "?田", ["replaced"]),
        ("R1 Test", "R1 T\ufffdst", ["replaced"]),
        ("Müller", "Mller", ["letters-dropped"]),
        ("𠮷田", "田", ["letters-dropped"]),
        ("Konstantin Freiherr Adlerfeld", "Konstantin Fre", ["cut"]),
        ("Acme, Inc.", "Acme", ["cut"]),
        ("Call me 😀 soon", "Call me", ["cut"]),
        ("Kalina Ilieva", "ina Ilieva", ["beginning-lost"]),
        ("the quick brown fox", "the qrown fox", ["torn"]),
        ("Call me at the office", "Call me at the…", ["cut"]),
        ("Call me at the office", "Call me at the...", ["cut"]),
        ("Call me\n\nat the office\nbefore ten", "Call meat the office bef", ["cut", "spacing"]),
        ("Call me\n\nat the office\nbefore ten", "Call me at the office be…", ["cut", "newlines"]),
        ("Konstantin Freiherr Müller", "KONSTANTIN FREIHERR MÜ", ["cut", "case"]),
        ("Konstantin Freiherr Müller", "nstantin Freiherr Muller", ["beginning-lost", "accents"]),
    ],
)
def test_letters_that_went_or_were_misread_are_damage(before: str, after: str, names: list[str]) -> None:
    assert steps_of(before, after) == names


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("Tess🐝", "Tess", ["emoji-lost"]),
        ("Tess", "Tess ❤️", ["emoji-added"]),
        ("Müller", "Muller", ["accents"]),
        ("Muller", "Müller", ["accents-added"]),
        ("Müller", "Mueller", ["transliterated"]),
        ("Сергей", "Sergey", ["transliterated"]),
        ("ヤマダ タロウ", "Yamada Taro", ["transliterated"]),
        ("ヤマダ", "ﾔﾏﾀﾞ", ["width"]),
        ("ヤマダ", "やまだ", ["kana"]),
        ("髙橋", "高橋", ["spelling"]),
        ("斉藤 一郎", "齋藤 一郎", ["spelling"]),
        ("渡辺", "渡邊", ["spelling"]),
        ("渡邊\U000e0101", "渡邊", ["spelling"]),
        ("中澤 國廣", "中沢国広", ["spelling"]),
        ("劉 國慶", "刘国庆", ["spelling"]),
        ("علي كاظمي", "علی کاظمی", ["spelling"]),
        ("Ştefan", "Ștefan", ["spelling"]),
        ("מִרְיָם", "מרים", ["accents"]),
        ("Jane Roe", "JaneRoe", ["spacing"]),
        ("山田太郎", "太郎山田", ["reordered"]),
        ("Roe, Jane", "Jane Roe", ["reordered"]),
        ("Jane Roe", "JANE ROE", ["case"]),
        ("a\nb", "a b", ["newlines"]),
        ("Jane", "Jane\n\nJane", ["doubled"]),
        ("Jane Roe", "Jane", ["shortened"]),
        ("Jane Roe", "Dr. Jane Roe", ["extended"]),
        ("山田太郎", "山田太郎様", ["extended"]),
        ("山田太郎様", "山田太郎", ["shortened"]),
    ],
)
def test_what_can_still_be_read_is_noted(before: str, after: str, names: list[str]) -> None:
    chain = explain(before, after)
    assert chain is not None
    assert ([step.name for step in chain.steps], chain.cost) == (names, Cost.NOTED)


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("山田\u3000太郎", "山田 太郎", ["blanks"]),
        ("山田 太郎", "山田太郎", ["blanks-of-wide-letters"]),
        ("O’Brien – Smith", "O'Brien - Smith", ["sign-form"]),
        ("Jane \u202aRoe\u202c", "Jane Roe", ["invisible-removed"]),
        ("MÃ¼ller", "Müller", ["mojibake-undone"]),
        ("M&uuml;ller", "Müller", ["entities-for-letters-undone"]),
        ("M?ller", "Müller", ["replaced-undone"]),
        ("Jane\n\nJane", "Jane", ["copy-dropped"]),
    ],
)
def test_what_nobody_sees_and_what_repairs_is_harmless(before: str, after: str, names: list[str]) -> None:
    chain = explain(before, after)
    assert chain is not None
    assert ([step.name for step in chain.steps], chain.cost) == (names, Cost.HARMLESS)


@pytest.mark.parametrize(
    ("before", "after"), [("Jane Roe", "Mark Foe"), ("Tess🐝", "Tess Vance"), ("Johannes", "Annemarie"), ("❤", "✝")]
)
def test_other_words_are_a_replacement_by_hand(before: str, after: str) -> None:
    assert explain(before, after) is None


def test_a_percent_sign_belongs_into_an_address() -> None:
    for before, after in (("übung", "%C3%BCbung"), ("münchen.example", "xn--mnchen-3ya.example")):
        chain = explain(before, after, in_address=True)
        assert chain is not None
        assert chain.cost is Cost.HARMLESS


@pytest.mark.parametrize(
    ("before", "after"), [("鈴木", "井上"), ("鈴木 花子", "鈴本 花子"), ("山田太郎一", "山田大郎一")]
)
def test_another_chinese_character_is_no_form_of_the_one_that_stood_there(before: str, after: str) -> None:
    assert explain(before, after) is None


@pytest.mark.parametrize(
    ("before", "after"), [("Rä PThBJAä", "Rä PThBJAä !"), ("AAAAAAAAAä JoBAJAä", "AAAAAAAAAä JoBAJA")]
)
def test_a_part_of_a_word_is_no_code(before: str, after: str) -> None:
    assert not any(name.startswith("base64") for name in steps_of(before, after))


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("Jane Roe", "Jane nil", ["placeholder-word"]),
        ("Jane NaN", "Jane NAN", ["case"]),
        ("Jane NIL", "jane nil", ["case"]),
        ("NaN", "NaN NaN", ["doubled"]),
        ("Jane\u3000[object\u3000Object]", "Jane [object Object]", ["blanks"]),
        ("Jane Roe", "Jane\u3000[object\u3000Object]", ["placeholder-word"]),
        ("Jane nilä", "Jane nil", ["cut"]),
        ("Jane <unset>", "<unset> Jane", ["reordered"]),
        ("hEAJJA AAAA AAAAA", "hEAJJA AAAA AAAA", ["cut"]),
        ("deadbeef1234 Jane Roe", "deadbeef1234 Jane Ro", ["cut"]),
        ("nana", "na", ["cut"]),
    ],
)
def test_a_word_that_stands_in_both_texts_came_and_went_with_nothing(before: str, after: str, names: list[str]) -> None:
    assert steps_of(before, after) == names


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("Mia Berg", "<![CDATA[Mia Berg]]>", ["notation"]),
        ("Mia Berg", '<?xml version="1.0"?>Mia Berg', ["notation"]),
        ("Mia Berg", r"{\rtf1\ansi\deff0 Mia Berg\par}", ["notation"]),
        ("Mia Berg", "Optional[Mia Berg]", ["notation"]),
        ("Mia Berg", '{"name": "Mia Berg"}', ["notation"]),
        ("Mia Berg", '["Mia Berg"]', ["notation-signs"]),
        ("Tea at five,\ncake at six", "['Tea at five,', 'cake at six']", ["notation-signs"]),
        ("Ring at the second bell", "5f4dcc3b5aa765d61d8327deb882cf99", ["bytes-in-code"]),
        ("Ring at the second bell", "Zk3vQ9xT1mB7cR5wL8pH2sJ6nD4gF0aK", ["bytes-in-code"]),
    ],
)
def test_how_a_program_writes_a_value_down_is_named(before: str, after: str, names: list[str]) -> None:
    assert steps_of(before, after) == names


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("Anna Berg", "A*** B***", ["replaced"]),
        ("Call at 5, code 1234", "Call at 5, code ****", ["replaced"]),
        ("***", "A***", ["extended"]),
        ("Tess🐝", "Tess?", ["signs-replaced"]),
        ("🐝🐝", "??", ["replaced"]),
        ("Is it?", "Is it?!", ["punctuation-added"]),
    ],
)
def test_marks_are_told_by_whether_letters_stood_there_or_signs(before: str, after: str, names: list[str]) -> None:
    assert steps_of(before, after) == names


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("Boston 02108", "Boston 2108", ["figures"]),
        ("Boston 2108", "Boston 02108", ["figures-undone"]),
        ("Boston 12108", "Boston 12108.0", ["figures"]),
        ("Boston 12108.0", "Boston 12108", ["figures-undone"]),
        ("007.0", "7.0", ["figures"]),
        ("07 8", "7 08", ["by hand"]),
        ("Mia Berg", "BEGIN:VCARD\nVERSION:3.0\nFN:Mia Berg\nEND:VCARD", ["stand-in"]),
    ],
)
def test_what_stands_for_a_value_is_named(before: str, after: str, names: list[str]) -> None:
    assert steps_of(before, after) == names


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [("Jonas", "J o n a s", ["letters-apart"]), ("J o n a s", "Jonas", ["letters-apart-undone"])],
)
def test_letters_that_stand_apart_were_put_so_by_a_program(before: str, after: str, names: list[str]) -> None:
    assert steps_of(before, after) == names


def test_a_text_in_a_wrong_character_set_that_was_cut_is_both() -> None:
    chain = explain("Grüße aus Köln", "GrÃ¼Ã")
    assert chain is not None
    assert [step.name for step in chain.steps] == ["mojibake", "cut"]
    assert not chain.by_hand


def test_letters_that_all_became_pairs_were_read_in_a_wrong_character_set_whatever_pairs_they_are() -> None:
    chain = misread("Gr\u00fc\u00dfe aus K\u00f6ln", "Gr\u00c3\u00a4\u00c3\u00a4e aus K\u00c3\u00a4ln")
    assert chain is not None
    assert [step.name for step in chain.steps] == ["mojibake"]


def test_where_nothing_was_done_nothing_is_to_be_told_and_of_nothing_there_are_no_pieces() -> None:
    assert Chain().reported == ()
    assert (pieced("", "tea"), pieced("tea", "")) == (None, None)


def test_nothing_leads_from_a_text_to_itself_and_nothing_known_to_or_from_none() -> None:
    assert explain("tea", "tea") == Chain()
    assert explain("tea", "") is None
    assert explain("", "tea") is None


def test_the_longest_texts_are_asked_for_little_and_longer_ones_for_nothing() -> None:
    sea = "by the sea " * 20_000
    assert steps_of(sea[:200_000], sea[:100_000].rstrip()) == ["shortened"]
    assert steps_of(sea[:200_001], sea[:100_000].rstrip()) == ["by hand"]
    coded = f"M&uuml;ller {sea}"
    assert steps_of(f"Müller {sea[: 20_000 - 12]}", coded[:20_000]) == ["entities-for-letters"]
    assert steps_of(f"Müller {sea[: 20_001 - 12]}", coded[:20_001]) != ["entities-for-letters"]


def test_three_layers_are_taken_off_and_a_fourth_is_not() -> None:
    three, four = "Jos=3D3DC3=3D3DA9", "Jos=3D3D3DC3=3D3D3DA9"
    assert steps_of("José", three) == ["quoted-printable"] * 3
    assert steps_of("José", four) == ["by hand"]


@pytest.mark.parametrize(("before", "after"), [("Zoë", "ZoÙ"), ("ZoÙ", "Zoë")])
def test_of_two_texts_that_are_as_likely_each_others_misreading_the_new_one_is_not_a_repair(
    before: str, after: str
) -> None:
    assert steps_of(before, after) == ["mojibake"]


@pytest.mark.parametrize(
    "text", ["Hanako house", "Town Berg", "Road Doe Road", "office Yamada Ops", "Berg 12 Jane Jane"]
)
def test_words_that_lost_the_blanks_between_them_were_no_code(text: str) -> None:
    assert steps_of(text, "".join(text.split())) == ["spacing"]
    assert steps_of("".join(text.split()), text) == ["spacing"]


def test_a_sign_that_became_a_picture_is_an_edit_and_no_repair() -> None:
    assert steps_of("Tess?", "Tess🐝") == ["emoji-added", "punctuation-lost"]


def test_a_text_of_twenty_thousand_characters_is_still_looked_at_closely() -> None:
    text = "tea " * 4_999 + "cake"
    assert len(text) == 20_000
    assert steps_of(text, text.upper()) == ["case"]


WORDS = st.text("ghijkmoprstuvwxyzäéßжд山", min_size=3, max_size=9)  # no hexadecimal digits: %ab is a whole code


@given(WORDS, WORDS, st.sampled_from(["&", "+", "%", " & ", "&#", "+ ", " 5%"]))
def test_who_loses_what_stands_behind_a_sign_that_codes_begin_with_was_not_repaired(
    kept: str, lost: str, sign: str
) -> None:
    chain = explain(f"{kept}{sign}{lost}", kept)
    assert chain is None or chain.cost is not Cost.HARMLESS


@given(WORDS, st.sampled_from(["{0}@{0}.example", "https://{0}.example/", "Dr {0}", "{0}, {0}", "x-{0}"]), WORDS)
def test_who_loses_what_people_write_in_angle_brackets_was_not_repaired(kept: str, form: str, word: str) -> None:
    lost = f"<{form.format(word)}>"
    for before, after in ((f"{kept} {lost}", kept), (f"{kept} {lost} {kept}", f"{kept}  {kept}")):
        chain = explain(before, after)
        assert chain is None or chain.cost is not Cost.HARMLESS


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("AT&T", "AT"),
        ("blood group A+", "blood group A"),
        ("50 %", "50"),
        ("Jane <jane@x.example>", "Jane"),
        ("Müller <GmbH>", "Müller "),
        ("x <foo> y", "x  y"),
    ],
)
def test_a_sign_that_belongs_to_a_text_is_no_rest_of_a_code(before: str, after: str) -> None:
    chain = explain(before, after)
    assert chain is None or chain.cost is not Cost.HARMLESS


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("M&uuml;ller &am", "Müller "),
        ("M%C3%BCller%2", "Müller"),
        ("<foo>tea</foo>", "tea"),
        ("<!--note--><P class=a>tea", "\ntea"),
        ("tea<o:p></o:p><br/>", "tea\n"),
        ("<!DOCTYPE html>tea", "tea"),
    ],
)
def test_a_code_or_a_tag_that_goes_is_a_repair_with_the_torn_rest_of_it(before: str, after: str) -> None:
    chain = explain(before, after)
    assert chain is not None
    assert chain.steps[0].repairs
