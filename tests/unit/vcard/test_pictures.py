"""What an inline picture is, whatever program wrote it, and what its bytes show."""

from __future__ import annotations

import base64
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.vcard.picture import Fault, PictureFacts, look_into
from support.cards import JPEG, card, diff, facts

DATA = base64.b64encode(JPEG).decode()


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


THUMBNAIL = b"\xff\xd8\xff\xdb small \xff\xd9"
REAL_JPEG = (
    b"\xff\xd8" + _segment(0xE1, b"Exif" + THUMBNAIL) + _segment(0xDB, b"table") + b"\xff\x01" + b"\xff"
    + _segment(0xC0, b"\x08\x01\xe0\x02\x80\x03") + _segment(0xDA, b"\x03") + b"scan\xff\x00data" + b"\xff\xd9"
)  # fmt: skip


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


PNG = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", 640, 480, 8, 2, 0, 0, 0)) + _chunk(b"IEND", b"")
GIF = b"GIF89a" + struct.pack("<HH", 640, 480) + b"\xf0\x00\x00 pixels" + b";"


def _webp(kind: bytes, body: bytes) -> bytes:
    chunk = kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


WEBP_X = _webp(b"VP8X", b"\x10\x00\x00\x00" + (639).to_bytes(3, "little") + (479).to_bytes(3, "little") + b"pixels")
WEBP_L = _webp(b"VP8L", b"\x2f" + struct.pack("<I", 639 | 479 << 14) + b"pixels")
WEBP = _webp(b"VP8 ", b"\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 640, 480) + b"pixels")


def _bmp(header: bytes) -> bytes:
    body = header.ljust(46, b"\x00")
    return b"BM" + struct.pack("<IHHI", len(body) + 14, 7, 7, 54) + body  # 7: what its program wanted to remember


BMP = _bmp(struct.pack("<IiiHH", 40, 640, 480, 1, 24))
WHOLE = {"jpeg": REAL_JPEG, "png": PNG, "gif": GIF, "webp": WEBP, "bmp": BMP}


@pytest.mark.parametrize(("media", "raw"), [*WHOLE.items(), ("webp", WEBP_X), ("webp", WEBP_L)])
def test_what_a_picture_is_and_how_large_it_shows_is_read_from_its_header(media: str, raw: bytes) -> None:
    assert look_into(raw) == PictureFacts(media, 640, 480)
    assert look_into(raw[:-4]).fault is Fault.CUT


FRAME = REAL_JPEG.index(b"\xff\xc0")


@pytest.mark.parametrize(
    ("media", "raw", "needed"),
    [
        ("png", PNG, 24), ("gif", GIF, 10), ("jpeg", REAL_JPEG, FRAME + 9),
        ("webp", WEBP, 30), ("webp", WEBP_X, 30), ("webp", WEBP_L, 30),
    ],
)  # fmt: skip
def test_the_beginning_of_a_picture_shows_its_size_as_soon_as_all_of_it_is_there(
    media: str, raw: bytes, needed: int
) -> None:
    assert look_into(raw[:needed]) == PictureFacts(media, 640, 480, Fault.CUT)
    assert look_into(raw[: needed - 1]) == PictureFacts(media, 0, 0, Fault.CUT)


def test_the_beginning_of_a_bitmap_is_known_by_its_size_alone() -> None:
    assert look_into(BMP[:26]) == PictureFacts("bmp", 640, 480, Fault.CUT)
    assert look_into(BMP[:25]) == PictureFacts()


def test_a_picture_for_apples_phones_has_its_size_elsewhere() -> None:
    apples = PNG[:8] + _chunk(b"CgBI", b"\x50\x00\x20\x02") + PNG[8:]
    assert look_into(apples) == PictureFacts("png", 0, 0)


def test_a_sound_in_the_same_container_is_no_picture() -> None:
    assert look_into(WEBP.replace(b"WEBPVP8 ", b"WAVEfmt ")) == PictureFacts()


@given(st.sampled_from(sorted(WHOLE.values())), st.data())
def test_any_part_of_a_picture_is_looked_into_without_a_fault_of_ours(raw: bytes, data: st.DataObject) -> None:
    cut = raw[: data.draw(st.integers(0, len(raw) - 3))]
    assert look_into(cut).fault in {Fault.CUT, Fault.NONE}
    assert look_into(cut).fault is Fault.CUT or look_into(cut).media == ""


@pytest.mark.parametrize(
    "spoilt",
    [
        PNG.replace(b"\r\n", b"\n"), PNG.replace(b"\n", b"\r\n"), bytes(byte & 127 for byte in PNG),
        PNG.decode("latin-1").encode(), PNG.decode("utf-8", "replace").encode(), PNG.decode("latin-1").encode("ascii", "replace"),
        REAL_JPEG.decode("latin-1").encode(), REAL_JPEG.decode("utf-8", "replace").encode(),
        bytes(byte & 127 for byte in REAL_JPEG),
    ],
)  # fmt: skip
def test_a_picture_that_was_copied_as_text_is_known(spoilt: bytes) -> None:
    assert look_into(spoilt).fault is Fault.TEXT


def test_a_bitmap_whose_first_line_is_the_top_one_is_as_high_as_another() -> None:
    assert look_into(_bmp(struct.pack("<IiiHH", 40, 640, -480, 1, 24))) == PictureFacts("bmp", 640, 480)


def test_a_bitmap_of_os2_has_a_shorter_header() -> None:
    assert look_into(_bmp(struct.pack("<IHHHH", 12, 640, 480, 1, 24))) == PictureFacts("bmp", 640, 480)


def test_what_is_no_picture_has_no_fault() -> None:
    assert look_into(b"-----BEGIN PGP PUBLIC KEY BLOCK-----") == PictureFacts()


def test_a_picture_says_what_it_is() -> None:
    [fact] = facts(card(f"PHOTO;ENCODING=b:{base64.b64encode(PNG).decode()}"))
    assert fact.text == f"png, 640 × 480, {len(PNG)} bytes"


@pytest.mark.parametrize(
    "line", [f"PHOTO:data:image/jpeg;base64,{DATA}", f"PHOTO;VALUE=uri:data:image/jpeg;base64,{DATA}"]
)
def test_one_picture_is_one_picture_in_every_spelling(line: str) -> None:
    assert diff(card(f"PHOTO;ENCODING=b;TYPE=JPEG:{DATA}"), card(line)) == []


@pytest.mark.parametrize("line", [f"data:image/jpeg;base64\\,{DATA}", f"data:image/jpeg\\;base64\\,{DATA}"])
def test_a_uri_that_was_escaped_as_text_is_still_the_picture(line: str) -> None:
    """ical.js and sabre/vobject write it and read it; other programs show no picture then, but read the key."""
    [change] = diff(card(f"PHOTO;ENCODING=b;TYPE=JPEG:{DATA}"), card(f"PHOTO:{line}"))
    assert change.before
    assert change.after
    assert change.before.picture
    assert change.after.picture
    assert (change.after.picture.digest, change.after.picture.hidden) == (change.before.picture.digest, True)
    assert diff(card(f"KEY;ENCODING=b:{DATA}"), card(f"KEY:{line}")) == []


def test_a_picture_that_says_it_is_a_link_is_one_that_programs_do_not_show() -> None:
    [fact] = facts(card(f"PHOTO;ENCODING=b;VALUE=uri:{DATA}"))
    assert fact.picture is not None
    assert fact.picture.hidden


def test_a_picture_that_is_no_base64_is_a_link() -> None:
    [fact] = facts(card("PHOTO:data:image/svg+xml,%3Csvg%3E"))
    assert fact.picture is None


def test_a_picture_that_programs_show_means_its_digest_alone() -> None:
    [fact] = facts(card(f"PHOTO;ENCODING=b;TYPE=JPEG:{DATA}"))
    assert fact.picture is not None
    assert fact.meaning == fact.picture.digest
