"""Letters read in a character set that they were not written in, thrown away, or replaced by marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from itertools import groupby

from cardwarden.detect.steps import vocabulary as steps
from cardwarden.detect.steps.garbled import broken_in, pairs_of, wrongness
from cardwarden.detect.steps.looks import is_emoji, squeezed
from cardwarden.detect.steps.vocabulary import Chain, Step

_SINGLE = (
    "cp1252", "latin-1", "mac_roman", "cp437", "cp850", "cp1250", "iso8859-2", "cp1251", "koi8-r", "cp866", "cp1253",
    "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874",
)  # fmt: skip
_MULTI = ("cp932", "euc-jp", "gb18030", "big5", "euc-kr", "iso-2022-jp", "utf-16-le", "utf-16-be")
_NARROW = ("ascii", "latin-1", "cp1252", "cp932", "euc-jp", "gb2312", "big5", "euc-kr", "cp1251", "koi8-r", "iso8859-2")
_READ_AS = ("utf-8", "cp1252", "latin-1", "cp1250", "cp1251", "mac_roman", "cp850", "koi8-r", "cp932", "gb18030")
_KEEPS = ("ascii", "latin-1", "cp1252", "cp932", "bmp")  # what programs keep that throw the rest away
_LONGEST = 4_000  # characters; so many combinations are tried that more would take long
_ENOUGH = 4  # characters of a misreading that cannot be chance
_MARKED_AT_MOST = 2_000  # characters: a longer pattern takes a while to build
_MARKS = "[?_\u25a1\u25a0*\ufffd\u3013#]"
_RUN_OF_MARKS = re.compile(rf"{_MARKS}(?:\s*{_MARKS})*+")
_MASK = re.compile("[*\u2022\u25cf]{2,}")
_MASKS_AT_MOST = 3  # runs: each may stand for any letters, and the pattern's time grows with every one
_UNSEEN = re.compile("[\\s\x00-\x1f\x7f-\xa0\ufffd\udc80-\udcff]+")


def misread(before: str, after: str, *, surely: bool = False) -> Chain | None:
    """How wrong character sets lead from one text to the other; None if they do not.

    Some pairs of texts can be each other's misreading. What is valid UTF-8 in another character set was UTF-8; of other
    pairs the one that looks more garbled is the misread one: `surely` asks for more, otherwise as much is enough.
    """
    if before.isascii() or max(len(before), len(after)) > _LONGEST:
        return Chain((steps.MARKS_FOR_LETTERS,)) if broken_in(after) > broken_in(before) else None
    broken = broken_in(after) > broken_in(before)
    if broken and visible(after).isascii():
        return Chain((steps.MARKS_FOR_LETTERS,))
    if (thrown := _thrown_away(before, after)) is not None:
        return Chain((thrown,))
    if not _may_be_misread(before, after):
        return Chain((steps.MARKS_FOR_LETTERS,)) if broken or _marked(before, after) else None
    if (chain := _among(_utf_8_misread(before), after)) is not None:
        return chain
    worse = wrongness(after) - wrongness(before)
    if worse > 0 or (worse == 0 and not surely):
        if (chain := _among(_misread(before), after)) is not None:
            return chain
        if pairs_of(after) > pairs_of(before) and _ascii_of(before) == _ascii_of(after):
            return Chain((steps.WRONG_CHARSET,))
    return Chain((steps.MARKS_FOR_LETTERS,)) if broken or _marked(before, after) else None


def marks_for_signs(before: str, after: str) -> Step | None:
    """The step if each run of emoji or other signs became marks, and all letters stayed.

    If there were none, or if letters became a run of stars, nobody can tell what stood there.
    """
    if max(len(before), len(after)) > _MARKED_AT_MOST:
        return None
    if _masked(before, after):
        return steps.MARKS_FOR_LETTERS
    if _count(_MARKS, after) <= _count(_MARKS, before):
        return None
    if any(map(_is_sign, before)) and re.fullmatch(_mark_pattern(before, lambda c: not _is_sign(c)), after):
        return steps.MARKS_FOR_SIGNS if any(map(str.isalnum, before)) else steps.MARKS_FOR_LETTERS
    return None


def _masked(before: str, after: str) -> bool:
    """Whether letters and digits went behind stars, as programs that hide names and secrets do, and all else stayed."""
    kept = _MASK.split(after)
    if not 0 < len(kept) - 1 <= _MASKS_AT_MOST or _MASK.search(before) or not any(map(str.isalnum, before)):
        return False
    pattern = r"[^*\u2022\u25cf]{1,40}?".join(map(re.escape, kept))
    return re.fullmatch(pattern, before) is not None


def _is_sign(character: str) -> bool:
    return is_emoji(character) or (character > "\x7f" and unicodedata.category(character)[0] in "PS")


def _count(pattern: str, text: str) -> int:
    return len(re.findall(pattern, text))


def _may_be_misread(before: str, after: str) -> bool:
    """Whether there are letters that the other text does not have: no misreading is without."""
    return any(character > "\x7f" for character in set(after) - set(before)) or "$B" in after or "(B" in after


def _among(wrongs: Iterator[str], after: str) -> Chain | None:
    seen = visible(after)
    whole = seen.removesuffix("(B")  # ISO-2022-JP says at its end that it is over, also if less is said
    for wrong in map(visible, wrongs):
        if seen == wrong:
            return Chain((steps.WRONG_CHARSET,))
        if len(whole) >= _ENOUGH and (wrong.startswith(whole) or (len(seen) > _ENOUGH and wrong.startswith(seen[:-1]))):
            return Chain((steps.WRONG_CHARSET, steps.CUT))  # a cut in the middle of a letter leaves another one
    return None


def visible(text: str) -> str:
    """What is left of a misread text on a screen: no blanks, no control codes, no marks for what could not be read."""
    return _UNSEEN.sub("", text)


def _utf_8_misread(text: str) -> Iterator[str]:
    """What the text's UTF-8 looks like in another character set, once and twice."""
    raw = text.encode("utf-8", "surrogatepass")
    for codec in (*_SINGLE, *_MULTI):
        yield raw.decode(codec, "replace")
        yield raw.decode(codec, "ignore")
    yield from _twice(text)


def _misread(text: str) -> Iterator[str]:
    """What the text's bytes in an old character set look like in another one."""
    for written in (*_SINGLE, *_MULTI):
        try:
            raw = text.encode(written)
        except UnicodeEncodeError:
            continue
        for read in _READ_AS:
            if read != written:
                yield raw.decode(read, "replace")


def _twice(text: str) -> Iterator[str]:
    for codec in ("cp1252", "latin-1", "mac_roman", "cp850"):
        once = text
        for _ in range(3):
            once = _lenient(once.encode("utf-8", "surrogatepass"), codec)
            yield once


def _lenient(raw: bytes, codec: str) -> str:
    """As programs decode: a byte that the charset does not have is the C1 control of its number."""
    return raw.decode("latin-1").translate(_table(codec))


@lru_cache(maxsize=8)
def _table(codec: str) -> dict[int, str]:
    return {byte: bytes((byte,)).decode(codec, "ignore") or chr(byte) for byte in range(128, 256)}


def _thrown_away(before: str, after: str) -> Step | None:
    """Only the low byte of each letter is left, or only the letters that some character set has."""
    low = "".join(chr(ord(c) & 0xFF) for c in before)
    if low != before and (after == low or (_printable(after) and _printable(after) == _printable(low))):
        return steps.LOW_BYTES
    for charset in _KEEPS:
        kept = "".join(c for c in before if _fits(c, charset))
        if kept != before and after and squeezed(after) == squeezed(kept):
            return _dropped(before, charset)
    return None


def _dropped(before: str, charset: str) -> Step:
    gone = [c for c in before if not _fits(c, charset)]
    return steps.EMOJI_LOST if all(is_emoji(c) or not c.isalnum() for c in gone) else steps.LETTERS_DROPPED


@lru_cache(maxsize=16384)
def _fits(character: str, charset: str) -> bool:
    if character < "\x80":
        return True
    if charset == "bmp":
        return character <= "\uffff"
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _marked(before: str, after: str) -> bool:
    """Each run of letters that a character set does not have became marks, one or several for each; the rest stayed."""
    if len(before) > _MARKED_AT_MOST or not re.search(_MARKS, after):
        return False
    patterns = dict.fromkeys(_mark_pattern(before, partial(_fits, charset=charset)) for charset in _NARROW)
    if any(re.fullmatch(pattern, after) for pattern in patterns):
        return True
    seen = _RUN_OF_MARKS.sub("?", after)
    return any(seen == _RUN_OF_MARKS.sub("?", _as_marks(before, charset)) for charset in _NARROW)


def _as_marks(text: str, charset: str) -> str:
    return "".join(c if _fits(c, charset) else "?" for c in text)


def _mark_pattern(text: str, stays: Callable[[str], bool]) -> str:
    pieces: list[str] = []
    for fits, run in groupby(text, key=stays):
        kept = "".join(run)
        pieces.append(re.escape(kept) if fits else f"{_MARKS}{{0,{4 * len(kept)}}}+")
    return "".join(pieces)


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable() and not c.isspace())


def _ascii_of(text: str) -> str:
    return "".join(c for c in text if c < "\x80" and not c.isspace())
