"""What a value means: one normaliser per kind, so that two spellings of one value compare equal and no two values do."""

from __future__ import annotations

import base64
import binascii
import hashlib
import quopri
import re
import struct
import unicodedata
from dataclasses import dataclass
from html.entities import name2codepoint
from typing import Literal

from cardwarden.vcard.card import Property
from cardwarden.vcard.encoding import decode_as, known_charset
from cardwarden.vcard.picture import PictureFacts, look_into

_LAST_PUNCTUATION = 0x2122  # what follows are arrows and mathematics: nobody's name
_ENTITY_NAMES = "|".join(name for name, code in name2codepoint.items() if code <= _LAST_PUNCTUATION)
_ENTITY = re.compile(rf"&(?:amp;)*(?:#[0-9]{{1,7}}|#[xX][0-9A-Fa-f]{{1,6}}|[A-Za-z]caron|apos|{_ENTITY_NAMES})\Z")
_ESCAPE = re.compile(r"\\([nN\\,;:])")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\udc80-\udcff]")
_DIGITS = re.compile(r"[0-9]+")
_WORDS = re.compile(r"[^\s,;]+")
_CARET = re.compile(r"\^([n'^])")
_SPACES = re.compile("[ \t\u00a0]+")
_DATE = re.compile(
    r"(?P<y>[0-9]{4}|--)(?:(?P<dash>-?)(?P<m>[0-9]{2})(?:(?P=dash)(?P<d>[0-9]{2}))?)?"
    r"(?:[T ](?P<h>[0-9]{2})(?::?(?P<mi>[0-9]{2})(?::?(?P<s>[0-9]{2})(?:[.,](?P<f>[0-9]+))?)?)?"
    r"(?P<z>Z|[+-][0-9]{2}:?(?:[0-9]{2})?)?)?\Z"
)
_DAY_ONLY = re.compile(r"---([0-9]{2})\Z")
_DATA_URI = re.compile(r"data:([^,;\\]*+)((?:\\?;[^,;\\]*+)*+)\\?,", re.IGNORECASE)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*")
_NO_LINK = 64  # letters of base64: a link would have a dot or a colon among so many
_PLACE = re.compile(
    r"(?:geo:)?([+-]?[0-9]+(?:\.[0-9]+)?)[;,]\s*([+-]?[0-9]+(?:\.[0-9]+)?)(?:;crs=wgs84)?", re.IGNORECASE
)
_FULL_CIRCLE = 360.0  # degrees; what is more is no place
_SINGLE_DIGITS = 9  # that tell any two numbers of single precision apart
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])([0-9]{2})(?::?([0-9]{2}))?", re.IGNORECASE)
_ZERO_ZONE = {"", "Z", "+0000", "-0000", "+00", "-00"}
_LONG, _HEAP = 10_000, 100  # characters; marks on one letter


@dataclass(frozen=True, slots=True)
class Picture:
    """An inline value.

    digest   SHA-256 of its bytes, hex
    size     in bytes
    look     what the bytes show
    media    the media type that the bytes show, else the one that the card says
    hidden   it is not written as its version wants it, so that many programs show nothing: its data: URI has escapes
             (`base64\\,`), nothing says that it is base64, or it is called a link
    """

    digest: str
    size: int
    look: PictureFacts
    media: str
    hidden: bool = False

    @property
    def key(self) -> str:
        """What two writings have in common that show the same; nothing is read out of it."""
        return f"{self.digest} {self.hidden}" if self.hidden else self.digest


@dataclass(frozen=True, slots=True)
class Undecodable:
    """Inline bytes that cannot be decoded, as they are written, without their blanks."""

    written: str

    @property
    def size(self) -> int:
        """How many bytes it had, about: base64 has four characters for three of them."""
        return len(self.written) * 3 // 4


def decoded(prop: Property, *, inline: bool = False) -> str:
    """The value with its transfer encoding undone: quoted-printable or base64, and its charset (vCard 2.1 section 2.1.2).

    `inline` says that the property holds bytes, such as a picture: base64 is how it is written, and stays.
    """
    encodings = {value.upper() for value in prop.param("ENCODING")}
    if encodings & {"QUOTED-PRINTABLE", "Q"}:
        raw = quopri.decodestring(prop.value.encode("utf-8", "surrogateescape"))
    elif encodings & {"BASE64", "B"} and not inline:
        try:
            raw = base64.b64decode("".join(prop.value.split()), validate=True)
        except (binascii.Error, ValueError):
            return prop.value
    else:
        return prop.value
    said = prop.param("CHARSET")
    charset = known_charset(said[0]) if said else ""
    read = decode_as(raw, charset or "utf-8")
    plainly = "BASE64" not in encodings and "B" not in encodings
    return read if plainly or not _NO_TEXT.search(read) else prop.value  # some programs leave the word on plain text


def unescape(value: str) -> str:
    r"""Undo RFC 6350 section 3.4 escapes, and `\:`, which Apple and Google write in 3.0. Others stay as they are."""
    if "\\" not in value:
        return value
    return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)


def split(value: str, separator: str) -> list[str]:
    """Split at separators that are not escaped; the parts stay escaped."""
    if "\\" not in value:
        return value.split(separator)
    parts: list[str] = []
    start = position = 0
    while position < len(value):
        if value[position] == "\\":
            position += 2
            continue
        if value[position] == separator:
            parts.append(value[start:position])
            start = position + 1
        position += 1
    parts.append(value[start:])
    return parts


def normal(form: Literal["NFC", "NFD", "NFKC", "NFKD"], value: str) -> str:
    """A Unicode normal form; text with a heap of combining marks stays as it is, because sorting them is quadratic."""
    marks = 0
    for character in value if len(value) > _LONG else "":
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > _HEAP:
            return value
    return unicodedata.normalize(form, value)


def text(value: str) -> str:
    """Text as it reads: NFC, line ends as \\n, no ASCII control characters, runs of blanks as one, none at the ends.

    Servers strip control characters; zero-width ones stay, because between two letters nobody can see them.
    """
    if value.isascii() and value.isprintable() and "  " not in value:
        return value.strip()
    value = normal("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    value = _SPACES.sub(" ", CONTROL.sub("", value))
    return "\n".join(line.strip() for line in value.split("\n")).strip()


def reading(value: str) -> str:
    """A phonetic reading: half-width katakana are the same letters (NFKC)."""
    return text(normal("NFKC", value))


def name(value: str) -> tuple[str, ...]:
    """N's five components; RFC 9554's two more are left out if they only repeat what stands in these."""
    return _without_copies(components(value), 5)


def _without_copies(parts: tuple[str, ...], known: int) -> tuple[str, ...]:
    """Components without those behind the `known` ones, if all of them are said there: RFC 9554 sections 2.1 and 2.2."""
    if len(parts) <= known:
        return parts
    said = set(_WORDS.findall(" ".join(parts[:known])))
    if not said.issuperset(_WORDS.findall(" ".join(parts[known:]))):
        return parts
    kept = parts[:known]
    while kept and not kept[-1]:
        kept = kept[:-1]
    return kept


def components(value: str) -> tuple[str, ...]:
    """A structured value's components, decoded, without empty ones at the end."""
    parts = [text(unescape(part)) for part in _pieces(value)]
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)


def _pieces(value: str) -> list[str]:
    """The components as they are written. The semicolon of an entity that a program left on (`M&uuml;ller`) ends none."""
    pieces = split(value, ";")
    if "&" not in value:
        return pieces
    whole = [pieces[0]]
    for piece in pieces[1:]:
        if _ENTITY.search(whole[-1]):
            whole[-1] += ";" + piece
        else:
            whole.append(piece)
    return whole


def address(value: str) -> tuple[str, ...]:
    """ADR's seven components (RFC 6350 section 6.3.1); those behind them are left out if they are copies of them.

    RFC 9554 has eleven more, and Google writes an eighth: all of it, formatted.
    """
    parts = _without_copies(components(value), 7)
    if len(parts) == 8 and set(_DIGITS.findall(parts[7])) <= set(_DIGITS.findall("\n".join(parts[:7]))):
        return components(";".join(_pieces(value)[:7]))
    return parts


def joined(parts: tuple[str, ...]) -> str:
    """Components as one text that no other components have."""
    return ";".join(part.replace("\\", "\\\\").replace(";", "\\;") for part in parts)


def words(part: str) -> str:
    """A component of a name as its words: programs write a list's comma as `,`, `\\,` and a blank."""
    return text(part.replace(",", " "))


def caret(value: str) -> str:
    """A parameter's value without RFC 6868's escapes."""
    return _CARET.sub(lambda match: {"n": "\n", "'": '"', "^": "^"}[match[1]], value)


def items(value: str) -> tuple[str, ...]:
    """A comma list's items, decoded, without empty ones."""
    return tuple(item for item in (text(unescape(part)) for part in split(value, ",")) if item)


def date(value: str, omitted_year: str = "") -> str:
    """ISO 8601 as RFC 6350 section 4.3 has it, in one spelling: 1985-04-12, --04-12, 1985-04, with a time if it says one.

    Midnight without a zone, or in UTC, is no time: clients add it to plain dates. `omitted_year` is Apple's
    X-APPLE-OMIT-YEAR. What is no date of either format stays text: only ASCII digits count, because programs read
    nothing else there.
    """
    value = text(unescape(value))
    if day := _DAY_ONLY.match(value):
        return f"---{day[1]}"
    match = _DATE.match(value)
    if not match or not value.isascii():
        return value
    year = "--" if match["y"] == omitted_year and match["m"] else match["y"]
    day_text = year + (f"-{match['m']}" if match["m"] and year != "--" else match["m"] or "")
    day_text += f"-{match['d']}" if match["d"] else ""
    if not match["h"]:
        return day_text
    clock = (match["h"] + (match["mi"] or "") + (match["s"] or "")).ljust(6, "0")
    fraction = f".{match['f']}" if (match["f"] or "").strip("0") else ""
    zone = (match["z"] or "").replace(":", "")
    if clock == "000000" and not fraction and zone in _ZERO_ZONE:
        return day_text
    return f"{day_text}T{clock}{fraction}{'Z' if zone and zone in _ZERO_ZONE else zone}"


def place(value: str) -> str:
    """GEO in one spelling: `37.38600;-122.082932` (3.0) and `geo:37.386,-122.082932` (4.0, RFC 5870) are one place."""
    value = text(unescape(value))
    match = _PLACE.fullmatch(value)
    return ",".join(map(_degrees, match.groups())) if match else value


def place_kept(spelled: str) -> str:
    """What single precision keeps of a place, as KAddressBook does: less than a metre is lost, and that is no other place."""
    degrees = tuple(map(float, spelled.split(","))) if _PLACE.fullmatch(spelled) else ()
    if not degrees or max(map(abs, degrees)) > _FULL_CIRCLE:
        return spelled
    kept = struct.unpack("2f", struct.pack("2f", *degrees))
    return ",".join(f"{number:.{_SINGLE_DIGITS}g}" for number in kept)


def _degrees(number: str) -> str:
    sign = "-" if number.startswith("-") else ""
    whole, _, part = number.lstrip("+-").partition(".")
    short = f"{whole.lstrip('0') or '0'}.{part.rstrip('0')}".rstrip(".")
    return short if short == "0" else sign + short


def zone(value: str) -> str:
    """TZ: an offset from UTC in one spelling (`+0100`, `+01:00` and `+01`), a zone's name as it is."""
    value = text(unescape(value))
    if value.upper() in {"Z", "UTC"}:
        return "+00:00"
    match = _OFFSET.fullmatch(value)
    return f"{match[1]}{match[2]}:{match[3] or '00'}" if match else value


def member(value: str) -> str:
    """A UID: without urn:uuid:, lower case if it is a UUID, without the .vcf that some servers add."""
    value = text(unescape(value))
    if value[:9].lower() == "urn:uuid:":
        value = value[9:]
    if re.fullmatch(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?:\.vcf)?", value):
        return value.lower().removesuffix(".vcf")
    return value


def picture(prop: Property, value: str) -> Picture | Undecodable | str:
    """An inline value as the digest of its bytes, whatever its version's spelling; a link as it stands."""
    if not value.strip():
        return ""
    if match := _DATA_URI.match(value):
        head = match[0]
        return _inline(value[match.end() :], match[1], hidden="\\" in head) if "base64" in head.lower() else value
    said = {v.upper() for p in prop.param("ENCODING") for v in p.split(",")} & {"B", "BASE64"}
    link = "uri" in {v.lower() for v in prop.param("VALUE")}
    if (said and not _URI.match(value)) or (len(value) >= _NO_LINK and _BASE64.fullmatch(value)):
        return _inline(value, (prop.param("TYPE") or ("",))[0], hidden=link or not said)
    return value


def _inline(encoded: str, said: str, *, hidden: bool) -> Picture | Undecodable:
    packed = re.sub(r"\s+", "", encoded)
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return Undecodable(packed)
    look = look_into(raw)
    media = look.media or said.lower().split("/")[-1]
    return Picture(hashlib.sha256(raw).hexdigest(), len(raw), look, media, hidden)
