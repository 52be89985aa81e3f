"""Lines are put together as they were before somebody folded them, whatever ends them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardwarden.vcard import folds
from support.cards import LINE_ENDS, card

_PIECES = st.sampled_from(
    [b"\r\n", b"\n", b"\r", b" ", b"\t", b"=", b":", b"\r\n ", b"\n\t", b"\r\r\n", b"\xef\xbb\xbf", b"abcd", b"TEL:", b"VLIST",
     b"PHOTO;ENCODING=B:", b"PHOTO;base64:", b"NOTE;QUOTED-PRINTABLE:", b"BEGIN:VCARD", b"END \t:vcard"]
)  # fmt: skip


@settings(max_examples=600)
@given(st.lists(_PIECES, max_size=14).map(b"".join))
def test_lines_that_are_taken_with_their_folds_are_those_that_are_put_together_line_by_line(data: bytes) -> None:
    begin = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    assert list(folds.unfold(data)) == list(folds._unfolded_by_line(data, begin))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (b"NOTE:a\rb\nTEL:1\n", [b"NOTE:a\rb", b"TEL:1"]),
        (b"NOTE:a\rb\r\n", [b"NOTE:a\rb"]),
        (b"NOTE:a\rb\r\nTEL:1\r\n", [b"NOTE:a\rb", b"TEL:1"]),
        (b"NOTE:a\rb\r\r\nTEL:1\r\r\n", [b"NOTE:a\rb", b"TEL:1"]),
        (b"NOTE:a\rTEL:1\r", [b"NOTE:a", b"TEL:1"]),
        (b"NOTE:a\rTEL:1\n", [b"NOTE:a\rTEL:1"]),
        (b"NOTE:a\rTEL:1\rFN:b\n", [b"NOTE:a", b"TEL:1", b"FN:b"]),
        (b"NOTE:a\n\rTEL:1\n", [b"NOTE:a", b"\rTEL:1"]),
        (b"NOTE:a\n\rTEL:1\n\r", [b"NOTE:a", b"TEL:1"]),
        (b"NOTE:a\n\rTEL:1\n\rFN:b\n", [b"NOTE:a", b"TEL:1", b"FN:b"]),
        (b"NOTE:a\r\n\r\nTEL:1\r\n\rFN:b\r\n", [b"NOTE:a", b"", b"TEL:1", b"\rFN:b"]),
    ],
)  # fmt: skip
def test_a_return_ends_a_line_only_where_most_lines_end_so(lines: bytes, expected: list[bytes]) -> None:
    assert [line for _, _, line in folds.unfold(lines)] == expected


@pytest.mark.parametrize("end", LINE_ENDS)
@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["NOTE:a", " b", "\tc"], [b"NOTE:abc"]),
        (["NOTE;ENCODING=QUOTED-PRINTABLE:a=", "b=3D"], [b"NOTE;ENCODING=QUOTED-PRINTABLE:ab=3D"]),
        (["NOTE;ENCODING=QUOTED-PRINTABLE:a="], [b"NOTE;ENCODING=QUOTED-PRINTABLE:a"]),
        (["PHOTO;ENCODING=BASE64:QUJD", "QUJD", "", "TEL:1"], [b"PHOTO;ENCODING=BASE64:QUJDQUJD", b"", b"TEL:1"]),
        (["PHOTO;ENCODING=b:QUJD", " QUJD", "TEL:1"], [b"PHOTO;ENCODING=b:QUJDQUJD", b"TEL:1"]),
    ],
)  # fmt: skip
def test_lines_are_unfolded_and_none_is_lost(lines: list[str], expected: list[bytes], end: str) -> None:
    frame = [b"BEGIN:VCARD", b"VERSION:3.0"]
    data = card(*lines, end=end)
    unfolded = list(folds.unfold(data))
    assert [line for _, _, line in unfolded if line or b"" in expected] == [*frame, *expected, b"END:VCARD"]
    assert b"".join(data[start:end] for start, end, _ in unfolded) == data
