"""Two states of a card side by side: each value stands once."""

from __future__ import annotations

from cardwarden.actions.queries.fields import FieldSign, compare_fields


def card(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", "FN:Taro Yamada", *lines, "END:VCARD", ""]).encode()


def signs(before: bytes, after: bytes) -> list[tuple[str, str]]:
    return sorted((row.prop, row.sign.value) for row in compare_fields(before, after, "JP"))


def test_a_value_that_was_only_rewritten_does_not_count_as_unchanged_too() -> None:
    before = card("TEL;TYPE=CELL:090-1234-5601", "EMAIL:y@example.org", "NOTE:one")
    after = card("TEL;TYPE=CELL:090 1234 5601", "EMAIL:y@EXAMPLE.org", "NOTE:two")
    assert signs(before, after) == [
        ("EMAIL", FieldSign.REWRITTEN),
        ("FN", FieldSign.SAME),
        ("NOTE", FieldSign.CHANGED),
        ("TEL", FieldSign.REWRITTEN),
    ]


def test_of_two_values_that_say_the_same_only_the_rewritten_one_is_that() -> None:
    before = card("TEL;TYPE=CELL:090-1234-5601", "TEL;TYPE=WORK:090-1234-5601")
    after = card("TEL;TYPE=CELL:090-1234-5601", "TEL;TYPE=WORK:+81 90 1234 5601")
    rows = [row for row in compare_fields(before, after, "JP") if row.prop == "TEL"]
    assert [(row.sign, row.labels) for row in rows if row.sign is FieldSign.SAME] == [(FieldSign.SAME, ("cell",))]
    assert [row.after for row in rows if row.sign is FieldSign.REWRITTEN] == ["+81 90 1234 5601"]


def test_a_card_that_stayed_byte_for_byte_has_every_value_as_unchanged() -> None:
    same = card("TEL:090-1234-5601")
    assert signs(same, same) == [("FN", FieldSign.SAME), ("TEL", FieldSign.SAME)]
