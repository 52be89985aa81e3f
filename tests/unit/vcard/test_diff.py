"""What changed between two cards, and what did not."""

from __future__ import annotations

import pytest

from cardwarden.vcard.diff import RewriteReason, rewrites
from cardwarden.vcard.number_change import NumberChange
from support.cards import card, diff, read


def changes_of(before: list[str], after: list[str]) -> list[tuple[str, str | None, str | None]]:
    changes = diff(card(*before), card(*after))
    return [(c.name, c.before.text if c.before else None, c.after.text if c.after else None) for c in changes]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["FN:Jane"], ["FN:June"], [("FN", "Jane", "June")]),
        (["NOTE:x"], [], [("NOTE", "x", None)]),
        ([], ["NOTE:x"], [("NOTE", None, "x")]),
        (["TEL:0312345678", "TEL:0398765432"], ["TEL:0398765432", "TEL:+0312345678"], [("TEL", "0312345678", "+0312345678")]),
        (["TEL;TYPE=home:0312345678", "TEL;TYPE=work:0398765432"], ["TEL;TYPE=work:0312345678", "TEL;TYPE=home:0398765432"],
         [("TEL", "0312345678", "0312345678"), ("TEL", "0398765432", "0398765432")]),
        (["CATEGORIES:a,b,c"], ["CATEGORIES:c,a"], [("CATEGORY", "b", None)]),
        (["a line, no colon"], ["12 more"], [("", "a line, no colon", "12 more")]),
    ],
)  # fmt: skip
def test_a_value_is_told_with_what_became_of_it(
    before: list[str], after: list[str], expected: list[tuple[str, str | None, str | None]]
) -> None:
    assert changes_of(before, after) == [
        (name.replace("CATEGORY", "CATEGORIES"), *values) for name, *values in expected
    ]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("TEL:090-1234-5678", "TEL:09012345678", "number written differently"),
        ("TEL:090-1234-5678", "TEL:+819012345678", "number written differently"),
        ("NOTE;ENCODING=QUOTED-PRINTABLE:a=20b", "NOTE:a b", RewriteReason.TRANSFER),
        ("NOTE:a\\,b", "NOTE:a,b", RewriteReason.ESCAPES),
        ("BDAY:1985-04-12", "BDAY:19850412", RewriteReason.DATE),
        ("PHOTO;ENCODING=b:QUJD", "PHOTO:data:image/jpeg;base64,QUJD", RewriteReason.PICTURE),
        ("FN:Mu\u0308ller", "FN:Müller", RewriteReason.UNICODE),
        ("NOTE:tidy\vup", "NOTE:tidyup", RewriteReason.CONTROL),
        ("NOTE:a  b ", "NOTE:a b", RewriteReason.BLANKS),
        ("EMAIL:A@b.c", "EMAIL:a@b.c", RewriteReason.CASE),
        ("X-ANNIVERSARY:2001-02-03", "ANNIVERSARY:2001-02-03", RewriteReason.SPELLING),
        ("EMAIL;TYPE=INTERNET:a@b.c", "EMAIL:a@b.c", RewriteReason.PARAMETERS),
        ("X-EVOLUTION-FILE-AS:Roe", "", RewriteReason.DERIVED),
        ("REV:2001", "REV:2002", RewriteReason.BOOKKEEPING),
        ("item1.X-ABLabel:Boat", "", RewriteReason.LABEL),
        ("X-ANNIVERSARY:20010203\r\nANNIVERSARY:20010203", "X-ANNIVERSARY:20010203", RewriteReason.REPEATED),
        ("NICKNAME:", "", RewriteReason.EMPTY),
        ("PHOTO;TYPE=image/png:" + "QUJD" * 20, "PHOTO;ENCODING=b:" + "QUJD" * 20, RewriteReason.PICTURE),
        ("EMAIL;PREF=2:a@b.example", "EMAIL;PREF=1:a@b.example", RewriteReason.PARAMETERS),
        ("X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Jo;1", "NICKNAME:Jo", RewriteReason.SPELLING),
    ],
)  # fmt: skip
def test_a_rewrite_has_its_reason(before: str, after: str, reason: str) -> None:
    old, new = card("FN:x", before), card("FN:x", *([after] if after else []))
    assert diff(old, new) == []
    assert [rewrite.reason for rewrite in rewrites(read(old), read(new), "JP")] == [reason]


def test_another_version_is_a_rewrite() -> None:
    found = rewrites(read(card("FN:x")), read(card("FN:x", version="4.0")), "JP")
    assert [(rewrite.name, rewrite.reason) for rewrite in found] == [("VERSION", RewriteReason.VERSION)]


def test_what_is_ignored_is_no_change_and_is_said_to_be_ignored() -> None:
    old, new = read(card("X-ODD:1")), read(card("X-ODD:2"))
    assert [r.reason for r in rewrites(old, new, "JP", frozenset({"X-ODD"}))] == [RewriteReason.IGNORED]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("TEL;TYPE=home:03-1234-5601", "TEL;TYPE=HOME;PREF=1:03-1234-5601", RewriteReason.PARAMETERS),
        ("NOTE:tea\r\nNOTE:tea", "NOTE:tea", RewriteReason.REPEATED),
        ("NOTE:\r\nFN:a", "FN:a", RewriteReason.EMPTY),
        ("URL:HTTP://EXAMPLE.org/", "URL:http://example.org", RewriteReason.ADDRESS),
    ],
)
def test_a_harmless_rewrite_has_the_reason_that_is_its_own(before: str, after: str, reason: RewriteReason) -> None:
    assert [rewrite.reason for rewrite in rewrites(read(card(before)), read(card(after)), "JP")] == [reason]


def test_what_a_change_says_is_no_rewrite_and_neither_is_a_line_that_stayed() -> None:
    before, after = read(card("NOTE:tea", "FN:Jane")), read(card("NOTE:coffee", "FN:Jane"))
    assert rewrites(before, after, "JP") == []


def test_letters_of_a_keypad_are_the_digits_that_they_stand_for() -> None:
    before, after = read(card("TEL:1-800-FLOWERS")), read(card("TEL:1-800-356-9377"))
    assert [rewrite.reason for rewrite in rewrites(before, after, "US")] == [NumberChange.KEYPAD.value]


def test_two_labels_of_one_value_that_change_places_say_what_they_said() -> None:
    number, labels = "item1.TEL:1234567", ["item1.X-ABLabel:Home", "item1.X-ABLabel:home"]
    assert rewrites(read(card(number, *labels)), read(card(number, *reversed(labels))), "JP") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["NOTE:tea", "NOTE:tea"], ["NOTE:tea", "NOTE:tea"]),
        ([], ["X-EVOLUTION-FILE-AS:Roe"]),
        (["MEMBER:urn:uuid:a"], ["MEMBER:urn:uuid:a", "MEMBER:a"]),
        (["CATEGORIES:Choir"], ["CATEGORIES:Choir,Choir"]),
        (["item1.X-ABRELATEDNAMES:Jane", "item1.X-ABLabel:_$!<Mother>!$_"], ["RELATED;TYPE=mother;VALUE=text:Jane"]),
        (["item1.TEL:1234567", "item1.X-ABLabel:_$!<OtherFAX>!$_"], ["TEL;TYPE=OTHER,FAX:1234567"]),
        (
            ["SOCIALPROFILE;SERVICE-TYPE=Mastodon:https://a.example/@b"],
            ["X-SOCIALPROFILE;TYPE=mastodon:https://a.example/@b"],
        ),
        (
            ["RELATED;TYPE=friend:urn:uuid:F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"],
            ["RELATED;TYPE=friend;VALUE=uri:URN:UUID:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"],
        ),
        (["TEL;PREF=1:1234561", "TEL:1234561", "TEL:1234562"], ["TEL;PREF=1:1234561", "TEL:1234562"]),
    ],
)
def test_what_says_nothing_new_is_no_change(before: list[str], after: list[str]) -> None:
    assert changes_of(before, after) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["NICKNAME:Bo"], ["NICKNAME:Bo,Bob"]),
        (["NOTE:tea"], ["NOTE:tea", "NOTE:tea"]),
        (["RELATED;VALUE=text:JANE"], ["RELATED;VALUE=text:jane"]),
        (["item1.TEL:1234567", "item1.X-ABLabel:_$!<Mother>!$_"], ["item1.TEL:1234567", "item1.X-ABLabel:_$!<Mother"]),
        (
            ["item1.TEL:1234567", "item1.X-ABLabel:_$!<Mother>!$_"],
            ["item1.TEL:1234567", "item1.X-ABLabel:_$!<Father>!$_"],
        ),
        (["SOCIALPROFILE;SERVICE-TYPE=Mastodon:https://a.example/@b"], ["SOCIALPROFILE:https://a.example/@b"]),
    ],
)
def test_what_says_something_new_is_a_change(before: list[str], after: list[str]) -> None:
    assert changes_of(before, after) != []


def test_a_preference_that_went_to_another_value_is_a_change_of_no_value() -> None:
    numbers = ("1234561", "1234562")
    changes = diff(
        card(f"TEL;PREF=1:{numbers[0]}", f"TEL:{numbers[1]}"), card(f"TEL:{numbers[0]}", f"TEL;PREF=1:{numbers[1]}")
    )
    assert [(change.name, change.of_value) for change in changes] == [("TEL", False)] * 2


@pytest.mark.parametrize(
    ("before", "after", "is_one"),
    [
        ("abcdefg123", "abcdefg456", True),  # seven of ten letters are the same
        ("1abcdefg23", "4abcdefg56", True),
        ("1abcdef23", "4abcdef56", False),  # six of nine
        ("Jane", "Jane Roe", True),
        ("Jane Roe", "Roe", True),
        ("tea", "coffee", False),
        ("\x01", "tea", False),
    ],
)
def test_a_value_under_another_label_became_one_that_is_like_it(before: str, after: str, is_one: bool) -> None:
    [*changes] = diff(card(f"NOTE;TYPE=home:{before}"), card(f"NOTE;TYPE=work:{after}"))
    assert any(change.before and change.after for change in changes) is is_one


@pytest.mark.parametrize(
    ("before", "after", "is_one"), [("Fam", "Family", True), ("Family", "Fam", True), ("Friends1", "Friends2", False)]
)
def test_an_item_of_a_list_became_one_that_begins_like_it(before: str, after: str, is_one: bool) -> None:
    [*changes] = diff(card(f"CATEGORIES:{before}"), card(f"CATEGORIES:{after}"))
    assert any(change.before and change.after for change in changes) is is_one


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["NOTE;TYPE=home:tea", "NOTE;TYPE=work:milk"], ["NOTE;TYPE=work:rum", "NOTE;TYPE=home:gin"],
         [("tea", "gin"), ("milk", "rum")]),
        (["NOTE:tea", "NOTE:coffee"], ["NOTE:coffees", "NOTE:rum"], [("tea", "rum"), ("coffee", "coffees")]),
        (["TEL:03-1234-5678", "TEL:090-1234-5678"], ["TEL:+090-1234-5678", "TEL:+03-1234-5678"],
         [("03-1234-5678", "+03-1234-5678"), ("090-1234-5678", "+090-1234-5678")]),
        (["TEL:03-1234-5678"], ["TEL:" + "x" * 300], [("03-1234-5678", "x" * 60 + "…")]),
        (["PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAA"], ["PHOTO;VALUE=uri:https://a.example/b"],
         [("jpeg, 6 bytes", "https://a.example/b")]),
    ],
)  # fmt: skip
def test_of_several_values_each_became_the_one_that_is_likest(
    before: list[str], after: list[str], expected: list[tuple[str, str]]
) -> None:
    assert sorted((old, new) for _, old, new in changes_of(before, after)) == sorted(expected)


@pytest.mark.parametrize(("gone", "paired"), [(40, 40), (41, 0)])
def test_likeness_is_looked_for_among_forty_values_on_each_side(gone: int, paired: int) -> None:
    before = [f"NOTE:{'tea ' * 9}{number}" for number in range(gone)]
    after = [f"NOTE:{'tea ' * 9}{number}" for number in range(100, 140)]
    assert sum(bool(old and new) for _, old, new in changes_of(before, after)) == paired


def test_each_of_two_like_lines_that_are_written_otherwise_is_a_rewrite() -> None:
    before, after = read(card("NOTE:a\\,b", "NOTE:a\\,b")), read(card("NOTE:a,b", "NOTE:a,b"))
    assert [each.reason for each in rewrites(before, after, "JP")] == [RewriteReason.ESCAPES] * 2


def test_a_rewrite_shows_the_values_as_they_stand_without_their_labels() -> None:
    before = read(card("item1.TEL:03-1234-5678", "item1.X-ABLabel:Mum"))
    after = read(card("item1.TEL:0312345678", "item1.X-ABLabel:Mum"))
    assert [(each.before, each.after) for each in rewrites(before, after, "JP")] == [("03-1234-5678", "0312345678")]


@pytest.mark.parametrize("ignored", ["NICKNAME", "X-NICKNAME"])
def test_what_is_ignored_may_be_named_as_it_stands_or_as_others_call_it(ignored: str) -> None:
    old, new = read(card("X-NICKNAME:Jo")), read(card("X-NICKNAME:Joe"))
    assert [each.reason for each in rewrites(old, new, "JP", frozenset({ignored}))] == [RewriteReason.IGNORED]


def test_text_in_base64_is_another_transfer_encoding_of_it() -> None:
    before, after = read(card("NOTE;ENCODING=b:R3LDvMOfZQ==")), read(card("NOTE:Grüße"))
    assert [each.reason for each in rewrites(before, after, "JP")] == [RewriteReason.TRANSFER]
