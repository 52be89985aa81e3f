"""Texts of many scripts, and what programs and people do to them: each step as a function, by its name."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote

from hypothesis import strategies as st

from cardwarden.detect.steps import vocabulary as steps
from cardwarden.detect.steps.vocabulary import Step

Do = Callable[[str], str]

LETTERS = {
    "ascii": "abcdefghiklmnoprstuvwxyzABDEGHJKLMNPRST",
    "german": "äöüßÄÖÜ",
    "polish": "łżźćęąśóŁŻŚŹ",
    "russian": "абвгдежзиклмнопрстуфхчшяюАБВГДЕИКЛМНПРСТ",
    "greek": "αβγδεηικλμνοπρστυφωΑΓΔΕΚΛΜΝΠΣ",
    "japanese": "山田佐藤鈴木高橋花子太郎一美香織やまだはなこサトウ",
    "vietnamese": "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệ",
}
UNSEEN = st.sampled_from(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u200b\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\u206a\u3164\ufe00\ufe0f"
    "\ufeff\uffa0\ufff9\U0001d173\U000e0001\U000e0041\U000e0100"
)
"""What has no ink and no width, of every kind that Unicode has."""
ACCENTED = {"german", "polish", "vietnamese"}


def words(script: str) -> st.SearchStrategy[str]:
    """Words of a script; of the accented ones, Latin words with one such letter in them."""
    plain = st.text(alphabet=LETTERS["ascii" if script in ACCENTED else script], min_size=3, max_size=9)
    if script not in ACCENTED:
        return plain
    parts = st.tuples(plain, st.sampled_from(LETTERS[script]), st.text(alphabet=LETTERS["ascii"], max_size=4))
    return parts.map("".join)


def texts(*scripts: str) -> st.SearchStrategy[str]:
    """Two or three words of one script, as names and short notes are."""
    chosen = st.sampled_from(scripts)
    return chosen.flatmap(lambda script: st.lists(words(script), min_size=2, max_size=3)).map(" ".join)


NOTHING = ("NaN", "nil", "null", "Null", "None", "NIL", "nan", "undefined")
_NEAR = st.tuples(st.text("aä", max_size=1), st.sampled_from(NOTHING), st.text("aä", max_size=1)).map("".join)
_CODE = st.text("AEJKhk", min_size=4, max_size=8)  # most of it can be read as base64
AMBIGUOUS = st.lists(st.one_of(_NEAR, _CODE, words("ascii"), words("german")), min_size=2, max_size=3).map(" ".join)
"""Texts with a word that programs write for nothing or in code, or with a name that looks like one."""

ANY = st.one_of(texts(*LETTERS), AMBIGUOUS)
FOREIGN = texts("german", "polish", "russian", "greek", "japanese", "vietnamese").filter(
    lambda text: not text.isascii()
)


def encoded_qp(text: str) -> str:
    return "".join(f"={byte:02X}" if byte > 126 or byte == 61 else chr(byte) for byte in text.encode())


def entities(text: str) -> str:
    return "".join(c if c < "\x80" else f"&#{ord(c)};" for c in text)


def escapes(text: str) -> str:
    return "".join(c if c < "\x80" else f"\\u{ord(c):04x}" for c in text)


def utf_7(text: str) -> str:
    return text.encode("utf-7").decode("ascii")


LAYERS: dict[str, tuple[Step, Do]] = {
    "base64": (steps.BASE64, lambda text: base64.b64encode(text.encode()).decode()),
    "quoted-printable": (steps.QUOTED_PRINTABLE, encoded_qp),
    "soft breaks": (steps.SOFT_BREAKS, lambda text: f"{text[:2]}=\n{text[2:]}"),
    "entities": (steps.ENTITY, entities),
    "unicode escapes": (steps.UNICODE_ESCAPE, escapes),
    "utf-7": (steps.UTF_7, utf_7),
    "mime word b": (steps.MIME_WORD, lambda text: f"=?UTF-8?B?{base64.b64encode(text.encode()).decode()}?="),
    "mime word q": (steps.MIME_WORD, lambda text: f"=?utf-8?Q?{encoded_qp(text).replace(' ', '_')}?="),
    "percent": (steps.PERCENT, quote),
    "an object of JSON": (steps.NOTATION, lambda text: json.dumps({"value": text}, ensure_ascii=False)),
    "cdata": (steps.NOTATION, lambda text: f"<![CDATA[{text}]]>"),
    "rich text": (steps.NOTATION, lambda text: "{\\rtf1\\ansi\\f0 " + text + "}"),
    "an optional of Swift": (steps.NOTATION, lambda text: f'Optional("{text}")'),
}

MISREAD: dict[str, tuple[str, str, tuple[str, ...]]] = {
    f"{written} as {read}": (written, read, scripts)
    for written, read, scripts in (
        ("utf-8", "latin-1", tuple(LETTERS)[1:]), ("utf-8", "cp1252", tuple(LETTERS)[1:]), ("utf-8", "mac_roman", ("german",)),
        ("utf-8", "cp850", ("greek", "vietnamese")), ("utf-8", "cp1251", ("russian", "german")),
        ("utf-8", "cp932", ("japanese",)),
        ("cp1251", "cp1252", ("russian",)), ("koi8-r", "cp1251", ("russian",)), ("cp932", "cp1252", ("japanese",)),
        ("cp932", "latin-1", ("japanese",)), ("cp1250", "cp1252", ("polish",)), ("iso8859-2", "cp1252", ("polish",)),
        ("cp1253", "cp1252", ("greek",)), ("cp1252", "mac_roman", ("german",)), ("cp1252", "cp850", ("german",)),
        ("iso-2022-jp", "ascii", ("japanese",)), ("euc-jp", "latin-1", ("japanese",)), ("gb18030", "latin-1", ("japanese",)),
    )
}  # fmt: skip

HARMLESS: dict[str, Do] = {
    "blanks of another kind": lambda text: text.replace(" ", "\u3000"),
    "double blanks": lambda text: f" {text.replace(' ', '  ')} ",
}

NOTED: dict[str, Do] = {
    "upper case": str.upper,
    "lower case": str.lower,
    "an emoji behind it": lambda text: f"{text} \u2764\ufe0f",
    "an emoji between": lambda text: text.replace(" ", " \U0001f41d "),
    "no blanks": lambda text: text.replace(" ", ""),
    "commas": lambda text: text.replace(" ", ", "),
    "underscores": lambda text: text.replace(" ", "_"),
    "one word a line": lambda text: text.replace(" ", "\n"),
    "backslashes": lambda text: text.replace(" ", "\\, "),
    "quotes around": lambda text: f'"{text}"',
    "a list of one": lambda text: json.dumps([text], ensure_ascii=False),
    "bytes of Python": lambda text: f"b'{text}'",
    "tags around": lambda text: f"<p><b>{text}</b></p>",
    "twice": lambda text: f"{text}\n\n{text}",
    "words in another order": lambda text: " ".join(reversed(text.split())),
    "something behind it": lambda text: f"{text} and more",
    "something before it": lambda text: f"Dr. {text}",
    "invisible marks": lambda text: f"\u202a{text}\u202c",
    "a bell for a signs": lambda text: f"{text} &amp; Co",
}
