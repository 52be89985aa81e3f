"""Which characters the bytes of a card mean."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.vcard.content import properties_of
from cardwarden.vcard.encoding import (
    charset_of,
    charsets_of,
    decode_as,
    known_charset,
    says_charset,
    usual_in,
    usual_of,
    utf16_of,
    vote_of,
    widen,
    without_charset,
)
from support.cards import card, diff, read


@pytest.mark.parametrize(
    ("charset", "name"),
    [("utf-8", "Grüße 山田"), ("cp1252", "Jürgen Müller"), ("cp932", "山田太郎"), ("iso-2022-jp", "山田太郎")],
)
def test_a_card_is_read_in_the_characters_that_it_was_written_in(charset: str, name: str) -> None:
    said = read(card(f"FN:{name}", charset=charset)).first("FN")
    assert said
    assert said.value == name


def test_a_line_that_names_its_charset_is_read_in_it() -> None:
    lines = card("FN:x", "NOTE;CHARSET=SHIFT_JIS:@").replace(b"@", "山田".encode("cp932"))
    note = read(lines).first("NOTE")
    assert note
    assert note.value == "山田"


WESTERN = [
    "Weiß", "Björn Åkesson", "Jürgen", "MÜLLER", "François Éluard", "Peña", "Gråbæk", "Jürg@x.ch", "Zoë", "Jérôme", "Åse",
    "José Muñoz Núñez", "Größe: 5 m²", "naïve café", "Ørsted", "Þór", "“Bob”", "10 €", "Jé@x.fr",
]  # fmt: skip
JAPANESE = [
    "佐藤 花子", "伊藤 誠", "山田 太郎", "林", "ﾔﾏﾀﾞ ﾀﾛｳ", "ｶ)ﾔﾏﾀﾞ", "ABC株式会社", "NTT東日本", "表示", "ソニー", "能登",
    "田中 jun", "高橋", "JR東京", "東京都千代田区１－２－３",
]  # fmt: skip


@pytest.mark.parametrize("name", WESTERN)
def test_a_western_name_without_a_charset_is_no_shift_jis(name: str) -> None:
    said = read(card(f"FN:{name}", f"EMAIL:{name}@example.org", charset="cp1252")).first("FN")
    assert said
    assert said.value == name


@pytest.mark.parametrize("name", JAPANESE)
def test_a_japanese_name_without_a_charset_is_no_utf_8_and_no_windows_1252(name: str) -> None:
    said = read(card(f"FN:{name}", "EMAIL:a@example.org", charset="cp932")).first("FN")
    assert said
    assert said.value == name


@given(st.lists(st.sampled_from(WESTERN[:8]), min_size=1, max_size=4), st.lists(st.sampled_from(JAPANESE), min_size=1))
def test_all_of_a_card_decides_what_its_lines_are_in(western: list[str], japanese: list[str]) -> None:
    for names, charset in ((western, "cp1252"), (japanese, "cp932")):
        lines = [f"NOTE:{name}" for name in names]
        assert [line.value for line in read(card(*lines, charset=charset)).properties] == names


def test_a_line_without_a_charset_is_in_that_of_its_neighbours() -> None:
    lines = card("N;CHARSET=ISO-8859-2:@", "FN:@", "ORG:x").replace(b"@", "Łódź".encode("iso-8859-2"))
    assert [line.value for line in read(lines).properties] == ["Łódź", "Łódź", "x"]


def test_utf_8_with_a_broken_character_is_utf_8() -> None:
    lines = card("FN:山田 太郎", "NOTE:@").replace(b"@", b"caf\xe9")
    assert [line.value for line in read(lines).properties] == ["山田 太郎", "caf\udce9"]


def test_a_card_that_is_mended_to_utf_8_says_the_same() -> None:
    for name, charset in (("Weiß", "cp1252"), ("佐藤 花子", "cp932")):
        assert diff(card(f"FN:{name}", charset=charset), card(f"FN:{name}")) == []


@pytest.mark.parametrize("wide", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_seen_with_and_without_a_mark(wide: str) -> None:
    said = read(card("FN:山田").decode().encode(wide)).first("FN")
    assert said
    assert said.value == "山田"


def test_bytes_that_fit_nothing_still_compare_as_themselves() -> None:
    one, other = (read(card("FN:山", "NOTE:@").replace(b"@", byte)).first("NOTE") for byte in (b"\xff", b"\xfe"))
    assert one != other


def test_a_charset_that_no_address_book_uses_is_unknown() -> None:
    assert known_charset("ROT13") == ""
    assert known_charset("iso-8859-12") == ""
    assert charset_of(b"plain") == "utf-8"


def test_big_endian_utf_16_with_its_mark_is_seen() -> None:
    said = read("\ufeffBEGIN:VCARD\r\nFN:山田\r\nEND:VCARD\r\n".encode("utf-16-be")).first("FN")
    assert said
    assert said.value == "山田"


HOMES = [
    ("RU", "cp1251", ["Иванов Пётр", "Москва, ул. Мира", "Анна"]),
    ("GR", "cp1253", ["Παπαδόπουλος", "Νίκος", "Αθήνα"]),
    ("PL", "cp1250", ["Łukasz Żółw", "Michał", "Święta", "Łódź2"]),
    ("TR", "cp1254", ["Ayşe", "Gülşah Çağlar", "İstanbul"]),
    ("IL", "cp1255", ["משה כהן", "תל אביב"]),
    ("EG", "cp1256", ["محمد", "القاهرة"]),
    ("TH", "cp874", ["สมชาย", "กรุงเทพ"]),
    ("TW", "big5", ["陳怡君", "林小明"]),
    ("CN", "gb18030", ["张伟", "王小明"]),
    ("KR", "euc-kr", ["김철수", "이영희"]),
    ("LT", "cp1257", ["Jonas Žukauskas", "Šiauliai"]),
    ("JP", "cp932", ["林", "ﾔﾏﾀﾞ", "山田 太郎"]),
    ("DE", "cp1252", ["Jürgen", "ÄÖÜ", "Größe"]),
    ("FR", "cp1252", ["François", "ÀÉ"]),
]


@pytest.mark.parametrize(("home", "charset", "names"), HOMES)
def test_the_owners_country_decides_what_an_old_card_is_in(home: str, charset: str, names: list[str]) -> None:
    for name in names:
        assert charset_of(card(f"FN:{name}", charset=charset), home) == charset, name


@pytest.mark.parametrize("home", [home for home, _, _ in HOMES if home not in {"PL", "TR", "LT"}])
@pytest.mark.parametrize("name", ["Jürgen Müller", "Zoë", "José Muñoz"])
def test_a_western_name_is_no_word_of_another_script(home: str, name: str) -> None:
    assert charset_of(card(f"FN:{name}", charset="cp1252"), home) == "cp1252"


@given(st.sampled_from(HOMES), st.sampled_from(HOMES), st.lists(st.sampled_from(range(2)), min_size=1))
def test_a_repair_to_utf_8_says_the_same_wherever_the_owner_lives(
    written: tuple[str, str, list[str]], read: tuple[str, str, list[str]], places: list[int]
) -> None:
    _, charset, names = written
    lines = [f"NOTE:{names[place % len(names)]}" for place in places]
    old, new = card(*lines, charset=charset), card(*lines)
    for one, other in ((old, new), (new, old)):
        codecs = charsets_of(one, other, read[0])
        was, now = (properties_of(data, codec) for data, codec in zip((one, other), codecs, strict=True))
        assert [line.value for line in was] == [line.value for line in now]


def test_what_was_guessed_once_is_remembered_when_other_lines_come() -> None:
    before = card("FN:Björn", charset="cp1252")
    after = card("FN:Björn", "NOTE:ÄÖ ÄÖ ÄÖ ÄÖ ÄÖ", charset="cp1252")
    assert (charset_of(before), charset_of(after)) == ("cp1252", "cp932")
    assert charsets_of(before, after, "") == ("cp1252", "cp1252")


def test_a_name_of_a_charset_that_nobody_uses_is_none() -> None:
    assert known_charset("ISO-8859-12") == known_charset("EBCDIC") == ""


def test_lines_that_name_their_charset_are_believed_for_the_others_before_the_country() -> None:
    lines = card("N;CHARSET=KOI8-R:@", "FN:@").replace(b"@", "Иванов".encode("koi8-r"))
    assert charset_of(lines, "RU") == "koi8-r"


def test_two_states_without_anything_beyond_ascii_or_in_utf_8_are_what_they_are() -> None:
    plain, utf_8 = card("FN:Jane"), card("FN:Jürgen")
    assert charsets_of(plain, utf_8, "DE") == charsets_of(utf_8, utf_8, "DE") == ("utf-8", "utf-8")


@pytest.mark.parametrize(
    ("charset", "region", "names"),
    [
        ("euc-jp", "JP", ["木村拓哉", "東京都千代田区", "鈴木 けんじ", "ソニー株式会社"]),
        ("euc-jp", "", ["鈴木 けんじ", "ソニー株式会社", "けん"]),
        ("koi8-r", "RU", ["Иванов Пётр", "Анна Каренина", "Яна", "АО Заря"]),
        ("koi8-u", "UA", ["Сергій Їжакевич"]),
        ("mac-roman", "DE", ["Jürgen Müller", "Weiß", "Grüße aus Köln"]),
        ("mac-roman", "FR", ["José", "André"]),
    ],
)
def test_a_rarer_charset_is_believed_where_the_commoner_one_could_not_have_been_written(
    charset: str, region: str, names: list[str]
) -> None:
    for name in names:
        assert charset_of(card(f"FN:{name}", charset=charset), region) == charset, name


@given(
    st.sampled_from(["", "JP", "DE", "RU", "UA"]),
    st.sampled_from([("cp1252", WESTERN), ("cp932", JAPANESE), ("cp1251", ["Иванов Пётр", "мама", "АНЯ", "ул. Мира"])]),
    st.data(),
)
def test_no_card_in_a_common_charset_is_taken_for_one_in_a_rarer(
    region: str, written: tuple[str, list[str]], data: st.DataObject
) -> None:
    charset, names = written
    lines = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
    rarer = {"euc-jp", "koi8-r", "koi8-u", "mac-roman"}
    assert charset_of(card(*(f"NOTE:{name}" for name in lines), charset=charset), region) not in rarer


@pytest.mark.parametrize("at", range(1, 12))
def test_a_fold_inside_a_character_makes_no_other_character_set(at: int) -> None:
    value = "é 0;郎".encode()
    plain, folded = (
        b"BEGIN:VCARD\r\nN:%s\r\nEND:VCARD\r\n" % text for text in (value, value[:at] + b"\r\n " + value[at:])
    )
    assert charsets_of(plain, folded, "JP") == charsets_of(folded, plain, "JP") == ("utf-8", "utf-8")


def test_bytes_that_are_no_utf_8_come_through_utf_16_and_back() -> None:
    assert widen(b"\xff\xfea", "utf-16-le") == "\udcff\udcfea".encode("utf-16-le", "surrogatepass")


def test_a_broken_escape_of_iso_2022_jp_is_read_as_utf_8() -> None:
    assert decode_as(b"caf\xc3\xa9\x1b$Z", "iso-2022-jp") == "caf\u00e9\x1b$Z"


@pytest.mark.parametrize(
    ("votes", "usual"),
    [
        ({}, ""),
        ({"cp932": 1}, ""),
        ({"cp932": 2}, "cp932"),
        ({"cp932": 2, "cp1252": 2}, ""),
        ({"cp932": 3, "cp1252": 2}, "cp932"),
    ],
)
def test_a_book_is_in_what_most_of_its_cards_say_if_two_do(votes: dict[str, int], usual: str) -> None:
    assert usual_of(Counter(votes)) == usual


@pytest.mark.parametrize(
    ("data", "vote"),
    [
        (card("FN:Jane"), ""),
        (card("FN:M\u00fcller"), ""),
        (card("FN:\u5c71\u7530\u592a\u90ce", charset="cp932"), "cp932"),
        (card("FN:M\u00fcller", charset="utf-16"), ""),
        (card("FN;CHARSET=UTF-8:Jane"), ""),
        (card("FN;CHARSET=ISO-8859-1:M\u00fcller", charset="latin-1"), "iso8859-1"),
    ],
)
def test_a_card_says_what_its_book_is_in_if_it_can_be_told(data: bytes, vote: str) -> None:
    assert vote_of(data, "JP") == vote


def test_a_card_that_could_as_well_be_western_says_nothing_of_its_book() -> None:
    for lines, vote in ((["FN:ﾀﾅ"], ""), (["FN:ﾀﾅ", "NOTE:山田"], ""), (["FN:ﾀﾅ", "NOTE:山田太"], "cp932")):
        assert vote_of(card(*lines, charset="cp932"), "JP") == vote, lines


def test_a_western_card_says_that_its_book_is_western() -> None:
    assert vote_of(card("FN:Müller", charset="cp1252"), "DE") == "cp1252"


def test_a_charset_that_nobody_knows_says_nothing_however_many_lines_name_it() -> None:
    lines = card("N;CHARSET=ROT13:x", "ORG;CHARSET=ROT13:x", "TITLE;CHARSET=KOI8-R:x")
    assert vote_of(lines, "") == "koi8-r"


def test_a_book_is_in_what_its_cards_say_and_those_that_say_nothing_do_not_count() -> None:
    japanese, plain = card("FN:山田太郎", charset="cp932"), card("FN:Jane")
    assert usual_in([plain, japanese, plain, japanese, plain, plain], "JP") == "cp932"


@pytest.mark.parametrize(
    ("charset", "region", "name", "alone"),
    [
        ("cp932", "DE", "ﾀﾅ", "cp1252"),
        ("cp932", "DE", "漓", "cp1252"),
        ("euc-jp", "DE", "木村拓哉", "cp1252"),
        ("mac-roman", "DE", "naïve", "cp1252"),
        ("cp1252", "", "ÄÖ", "cp932"),
        ("cp1250", "", "Łukasz", "cp1252"),
    ],
)
def test_what_could_be_either_is_in_what_the_other_cards_of_its_book_are_in(
    charset: str, region: str, name: str, alone: str
) -> None:
    data = card(f"FN:{name}", charset=charset)
    assert (charset_of(data, region), charset_of(data, region, charset)) == (alone, charset)


def test_a_western_card_in_a_japanese_book_and_a_japanese_one_in_a_western_book_stay_what_they_are() -> None:
    western, japanese = card("FN:Müller", charset="cp1252"), card("FN:山田太郎", charset="cp932")
    assert charset_of(western, "DE", "cp932") == "cp1252"
    assert charset_of(japanese, "", "cp1252") == "cp932"


def test_as_many_signs_for_japanese_as_against_it_do_not_outweigh_a_western_book() -> None:
    for japanese, charset in (("山田", "cp1252"), ("山田太", "cp932")):
        assert charset_of(card("FN:ﾄﾖ", f"NOTE:{japanese}", charset="cp932"), "", "cp1252") == charset


def test_a_line_that_says_it_is_western_is_believed_for_the_others() -> None:
    lines = card("N;CHARSET=ISO-8859-1:Müller", "FN:Müller", charset="latin-1")
    assert charset_of(lines, "DE") == "iso8859-1"


@pytest.mark.parametrize("name", ["Ä", "ÄÖn", "bÄÖ"])
def test_western_letters_alone_or_beside_one_of_ascii_are_no_japanese(name: str) -> None:
    assert charset_of(card(f"NOTE:{name}", charset="cp1252")) == "cp1252"


@pytest.mark.parametrize("name", ["Aнна", "мирz"])
def test_a_word_that_is_half_latin_is_not_believed_to_be_cyrillic(name: str) -> None:
    assert charset_of(card(f"FN:{name}", charset="cp1251"), "RU") == "cp1252"


@pytest.mark.parametrize("name", ["ɐ", "张ɐ"])
def test_a_letter_of_phonetics_is_no_sign_against_gb18030(name: str) -> None:
    assert charset_of(card(f"FN:{name}", charset="gb18030"), "CN") == "gb18030"


def test_signs_without_a_letter_are_no_words_of_the_owners_country() -> None:
    assert charset_of(card("NOTE:10 €", charset="cp1252"), "PL") == "cp1252"


def test_capitals_at_the_end_of_a_word_alone_do_not_make_it_koi8() -> None:
    assert charset_of(card("FN:маМА", charset="cp1251"), "RU") == "cp1251"


@pytest.mark.parametrize("name", ["木村", "ん"])
def test_outside_japan_kanji_alone_or_one_kana_are_not_believed_to_be_euc_jp(name: str) -> None:
    assert charset_of(card(f"FN:{name}", charset="euc-jp")) != "euc-jp"


def test_a_word_that_mac_os_roman_would_not_have_speaks_against_it_for_all_of_the_card() -> None:
    assert charset_of(card("FN:McŠane", charset="cp1252"), "DE") == "mac-roman"
    assert charset_of(card("FN:McŠane", "NOTE:10 €", charset="cp1252"), "DE") == "cp1252"


def test_utf_32_is_no_utf_16() -> None:
    assert utf16_of(b"\xff\xfe\x00\x00" + "BEGIN:VCARD".encode("utf-32-le")) == ""


def test_a_line_names_its_charset_in_its_header_and_not_in_its_value() -> None:
    assert says_charset(b"N;CHARSET=UTF-8:x")
    assert not says_charset(b"NOTE:x;CHARSET=UTF-8")


def test_what_else_a_line_says_stays_when_it_names_its_charset_no_more() -> None:
    assert without_charset(b'N;CHARSET="UTF-8";LANGUAGE=ja:a:b;CHARSET=x') == b"N;LANGUAGE=ja:a:b;CHARSET=x"
