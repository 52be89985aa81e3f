"""Bytes of a book become raw cards and content lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.vcard.card import Card, Unreadable
from cardwarden.vcard.content import CardProblem, RawCard, properties_of, read_card, split_book, whole_text, written
from cardwarden.vcard.encoding import BOM
from support.cards import LINE_ENDS, card, read

JANE, JOE = card("FN:Jane"), card("FN:Joe")


def problems(book: bytes) -> list[str]:
    return [raw.problem for raw in split_book(book)]


def names(data: bytes) -> list[tuple[str, str]]:
    return [(prop.name, prop.value) for prop in properties_of(data) if prop.name != "VERSION"]


CHILD = ("BEGIN:VCARD", "VERSION:3.0", "FN:Joe", "END:VCARD")


@pytest.mark.parametrize(
    ("book", "expected"),
    [
        (b"", []),
        (b" \r\n\x00", []),
        (b"\xef\xbb\xbf" + JANE, [""]),
        (b"<html>Please log in</html>", [CardProblem.NO_CARD]),
        (JANE[:-20] + JOE, [CardProblem.NO_END, ""]),
        (JANE.replace(b"BEGIN:VCARD\r\n", b"") + JOE, [CardProblem.NO_BEGIN, ""]),
        (JANE + JOE.replace(b"BEGIN:VCARD\r\n", b""), ["", CardProblem.NO_BEGIN]),
        (JANE.replace(b"BEGIN:VCARD\r\n", b""), [CardProblem.NO_BEGIN]),
        (JANE + b"FN:Lost\r\n" + JOE, ["", CardProblem.NO_BEGIN, ""]),
        (b"FN:Lost\r\n" + JOE, [CardProblem.NO_BEGIN, ""]),
        (JANE + b"FN:Lost\r\n", ["", CardProblem.NO_BEGIN]),
        (b"FN:Lost\r\n", [CardProblem.NO_CARD]),
        (b"AGENT:" + JOE, [""]),
        (JANE + b"a line of an exporter's own\r\n" + JOE, ["", ""]),
        (JANE.rstrip() + JOE, ["", ""]),
        (JANE.replace(b"VCARD", b"vcard").replace(b"BEGIN:", b"begin : "), [""]),
        (card("AGENT:", "BEGIN:VCARD", "FN:Joe", "END:VCARD") + JOE, ["", ""]),
        (card("X-MYAGENT:") [:-11] + JOE, [CardProblem.NO_END, ""]),
        (card("FN:Jane", "AGENT:BEGIN:VCARD", "FN:Joe", "END:VCARD", "TEL:1") + JOE, ["", ""]),
        (card("FN:Jane", "AGENT:BEGIN:VCARD\\nFN:Joe\\nEND:VCARD", "TEL:1") + JOE, ["", ""]),
        (card("FN:Jane", "BEGIN:VCARD", "VERSION:3.0", "FN:Joe", "END:VCARD", "TEL:1") + JOE, ["", ""]),
        (card("AGENT:", "BEGIN:VCARD", "BEGIN:VCARD", "END:VCARD", "END:VCARD") + JOE, ["", ""]),
        (card("FN:Jane", *CHILD, "TEL:1", *CHILD, *CHILD, "TEL:2") + JOE, ["", ""]),
        (card("FN:Jane", *CHILD[:-1], *CHILD, *CHILD, "END:VCARD", *CHILD) + JOE, ["", ""]),
        (JANE[:-11] + JOE + JOE + JANE.replace(b"BEGIN:VCARD\r\n", b""), [CardProblem.NO_END, "", "", CardProblem.NO_BEGIN]),
        (JANE[:-11] + JOE * 50, [CardProblem.NO_END, *[""] * 50]),
        (card("AGENT:", "BEGIN:VCARD", "FN:Jim") + JOE + JANE + JOE, [CardProblem.NO_END, "", "", ""]),
        (JANE[:-11] + JOE + JANE.replace(b"BEGIN:VCARD\r\n", b""), [CardProblem.NO_END, "", CardProblem.NO_BEGIN]),
        (JANE.replace(b"VCARD", b"VLIST") + JOE, ["", ""]),
        (JANE.decode().encode("utf-16"), [""]),
        (JANE.decode().encode("utf-16-be")[:-9], [CardProblem.NO_END]),
    ],
)  # fmt: skip
def test_a_card_without_its_frame_is_seen_and_its_neighbours_stay_whole(book: bytes, expected: list[str]) -> None:
    assert problems(book) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["tel;CELL;:1", "item1.TEL; TYPE=CELL:2"], [("TEL", "1"), ("TEL", "2")]),
        (["TEL;TYPE=\"a:b;c\":1"], [("TEL", "1")]),
        (["no colon", "TÉL:1"], [("", "no colon"), ("", "TÉL:1")]),
        (["FN:Jane", "AGENT:", "BEGIN:VCARD", "FN:Joe", "END:VCARD", "TEL:1"],
         [("FN", "Jane"), ("AGENT", "BEGIN:VCARD\nFN:Joe\nEND:VCARD"), ("TEL", "1")]),
        (["FN:Jane", "AGENT:BEGIN:VCARD", "FN:Joe", "END:VCARD", "TEL:1"],
         [("FN", "Jane"), ("AGENT", "BEGIN:VCARD\nFN:Joe\nEND:VCARD"), ("TEL", "1")]),
        (["FN:Jane", "BEGIN:VCARD", "FN:Joe", "BEGIN:VCARD", "END:VCARD", "END:VCARD", "TEL:1"],
         [("FN", "Jane"), ("BEGIN", "BEGIN:VCARD\nFN:Joe\nBEGIN:VCARD\nEND:VCARD\nEND:VCARD"), ("TEL", "1")]),
        (["FN:Jane", *CHILD, "TEL:1", *CHILD, "TEL:2"],
         [("FN", "Jane"), ("BEGIN", "\n".join(CHILD)), ("TEL", "1"), ("BEGIN", "\n".join(CHILD)), ("TEL", "2")]),
        (["FN:Jane", "AGENT:", "BEGIN:VCARD", "FN:Joe"], [("FN", "Jane"), ("AGENT", "BEGIN:VCARD\nFN:Joe\nEND:VCARD")]),
    ],
)  # fmt: skip
def test_each_line_is_a_property_and_a_card_inside_is_one(lines: list[str], expected: list[tuple[str, str]]) -> None:
    for end in LINE_ENDS:
        assert names(card(*lines, end=end)) == expected


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\r\n", "\n\r"])
def test_cards_cut_at_their_marks_give_the_books_bytes_back(end: str) -> None:
    book = card("FN:Jane", "PHOTO;ENCODING=b:QUJD", " QUJD", end=end) + card("FN:Joe", end=end)
    assert b"".join(raw.data for raw in split_book(book)) == book
    assert names(next(split_book(book)).data) == [("FN", "Jane"), ("PHOTO", "QUJDQUJD")]


def test_a_group_as_sogo_keeps_it_has_a_name_and_members() -> None:
    group = b"BEGIN:VLIST\r\nUID:l1\r\nVERSION:1.0\r\nFN:Choir\r\nCARD;EMAIL=j@b.c;FN=Jane:a.vcf\r\nEND:VLIST\r\n"
    assert names(group) == [("UID", "l1"), ("FN", "Choir"), ("CARD", "a.vcf")]


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("utf-8", "山田 太郎"),
        ("utf-8-sig", "山田 太郎"),
        ("utf-16", "山田 太郎"),
        ("utf-16-le", "山田 太郎"),
        ("cp932", "山田 タロウ"),
        ("iso-2022-jp", "山田 太郎"),
        ("latin-1", "Müller"),
        ("cp1252", "Œuvre €"),
    ],
)  # fmt: skip
def test_a_card_is_read_in_the_encoding_of_its_bytes(charset: str, name: str) -> None:
    assert names(card(f"FN:{name}", charset=charset)) == [("FN", name)]


def test_a_line_says_its_own_charset() -> None:
    data = card("X").replace(b"X\r\n", b"FN;CHARSET=ISO-8859-2:\xb1\r\nN;CHARSET=NOSUCH:\xc4\x85\r\n")
    assert names(data) == [("FN", "ą"), ("N", "ą")]


def test_a_terminals_reset_in_a_name_does_not_make_the_card_japanese() -> None:
    assert names(card("FN:\x1b(BJane")) == [("FN", "\x1b(BJane")]


def test_the_version_is_read_and_is_no_property() -> None:
    assert (read(JANE).version, [p.name for p in read(JANE).properties]) == ("3.0", ["FN"])


def test_an_empty_card_is_unreadable() -> None:
    assert read_card(RawCard(b"BEGIN:VCARD\r\nEND:VCARD\r\n")) == Unreadable(CardProblem.NO_LINES)


def test_a_card_of_five_megabytes_is_one_card() -> None:
    big = card("FN:Jane", "PHOTO;ENCODING=b:" + "\r\n ".join(["A" * 70] * 70_000))
    (raw,) = split_book(big)
    assert raw.data == big
    assert len(read(big).properties[1].value) == 4_900_000


@given(
    st.lists(
        st.sampled_from(
            [b"BEGIN:VCARD\r\n", b"END:VCARD\r\n", b"FN:a\r\n", b"AGENT:\r\n", b"\r\n", b" x\n", b"END:VCARD"]
        )
    )
)
def test_a_card_that_was_taken_out_of_a_book_is_a_book_of_itself(pieces: list[bytes]) -> None:
    for raw in split_book(b"".join(pieces)):
        assert [again.data for again in split_book(raw.data)] == [raw.data]


def test_a_word_before_a_mark_s_colon_is_found_however_far_off_it_stands() -> None:
    [card] = split_book(b"BEGIN" + b" " * 5_000 + b":VCARD\nFN:a\nEND" + b"\t" * 300 + b":VCARD\n")
    assert card.problem == ""


def test_other_words_before_vcard_begin_and_end_nothing() -> None:
    [card] = split_book(b"BEGIN:VCARD\nFN:a\nKIND:VCARD\nEND:VCARD\n")
    assert b"KIND" in card.data


@pytest.mark.parametrize(
    "book",
    [
        card("NOTE:BEGIN:VCARD", "NOTE:END:VCARD", "TEL:1"),
        BOM + card("NOTE:BEGIN:VCARD", "NOTE:END:VCARD", "TEL:1"),
        card("NOTE:END:VCARD, he said", "TEL:1", end="\n"),
        card("AGENT:BEGIN:VCARD", "FN:Joe", "END:VCARD", "TEL:1", end="\n"),
        card("AGENT:BEGIN:VCARD", "FN:Joe", "END:VCARD", "TEL:1", end="\r"),
    ],
)
def test_a_word_inside_a_line_begins_and_ends_no_card_but_an_agent_s(book: bytes) -> None:
    assert list(split_book(book)) == [RawCard(book.removeprefix(BOM))]
    assert names(book)[-1] == ("TEL", "1")


def test_a_card_does_not_begin_behind_three_letters() -> None:
    assert problems(b"abcBEGIN:VCARD\r\nFN:Joe\r\n") == [CardProblem.NO_CARD]


def test_lines_after_the_end_of_another_card_are_a_card_s_own() -> None:
    assert names(b"END:VCARD\r\n" + JANE) == [("FN", "Jane")]


def test_a_version_is_read_wherever_it_stands() -> None:
    assert read(b"BEGIN:VCARD\r\nNOTE:2.1\r\nVERSION:3.0\r\nEND:VCARD\r\n").version == "3.0"


def test_a_card_is_shown_as_it_is_written_without_its_byte_order_mark() -> None:
    assert whole_text(JANE) == whole_text(BOM + JANE) == JANE.decode()
    assert whole_text(card("NOTE:a\r\n b", "FN:\udc81")) == card("NOTE:a\r\n b", "FN:\ufffd").decode()


def test_two_states_of_a_card_are_shown_in_their_own_encodings() -> None:
    before, after = card("FN:Jürgen Müller", charset="cp1252"), card("FN:Jürgen Müller", "TEL:1")
    old, new = written(before, after, "DE")
    assert ("FN:Jürgen Müller" in old, "FN:Jürgen Müller" in new) == (True, True)


def test_an_agent_s_card_that_never_ends_goes_to_the_end_of_its_card() -> None:
    read = read_card(RawCard(b"BEGIN:VCARD\nFN:a\nAGENT:BEGIN:VCARD\nFN:b\nTEL:12\n"))
    assert isinstance(read, Card)
    assert [(line.name, line.value) for line in read.properties] == [
        ("FN", "a"),
        ("AGENT", "BEGIN:VCARD\nFN:b\nTEL:12"),
    ]


def test_a_card_that_is_not_there_has_no_lines() -> None:
    came = card("FN:Mia", "NOTE:a long\r\n  line")
    nothing, lines = written(None, came, "JP")
    assert nothing == []
    assert {"FN:Mia", "NOTE:a long line"} <= set(lines)
    assert written(came, None, "JP") == (lines, [])
