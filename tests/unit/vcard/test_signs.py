"""Which signs are taken for which, and what nobody sees."""

from __future__ import annotations

import re
import sys
import unicodedata

import pytest

from cardwarden.vcard.signs import INVISIBLE, with_plain_signs

_SEEN = set("\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd") | set(map(chr, range(0x600, 0x606)))
"""Signs of format that have ink: Prepended_Concatenation_Mark in PropList.txt."""

_PLUS = re.compile(r"(?:[A-Z]+ )*(?:ALTERNATIVE )?PLUS SIGN\Z(?<!EQUALS SIGN ABOVE PLUS SIGN)")


def _of_kind(*kinds: str) -> list[str]:
    return [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) in kinds]


def test_every_sign_of_format_without_ink_is_invisible() -> None:
    hieroglyphs = {c for c in _of_kind("Cf") if unicodedata.name(c, "").startswith("EGYPTIAN")}
    assert [c for c in _of_kind("Cf") if not INVISIBLE.match(c)] == sorted(_SEEN | hieroglyphs)


def test_nothing_that_is_printed_is_invisible() -> None:
    inkless = {"HANGUL", "KHMER", "MONGOLIAN", "COMBINING", "VARIATION", "HALFWIDTH"}
    seen = (
        c
        for c in map(chr, range(sys.maxunicode + 1))
        if INVISIBLE.match(c) and unicodedata.category(c) not in {"Cf", "Cn"}
    )
    names = [unicodedata.name(c) for c in seen]
    assert {name.split()[0] for name in names} == inkless
    assert all("FILLER" in n or "SELECTOR" in n or "INHERENT" in n or "JOINER" in n or "SEPARATOR" in n for n in names)


def test_a_digit_of_every_script_is_the_digit() -> None:
    digits = _of_kind("Nd")
    assert [with_plain_signs(c) for c in digits] == [str(unicodedata.decimal(c)) for c in digits]


def test_what_is_no_decimal_digit_becomes_none() -> None:
    others = _of_kind("No", "Nl", "So", "Lo")
    assert [c for c in others if any(map(str.isdecimal, with_plain_signs(c)))] == []


@pytest.mark.parametrize(("kind", "sign"), [("Pd", "-"), ("Zs", " ")])
def test_a_dash_is_a_hyphen_and_a_blank_a_blank(kind: str, sign: str) -> None:
    assert {with_plain_signs(c) for c in _of_kind(kind)} == {sign}


def test_every_plus_is_a_plus() -> None:
    pluses = [c for c in map(chr, range(0xE0000)) if _PLUS.match(unicodedata.name(c, ""))]
    assert len(pluses) > 5
    assert {with_plain_signs(c) for c in pluses} == {"+"}


@pytest.mark.parametrize(
    ("spelled", "plain"),
    [
        ("\u02d7\u2796\u2212\u0640\u30fc\uff70\u2500", "-------"),
        ("\u3002\uff61\u30fb\uff65\u00b7\u2022\u2024", "......."),
        ("\u2044\u2215\uff0f\u29f8", "////"),
        ("\u3014\u3015\u3010\u3011\uff08\uff09\uff3b\uff3d", "()()()[]"),
        ("\u2800\u00a0\u3000\u202f", "    "),
        ("\uff5b\uff5d\u201e\u201c", "{}\u201e\u201c"),
        ("\u2460\u00b2\u2474", "\u2460\u00b2\u2474"),
        ("\uff21\u2103", "A\u00b0C"),
        ("\uff76\uff9e", "\u30ac"),
        ("\u4e00\u30ce", "\u4e00\u30ce"),
        ("\u200b\uffa0", "\u200b\uffa0"),
    ],
)  # fmt: skip
def test_what_looks_like_a_sign_is_the_sign(spelled: str, plain: str) -> None:
    assert with_plain_signs(spelled) == plain
