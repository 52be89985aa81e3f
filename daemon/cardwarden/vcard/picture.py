"""An inline picture, sound or key looked into: what its bytes are, how large it shows, and whether they are all there.

Headers only, by the formats' own descriptions: PNG (ISO 15948), JPEG (ITU-T T.81 annex B), GIF89a, WebP's container
(RFC 9649) and BMP; others are known by how they begin. Nothing is decoded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Fault(Enum):
    """What is wrong with a picture's bytes."""

    NONE = ""
    CUT = "it ends too early"
    TEXT = "it was copied as text"


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What the bytes show: media ("jpeg", "" if unknown), width and height in pixels (0 if unknown), and their fault.

    `is_text` says that they are a page or an answer of a server, HTML or JSON, and no picture at all.
    """

    media: str = ""
    width: int = 0
    height: int = 0
    fault: Fault = Fault.NONE
    is_text: bool = False


_SPOILT = (
    (b"\x89PNG\n\x1a\n", "png"),  # \r\n became \n
    (b"\x89PNG\r\r\n", "png"),  # \n became \r\n
    (b"\tPNG\r\n", "png"),  # the eighth bit is gone
    (b"\xc2\x89PNG", "png"),  # taken for Latin-1 and written as UTF-8
    (b"\xef\xbf\xbdPNG", "png"),  # taken for UTF-8, and what is none of it replaced
    (b"?PNG", "png"),
    (b"\xc3\xbf\xc3\x98\xc3\xbf", "jpeg"),
    (b"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "jpeg"),
    (b"\x7fX\x7f", "jpeg"),
)
_BEGINNINGS = (
    (re.compile(rb"....ftyp(?:avi[fs]|hei[cfmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL), "heif"),
    (re.compile(rb"II\*\x00|MM\x00\*"), "tiff"),
    (re.compile(rb"\xff\x0a|\x00\x00\x00\x0cJXL "), "jxl"),
    (re.compile(rb"\x00\x00\x00\x0cjP  "), "jp2"),
    (re.compile(rb"\x00\x00\x01\x00"), "x-icon"),
    (
        re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!(?:--|DOCTYPE svg)[^>]{0,500}>\s*)*<svg[\s>]"),
        "svg+xml",
    ),
)
_ANSWER = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[!?a-z]|[\[{]\s*[\"{\[])", re.IGNORECASE)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15 without DHT, JPG and DAC
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
_OS2_HEADER = 12  # bytes of a BITMAPCOREHEADER
_END_OF_IMAGE = b"\xff\xd9"


def look_into(raw: bytes) -> PictureFacts:
    """What the bytes of a picture show."""
    if raw.startswith(b"\xff\xd8\xff"):
        return _jpeg(raw)
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        known = raw[12:16] == b"IHDR" and len(raw) >= 24
        width, height = (_big(raw, 16, 4), _big(raw, 20, 4)) if known else (0, 0)
        return PictureFacts("png", width, height, _cut_unless(b"IEND\xaeB`\x82" in raw[-64:]))
    if re.match(rb"GIF8[79]a", raw):
        width, height = (_little(raw, 6, 2), _little(raw, 8, 2)) if len(raw) >= 10 else (0, 0)
        return PictureFacts("gif", width, height, _cut_unless(raw.rstrip(b"\x00").endswith(b";")))
    if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP":
        width, height = _webp(raw)
        return PictureFacts("webp", width, height, _cut_unless(len(raw) >= _little(raw, 4, 4) + 8))
    if raw.startswith(b"BM") and len(raw) >= 26:
        width, height = _bmp(raw)
        return PictureFacts("bmp", width, height, _cut_unless(len(raw) >= _little(raw, 2, 4)))
    spoilt = next((media for head, media in _SPOILT if raw.startswith(head)), "")
    if spoilt:
        return PictureFacts(spoilt, fault=Fault.TEXT)
    media = next((media for begins, media in _BEGINNINGS if begins.match(raw)), "")
    return PictureFacts(media, is_text=not media and bool(_ANSWER.match(raw)))


def _jpeg(raw: bytes) -> PictureFacts:
    """Segment by segment to the frame's size; the end is looked for behind the scan, because thumbnails have one, too."""
    width = height = 0
    position = 2
    while position + 4 <= len(raw) and raw[position] == 0xFF:
        marker = raw[position + 1]
        if marker in _ALONE or marker == 0xFF:
            position += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAMES and position + 9 <= len(raw):
            height, width = _big(raw, position + 5, 2), _big(raw, position + 7, 2)
        if marker == 0xDA:
            break
        position += 2 + _big(raw, position + 2, 2)
    return PictureFacts("jpeg", width, height, _cut_unless(raw.rfind(_END_OF_IMAGE, position) != -1))


def _webp(raw: bytes) -> tuple[int, int]:
    """Width and height by the first chunk, of which there are three kinds."""
    if len(raw) < 30:
        return 0, 0
    if raw[12:16] == b"VP8X":
        return _little(raw, 24, 3) + 1, _little(raw, 27, 3) + 1
    if raw[12:16] == b"VP8L":
        packed = _little(raw, 21, 4)
        return (packed & 0x3FFF) + 1, ((packed >> 14) & 0x3FFF) + 1
    return _little(raw, 26, 2) & 0x3FFF, _little(raw, 28, 2) & 0x3FFF


def _bmp(raw: bytes) -> tuple[int, int]:
    """Width and height by one of two headers; the height is negative if the first line is the top one."""
    if _little(raw, 14, 4) == _OS2_HEADER:
        return _little(raw, 18, 2), _little(raw, 20, 2)
    return _little(raw, 18, 4), abs(int.from_bytes(raw[22:26], "little", signed=True))


def _cut_unless(ended: object) -> Fault:
    return Fault.NONE if ended else Fault.CUT


def _big(raw: bytes, start: int, length: int) -> int:
    return int.from_bytes(raw[start : start + length], "big")


def _little(raw: bytes, start: int, length: int) -> int:
    return int.from_bytes(raw[start : start + length], "little")
