"""Other looks of the same letters: blanks, case, width, kana, accents, emoji, punctuation, invisible characters, scripts."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from cardwarden.detect.steps import vocabulary as steps
from cardwarden.detect.steps.garbled import wrongness
from cardwarden.detect.steps.variants import are_variants
from cardwarden.detect.steps.vocabulary import Chain, Step, mended
from cardwarden.vcard.pairing import same_name
from cardwarden.vcard.values import normal

_GLANCE = 2_000  # characters of two texts that say whether one is the other in another script
_WORD = re.compile(r"[^\W_]+")
_ACRONYM = 7  # capitals; people write so many with dots or blanks between
_SHORT_NAME = 5  # letters
_KNOWN_AGAIN = 12  # letters; fewer may begin two texts alike
_MOSTLY = 1.25  # nearly all letters of a text
_BLANKS = re.compile("[^\\S\n]+")
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670]")  # Latin and Greek, Hebrew, Arabic
_WIDE = "[\u2e80-\u9fff\uf900-\ufaff\uff66-\uff9f]"
_BLANK_OF_WIDE = re.compile(f"(?<={_WIDE}) +(?={_WIDE})")
_SIGNS = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u02bc": "'", "\u00b4": "'", "`": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"', "\u2032": "'", "\u2033": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-", "\u2212": "-",
        "\u2026": "...", "\u00b7": "\u30fb", "\u301c": "~", "\uff5e": "~",
    }
)  # fmt: skip
_KATAKANA_OF = {letter: letter + 0x60 for letter in range(0x3041, 0x3097)}
_LATIN = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "đ": "d",
        "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ـ": "",  # Arabic letters and how Persian writes them
        "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n",
    }
)  # fmt: skip
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "å": "aa", "Å": "Aa", "ø": "oe", "Ø": "Oe"}
)
_ROMAN = {
    **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdezijklmnoprstufye", strict=True)),
    "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu", "я": "ya", "ё": "e",
    "і": "i", "ї": "i", "є": "ye", "ґ": "g", "ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz",
    **dict(zip("αβγδεζηικλμνξοπρστυω", "avgdeziiklmnxoprstyo", strict=True)),
    "θ": "th", "φ": "f", "χ": "ch", "ψ": "ps", "ς": "s",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Look:
    """A difference that can be folded away; `lost` is the step if the old text had more of it, `gained` if the new one has."""

    fold: Callable[[str], str]
    lost: Step
    gained: Step


def looks_like(before: str, after: str) -> Chain | None:
    """Which looks differ between two texts of the same letters; None if the letters differ, too."""
    one, other = before, after
    needed: list[_Look] = []
    for look in _LOOKS:
        if one == other:
            break
        one, other = look.fold(one), look.fold(other)
        needed.append(look)
    if one != other:
        return _in_another_script(before, after)
    if not one:
        return None  # nothing but signs: they may mean anything
    for look in needed[-2::-1]:
        rest = [kept for kept in needed if kept is not look]
        if _folded(before, rest) == _folded(after, rest):
            needed = rest
    return Chain(tuple(_direction(look, before, after) for look in needed))


def folded(text: str) -> str:
    """The letters and digits alone, without any look of theirs."""
    return _folded(text, _LOOKS)


def folded_but_case(text: str) -> str:
    """The letters and digits alone, in the case in which they are seen."""
    return _folded(text, _LOOKS[:-1])


def piece_like(text: str, beside: str) -> str | None:
    """The beginning or the end of a text that says what another one does, in whatever looks; None if there is none."""
    whole, wanted = folded(text), folded(beside)
    if not _KNOWN_AGAIN <= len(wanted) < len(whole):
        return None
    if whole.startswith(wanted):
        piece = text[: _reaching(text, len(wanted))]
    elif whole.endswith(wanted):
        piece = text[_reaching(text, len(whole) - len(wanted)) :].lstrip()
    else:
        return None
    return piece if folded(piece) == wanted else None


def _reaching(text: str, letters: int) -> int:
    """How many characters of a text it takes to say so many letters."""
    return bisect_left(range(len(text)), letters, key=lambda end: len(folded(text[:end])))


def light(text: str) -> str:
    """Without what nobody sees: kinds of blanks, invisible characters, the form of quotes and dashes."""
    return _folded(text, _LOOKS[:3])


def squeezed(text: str) -> str:
    """Without blanks and line breaks."""
    return "".join(text.split())


def is_emoji(character: str) -> bool:
    """A picture, a symbol, or what belongs to one: skin tones, joiners, variation selectors."""
    return (unicodedata.category(character) in {"So", "Sk", "Cn"} and character > "\xb4") or _joins_emoji(character)


def unaccented(text: str) -> str:
    """Letters without their accents and vowel signs, and Arabic ones in one of their forms; other scripts stay."""
    if text.isascii():
        return text
    kept = _ACCENTS.sub("", normal("NFD", text))
    return normal("NFC", kept).translate(_LATIN)


def romanised(text: str) -> str:
    """Letters of other alphabets as Latin ones, roughly: enough to see that two texts are one name."""
    return "".join(map(_roman, unaccented(text.translate(_UMLAUTS)).lower()))


def script(text: str) -> str:
    """The script of the first letter, roughly: the first word of its Unicode name; "CJK" for all that Japanese mixes."""
    letter = next((c for c in text if c.isalpha()), "")
    name = unicodedata.name(letter, "").split(" ", 1)[0] if letter else ""
    return "CJK" if name in {"CJK", "HIRAGANA", "KATAKANA"} else name


def _joins_emoji(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or character in "\u200d\u20e3" or "\U000e0020" <= character <= "\U000e007f"


def _folded(text: str, looks: tuple[_Look, ...] | list[_Look]) -> str:
    for look in looks:
        text = look.fold(text)
    return text


def _direction(look: _Look, before: str, after: str) -> Step:
    if look.lost in {steps.SPACING, steps.PUNCTUATION_LOST} and (apart := _apart(after)) != _apart(before):
        return steps.LETTERS_APART if apart else mended(steps.LETTERS_APART)
    if look.lost is look.gained:
        return look.lost
    one, other = (len(text) - len(look.fold(text)) for text in (before, after))
    if look.lost is steps.ACCENTS_LOST:
        one, other = (len(normal("NFD", text)) - len(text) for text in (before, after))
        one, other = (one, other) if one != other else (sum(c > "\x7f" for c in before), sum(c > "\x7f" for c in after))
        if one == other:
            return steps.VARIANT
    if look.lost is steps.LINE_BREAKS_LOST:
        one, other = before.count("\n"), after.count("\n")
    return look.gained if other > one else look.lost


def _apart(text: str) -> bool:
    """Whether its letters stand each by itself, as UTF-16 that was read byte by byte shows them: more than an acronym has."""
    letters = [word for word in _WORD.findall(text) if len(word) == 1]
    few = len(letters) < _ACRONYM and (len(letters) < _SHORT_NAME or "".join(letters).isupper())
    return not few and len(letters) * _MOSTLY > sum(map(len, _WORD.findall(text)))


def _without_blank_kinds(text: str) -> str:
    return "\n".join(
        line.strip() for line in _BLANKS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    ).strip()


def _is_of_letters(text: str) -> bool:
    """Whether it is made of letters, digits and plain blanks alone, as most names are."""
    return text.replace(" ", "").isalnum()


def _without_invisible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Cc"} or c == "\n" or _joins_emoji(c))


def _with_plain_signs(text: str) -> str:
    return text.translate(_SIGNS)


def _without_width(text: str) -> str:
    return text if text.isascii() else normal("NFKC", text)


def _without_breaks(text: str) -> str:
    return " ".join(line for line in map(str.strip, text.split("\n")) if line)


def _without_spacing(text: str) -> str:
    return squeezed(text)


def _without_emoji(text: str) -> str:
    if text.isascii():
        return text
    return (text if _is_of_letters(text) else "".join(c for c in text if not is_emoji(c))).strip()


def _without_punctuation(text: str) -> str:
    if _is_of_letters(text):
        return text
    return "".join(c for c in text if c.isalnum() or c.isspace() or c == "\\" or unicodedata.category(c)[0] in "MS")


def _katakana(text: str) -> str:
    return text.translate(_KATAKANA_OF)


def _without_blanks_of_wide_letters(text: str) -> str:
    return text if text.isascii() else _BLANK_OF_WIDE.sub("", text)


_LOOKS = (
    _Look(_without_invisible, steps.INVISIBLE_REMOVED, steps.INVISIBLE_ADDED),
    _Look(_without_blank_kinds, steps.BLANKS, steps.BLANKS),
    _Look(_with_plain_signs, steps.SIGN_FORM, steps.SIGN_FORM),
    _Look(_without_blanks_of_wide_letters, steps.BLANKS_OF_WIDE_LETTERS, steps.BLANKS_OF_WIDE_LETTERS),
    _Look(_without_breaks, steps.LINE_BREAKS_LOST, steps.LINE_BREAKS_ADDED),
    _Look(_without_emoji, steps.EMOJI_LOST, steps.EMOJI_ADDED),
    _Look(_without_width, steps.WIDTH, steps.WIDTH),
    _Look(_without_punctuation, steps.PUNCTUATION_LOST, steps.PUNCTUATION_ADDED),
    _Look(_without_spacing, steps.SPACING, steps.SPACING),
    _Look(_katakana, steps.KANA, steps.KANA),
    _Look(unaccented, steps.ACCENTS_LOST, steps.ACCENTS_ADDED),
    _Look(str.casefold, steps.CASE, steps.CASE),
)


def _in_another_script(before: str, after: str) -> Chain | None:
    """The same name in other letters: Müller, Mueller; Сергей, Sergei; ヤマダ, Yamada; or a variant of a Chinese character."""
    before, after = before[:_GLANCE], after[:_GLANCE]
    if (before.isascii() and after.isascii()) or wrongness(after) > wrongness(before):
        return None
    if are_variants(folded(before), folded(after)):
        return Chain((steps.VARIANT,))
    one, other = folded(romanised(before)), folded(romanised(after))
    if not one or not other or _signs_of_programs(after) > _signs_of_programs(before):
        return None
    if one == other:
        return Chain((steps.TRANSLITERATED,))
    alike = script(before) != script(after) and min(len(one), len(other)) >= 3 and same_name(one, other) >= 0.8
    return Chain((steps.TRANSLITERATED,)) if alike else None


def _signs_of_programs(text: str) -> int:
    """How many signs stand there that no name in any script has."""
    return sum(map(text.count, '<>{}[]"'))


@cache
def _roman(character: str) -> str:
    if character < "\x80":
        return character
    if (roman := _ROMAN.get(character)) is not None:
        return roman
    if "\u3041" <= character <= "\u30ff":
        return _kana(unicodedata.name(character, "").rpartition(" ")[2])
    return character


def _kana(name: str) -> str:
    """A kana's Unicode name in the Hepburn spelling: SI is shi, TU is tsu."""
    hepburn = {"SI": "shi", "TI": "chi", "TU": "tsu", "HU": "fu", "ZI": "ji", "DI": "ji", "DU": "zu", "MARK": ""}
    return hepburn.get(name, name.lower())
