"""Packing gives back what it was given, to the byte, and sees damage."""

from __future__ import annotations

import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.packing import joined, long_lines, pack, unpack, without

LINE = st.sampled_from(
    [b"FN:one\r\n", b"\n", b" fold\n", b"\tfold\r\n", b"X" * 2000, b"PHOTO:" + b"a" * 1500 + b"\r\n", b"\r"]
)


@given(st.binary(max_size=3000))
def test_any_bytes_come_back(data: bytes) -> None:
    assert unpack(pack(data), len(data)) == data
    assert len(pack(data)) <= len(data)


@given(st.lists(LINE, max_size=12).map(b"".join))
def test_a_body_without_its_long_lines_and_with_them_again_is_the_same(data: bytes) -> None:
    parts = list(long_lines(data))
    assert joined(without(data, parts), parts) == data
    assert all(data[at : at + len(part)] == part for at, part in parts)


def test_a_folded_picture_is_one_line() -> None:
    picture = b"PHOTO:" + b"\r\n ".join([b"a" * 70] * 100) + b"\r\n"
    assert list(long_lines(b"FN:x\r\n" + picture + b"TEL:1\r\n")) == [(6, picture)]


def test_any_flipped_bit_is_seen() -> None:
    data = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Yamada\r\nTEL:186080\r\nEND:VCARD\r\n"
    kept = pack(data)
    assert len(kept) <= len(data) / 2
    for bit in range(len(kept) * 8):
        wrong = bytearray(kept)
        wrong[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ValueError, match="not as it was kept"):
            unpack(bytes(wrong), len(data))


def test_what_does_not_shrink_is_kept_as_it_is() -> None:
    data = os.urandom(500)
    assert pack(data) == data


HEAD = st.sampled_from(
    [
        b"PHOTO;ENCODING=b;TYPE=JPEG:",
        b"PHOTO:data:image/png;base64,",
        b"item1.KEY;ENCODING=B;\r\n TYPE=X:",
        b"X:\0:",
        b"",
    ]
)


@st.composite
def pictures(draw: st.DrawFn) -> bytes:
    """A long line of base64 as programs fold it, and as they do not."""
    head = draw(HEAD)
    code = base64.b64encode(draw(st.binary(min_size=900, max_size=3000)))
    code = draw(st.sampled_from([code, code.rstrip(b"="), code + b"=", code[:-1] + b"!", code + b"\r\n "]))
    first, more = draw(st.integers(0, 80)), draw(st.integers(1, 80))
    lines = [code[:first], *(code[at : at + more] for at in range(first, len(code), more))]
    fold = draw(st.sampled_from([b"\r\n ", b"\n ", b"\r\n\t", b"\n  ", b"", b"\r\n"]))
    return head + fold.join(lines) + draw(st.sampled_from([b"\r\n", b"\n", b"", b"\r\n\r\n"]))


@given(pictures())
def test_a_picture_comes_back_however_it_was_folded(line: bytes) -> None:
    assert unpack(pack(line), len(line)) == line


@pytest.mark.parametrize("head", [b"PHOTO;ENCODING=b;TYPE=JPEG:", b"PHOTO:data:image/jpeg;base64,"])
@pytest.mark.parametrize("fold", [b"", b"\r\n ", b"\n  "])
def test_a_picture_in_base64_is_packed_as_small_as_its_bytes_are(head: bytes, fold: bytes) -> None:
    picture = os.urandom(15_000)
    code = base64.b64encode(picture)
    line = head + (fold.join([code[at : at + 74] for at in range(0, len(code), 74)]) if fold else code) + b"\r\n"
    assert len(pack(line)) < len(picture) + 100
    assert unpack(pack(line), len(line)) == line


def test_any_flipped_bit_of_a_picture_is_seen() -> None:
    line = b"PHOTO;ENCODING=b:" + base64.b64encode(os.urandom(900)) + b"\r\n"
    kept = pack(line)
    for bit in range(len(kept) * 8):
        wrong = bytearray(kept)
        wrong[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ValueError, match="not as it was kept"):
            unpack(bytes(wrong), len(line))
