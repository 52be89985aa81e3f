"""Layers that programs put around a text, taken off again: as much of one as is there, also if it was cut or torn."""

from __future__ import annotations

import base64
import binascii
import html
import quopri
import re
import unicodedata
from collections.abc import Callable, Iterator

from cardwarden.detect.steps import vocabulary as steps
from cardwarden.detect.steps.vocabulary import Step

_LONGEST = 50_000  # characters; nobody reads more of a value that is still in code
_CHARSETS = ("utf-8", "cp1252", "cp932", "iso-8859-2", "cp1251")
_QP = re.compile(r"=[0-9A-Fa-f]{2}")
_SOFT_BREAKS = tuple(re.compile(rf"=[ \t]*\r?\n{fold}|(?<=\w)=[ \t]*(?=\w)") for fold in ("", "[ \t]"))
_QP_BREAK = re.compile(r"=(?:[ \t]*\r?\n[ \t]*|[ \t]+(?==)|\Z)|=[0-9A-Fa-f]?\Z")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_PERCENT_RUN = re.compile(r"((?:%[0-9A-Fa-f]{2})+)")
_PERCENT_U = re.compile(r"%u([0-9A-Fa-f]{4})")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_ESCAPED = re.compile(
    r"\\+x((?:[0-9A-Fa-f]{2})(?:\\+x[0-9A-Fa-f]{2})*)"
    r"|(?:\\+u|\bu(?=00)|(?<=[A-Za-z])u(?=00)|U\+)([0-9A-Fa-f]{4})"
)
_TORN_ENTITY = re.compile(r"&#?[0-9A-Za-z]{0,8}\Z")
_TORN_PERCENT = re.compile(r"%[0-9A-Fa-f]?\Z")
_TORN_ESCAPE = re.compile(r"\\+(?:u[0-9A-Fa-f]{0,3}|x[0-9A-Fa-f]?|[0-3][0-7]?)?\Z")
_TORN_UTF_7 = re.compile(r"\+[A-Za-z0-9/]{0,2}\Z")
_TORN_MIME_WORD = re.compile(r"=(?:\?[A-Za-z0-9_.:-]{0,40}(?:\?[bBqQ]?\??)?)?\Z")
_OCTAL = re.compile(r"(?:\\[0-3][0-7]{2})+")
_UTF_7 = re.compile(r"\+([A-Za-z0-9/+]{3,})-?")
_IMAP_UTF_7 = re.compile(r"&([A-Za-z0-9+,]{3,})-")
_MIME_WORD = re.compile(r"=\?([A-Za-z0-9_.:-]{2,40})(?:\*[A-Za-z-]*)?\?([bBqQ])\?([^?\s]*)(?:\?=|\Z)(?:\s+(?==\?))?")
_BASE64 = re.compile(r"(?<![\w+/-])[A-Za-z0-9+/_-]{6,}={0,2}(?![\w+/=-])")  # no code is a part of a word
_HEX = re.compile(r"\b(?:0x)?((?:[0-9A-Fa-f]{2}){4,})\b")
_PUNYCODE = re.compile(
    r"\bxn--[A-Za-z0-9-]{1,59}", re.IGNORECASE
)  # 63 in all (RFC 1035, 2.3.4): it takes quadratic time
_BREAK_TAG = re.compile(r"<(?:br|/p|/div|/li|p)\b[^<>]{0,80}>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40}(?![^\s/>])|!(?:--|doctype\b|\[))[^<>]{0,200}>", re.IGNORECASE)
_ELEMENTS = frozenset(
    {
        "a", "abbr", "address", "article", "b", "big", "blockquote", "body", "br", "center", "cite", "code", "dd", "del", "div",
        "dl", "dt", "em", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "i",
        "iframe", "img", "input", "ins", "kbd", "label", "li", "link", "main", "mark", "meta", "nav", "o:p", "ol", "option", "p",
        "pre", "q", "s", "script", "section", "select", "small", "span", "strike", "strong", "style", "sub", "sup", "svg",
        "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "tt", "u", "ul", "wbr",
    }
)  # fmt: skip
"""What stands in angle brackets and is of HTML; anything else is a tag only if it is closed: people write <b@c.d>, too."""
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_WRAPPED = re.compile(r"\A[bu]?(?:\"(.*)\"|'(.*)'|\['(.*)'\]|\[\"(.*)\"\])\Z", re.DOTALL)
_XML_HEAD = re.compile(r"\A\s*<\?xml\b[^<>]{0,200}\?>\s*", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*+)(?:\"(\s*:)?|\Z)|'((?:[^'\\]|\\.)*+)(?:'(\s*:)?|\Z)", re.DOTALL)
_OBJECT = re.compile(
    r"\A(?:[A-Za-z_][\w.$]{1,60}[(\[{](?:[\w.]{1,40}[=:]\s?[\"']?|[\"'])|(?:Optional|Some|Just)[(\[])([^\"'].*?)[\"']?[)\]}]?\Z"
    r"|\A<[A-Z][A-Z0-9-]{1,60}\{[^{}]{0,200}\}(.+)>\Z",
    re.DOTALL,
)  # Swift's, Java's and Python's words for a value: Optional("Roe"), Note(text=Roe), <FN{}Roe>
_RTF_BREAK = re.compile(r"\\(?:par|line)\b ?")
_RTF = re.compile(r"\\[a-z]{1,32}-?[0-9]{0,10} ?|\{\\(?:fonttbl|colortbl|\*)[^{}]*(?:\{[^{}]*\}[^{}]*)*+\}|[{}]")
_LONG_CODE = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
_DIGEST = re.compile(r"(?=[0-9a-fA-F]*[0-9])(?=[0-9a-fA-F]*[a-fA-F])[0-9a-fA-F]{32,}")
_PARTS_AT_MOST = 4  # values of one object that are looked at each by itself
_SPOKEN = {"n": "\n", "N": "\n", "r": "\r", "t": "\t", "0": ""}

Peeled = tuple[Step, str]
"""A layer that was taken off, and the text below it."""

CodeWords = frozenset[str]
"""Words of the other text that look like code."""


def peel(text: str, *, beside: str = "", in_address: bool = False) -> Iterator[Peeled]:
    """The text with one layer less, for each layer that it shows.

    `beside` is the other text: what could be code and stands there just so is a word, and no layer came or went with it.
    `in_address`: in web, mail and chat addresses some layers belong.
    """
    if len(text) > _LONGEST:
        return
    words = frozenset(match[0] for code in (_BASE64, _HEX) for match in code.finditer(beside))
    for find in _LAYERS:
        for step, below in find(text, words):
            if below != text and below:
                yield (_IN_ADDRESS.get(step, step) if in_address else step), below


def _quoted_printable(text: str, _: CodeWords) -> Iterator[Peeled]:
    if not _QP.search(text):
        return
    raw = quopri.decodestring(_QP_BREAK.sub("", text).encode("utf-8", "surrogatepass"))
    for below in _as_text(raw):
        yield steps.QUOTED_PRINTABLE, below


def _soft_breaks(text: str, _: CodeWords) -> Iterator[Peeled]:
    """Where quoted-printable breaks a long line (RFC 2045, section 6.7): who reads it may keep the sign, the break, or both."""
    if "=" in text:
        for breaks in _SOFT_BREAKS:
            yield steps.SOFT_BREAKS, breaks.sub("", text)


def _percent(text: str, _: CodeWords) -> Iterator[Peeled]:
    if "%" not in text:
        return
    plain = _PERCENT_U.sub(lambda match: chr(int(match[1], 16)), _TORN_PERCENT.sub("", text))
    for charset in ("utf-8", "cp1252"):
        below = "".join(_of_percent(part, charset) for part in _PERCENT_RUN.split(plain))
        for spelled in dict.fromkeys((below, below.replace("+", " "))):
            yield _of_letters(text, spelled, steps.PERCENT, steps.PERCENT_SIGN), spelled.rstrip("\ufffd%")
        if "\ufffd" not in below:
            return


def _of_percent(part: str, charset: str) -> str:
    return bytes.fromhex(part.replace("%", "")).decode(charset, "replace") if _PERCENT.fullmatch(part) else part


def _entities(text: str, _: CodeWords) -> Iterator[Peeled]:
    if "&" in text:
        below = _ENTITY.sub(lambda match: html.unescape(match[0]), _TORN_ENTITY.sub("", text))
        yield _of_letters(text, below, steps.ENTITY, steps.ENTITY_SIGN), below


def _of_letters(coded: str, plain: str, letters: Step, signs: Step) -> Step:
    """Whether a layer hides letters, or only signs that people can read in it."""
    hidden = sum(c.isalnum() and c > "\x7f" for c in plain) - sum(c.isalnum() and c > "\x7f" for c in coded)
    return letters if hidden > 0 else signs


def _unicode_escapes(text: str, _: CodeWords) -> Iterator[Peeled]:
    if "u" not in text and "U+" not in text and "\\" not in text:
        return
    below = _ESCAPED.sub(_escaped_character, _TORN_ESCAPE.sub("", text))
    below = _OCTAL.sub(lambda match: _octal(match[0]), below)
    paired = below.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    yield steps.UNICODE_ESCAPE, paired


def _escaped_character(match: re.Match[str]) -> str:
    if match[2]:
        return chr(int(match[2], 16))
    raw = bytes.fromhex(re.sub(r"\\+x", "", match[1]))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _octal(coded: str) -> str:
    return bytes(int(part, 8) for part in coded.split("\\")[1:]).decode("utf-8", "replace")


def _utf_7(text: str, _: CodeWords) -> Iterator[Peeled]:
    if "+" in text:
        yield steps.UTF_7, _TORN_UTF_7.sub("", _UTF_7.sub(lambda match: _utf_16(match[1], match[0]), text))
    if "&" in text:
        yield steps.UTF_7, _IMAP_UTF_7.sub(lambda match: _utf_16(match[1].replace(",", "/"), match[0]), text)


def _utf_16(coded: str, otherwise: str) -> str:
    """The characters of a UTF-7 run (RFC 2152): base64 of UTF-16, without padding."""
    raw = _decoded64(coded) or b""
    below = raw[: len(raw) // 2 * 2].decode("utf-16-be", "replace")
    return below if below and _readable(below) else otherwise


def _mime_words(text: str, _: CodeWords) -> Iterator[Peeled]:
    """RFC 2047: `=?utf-8?B?S8O2c3Rlcg==?=`."""
    if "=?" in text:
        below = _TORN_MIME_WORD.sub("", _MIME_WORD.sub(_mime_word, text))
        yield steps.MIME_WORD, below


def _mime_word(match: re.Match[str]) -> str:
    if match[2] in "bB":
        raw = _decoded64(match[3]) or b""
    else:
        raw = quopri.decodestring(_QP_BREAK.sub("", match[3].replace("_", "=20")).encode("utf-8", "surrogatepass"))
    try:
        return raw.decode(match[1], "replace").rstrip("\ufffd")
    except (LookupError, UnicodeError):
        return raw.decode("utf-8", "replace").rstrip("\ufffd")


def _base64(text: str, words: CodeWords) -> Iterator[Peeled]:
    below = _BASE64.sub(lambda match: match[0] if match[0] in words else _plain64(match[0]), text)
    yield steps.BASE64, below
    packed = "".join(text.split())
    if packed != text and re.fullmatch(r"[A-Za-z0-9+/]{8,}={0,2}", packed) and (plain := _plain64(packed)) != packed:
        yield steps.BASE64, plain


def _plain64(coded: str) -> str:
    raw = _decoded64(coded.replace("-", "+").replace("_", "/"))
    return next((below for below in _as_text(raw or b"") if _readable(below)), coded)


def _decoded64(coded: str) -> bytes | None:
    coded = coded.rstrip("=")
    coded = coded[: len(coded) - (len(coded) % 4 == 1)]
    try:
        return base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _hexadecimal(text: str, words: CodeWords) -> Iterator[Peeled]:
    def plain(match: re.Match[str]) -> str:
        if match[0] in words:
            return match[0]
        return next((t for t in _as_text(bytes.fromhex(match[1])) if _readable(t)), match[0])

    yield steps.HEX, _HEX.sub(plain, text)


def _as_text(raw: bytes) -> Iterator[str]:
    """Bytes as text, in the charsets that address books use; the half character at the end of a cut is left out."""
    seen: set[str] = set()
    for charset in _CHARSETS:
        below = raw.decode(charset, "replace").rstrip("\ufffd")
        if charset != "utf-8" and "\ufffd" in below:
            continue
        if below not in seen:
            seen.add(below)
            yield below
        if charset == "utf-8" and "\ufffd" not in below:
            return


def _readable(text: str) -> bool:
    """Whether people can have written it: no control characters, nothing unassigned, some letters."""
    if any(unicodedata.category(c) in {"Cc", "Cn", "Co", "Cs"} and c not in "\r\n\t" for c in text) or "\ufffd" in text:
        return False
    return any(c.isalnum() for c in text)


def _punycode(text: str, _: CodeWords) -> Iterator[Peeled]:
    if "--" in text:
        yield steps.PUNYCODE, _PUNYCODE.sub(_label, text)


def _label(match: re.Match[str]) -> str:
    try:
        return match[0][4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return match[0]


def _backslashes(text: str, _: CodeWords) -> Iterator[Peeled]:
    if "\\" in text:
        yield steps.BACKSLASHES, _ESCAPE.sub(lambda match: _SPOKEN.get(match[1], match[1]), text)


def _tags(text: str, _: CodeWords) -> Iterator[Peeled]:
    if "<" not in text:
        return
    names = {(bool(tag[1]), tag[2].lower()) for tag in _TAG.finditer(text)}
    tags = {name for _, name in names if name in _ELEMENTS or name[0] == "!" or (True, name) in names}
    if tags:
        below = _TAG.sub(lambda tag: "" if tag[2].lower() in tags else tag[0], _BREAK_TAG.sub("\n", text))
        yield steps.TAGS, below


def is_bytes(text: str) -> bool:
    """Whether a text is nothing but one long code in which people read nothing: what was enciphered or packed, a digest."""
    code = "".join(text.split())
    if _DIGEST.fullmatch(code):
        return True
    kinds = (str.isupper, str.islower, str.isdigit)
    return _LONG_CODE.fullmatch(code) is not None and all(any(map(kind, code)) for kind in kinds) and " " not in text


def _notation(text: str, _: CodeWords) -> Iterator[Peeled]:
    """How programs write a value down: XML with its head or CDATA, an object or list of JSON or Python, an object's name."""
    below = _CDATA.sub(lambda match: match[1], _XML_HEAD.sub("", text)).removesuffix("]]>")
    if below != text:
        yield steps.NOTATION, below
    if text.startswith("{\\rtf"):
        yield steps.NOTATION, _RTF.sub("", _RTF_BREAK.sub("\n", text)).strip()
    if (match := _OBJECT.match(text)) is not None:
        yield steps.NOTATION, match[1] or match[2]
    if text[:1] in {"{", "[", "("}:
        quoted = [match for match in _QUOTED.finditer(text) if not (match[2] or match[4])]  # a colon follows a key
        said = [match[1] if match[1] is not None else match[3] for match in quoted]
        for value in dict.fromkeys(("\n".join(said), *said[:_PARTS_AT_MOST])):
            yield steps.NOTATION if text[0] == "{" else steps.NOTATION_SIGNS, value


def _quotes(text: str, _: CodeWords) -> Iterator[Peeled]:
    match = _WRAPPED.match(text)
    if match:
        step = steps.QUOTES if text[0] in "\"'" else steps.NOTATION_SIGNS
        yield step, next(part for part in match.groups() if part is not None)
    if '""' in text:
        yield steps.QUOTES, text.replace('""', '"')


_LAYERS: tuple[Callable[[str, CodeWords], Iterator[Peeled]], ...] = (
    _quoted_printable, _soft_breaks, _mime_words, _base64, _hexadecimal, _percent, _entities, _unicode_escapes, _utf_7, _punycode,
    _backslashes, _notation, _tags, _quotes,
)  # fmt: skip
_IN_ADDRESS = {
    steps.PERCENT: steps.PERCENT_IN_ADDRESS,
    steps.PERCENT_SIGN: steps.PERCENT_IN_ADDRESS,
    steps.PUNYCODE: steps.PUNYCODE_IN_ADDRESS,
}
