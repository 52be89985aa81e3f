"""The address book of the story, and what the app did to it."""

from __future__ import annotations

import re
from collections.abc import Mapping

_FAMILY = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "中村", "小林", "加藤", "吉田", "山本", "松本", "井上")
_GIVEN = ("花子", "一郎", "美咲", "健太", "由美", "誠", "和子", "翔", "陽子")
_WITH_186 = 96  # and Yamada Taro

YAMADA = "yamada.vcf"
KEIO = "keio.vcf"
KEIO_COPY = "keio-copy.vcf"

Files = dict[str, str]


def book() -> Files:
    """File name -> vCard. 97 numbers have 186 before them: their owners reject callers who hide their number."""
    files = {
        YAMADA: _card("yamada-taro", "Yamada Taro", "TEL;TYPE=HOME:03-1234-5601", "TEL;TYPE=CELL:186080-1234-5602"),
        KEIO: _card("keio", "Keio Department Store", "TEL;TYPE=WORK:03-1234-5603"),
    }
    for number in range(_WITH_186):
        name = f"{_FAMILY[number % len(_FAMILY)]} {_GIVEN[number // len(_FAMILY) % len(_GIVEN)]}"
        files[f"c{number:03}.vcf"] = _card(f"c{number:03}", name, f"TEL;TYPE=CELL:186090-1234-{6000 + number}")
    for number in range(24):
        files[f"d{number:03}.vcf"] = _card(
            f"d{number:03}", f"歯科医院 {number + 1}", f"TEL;TYPE=WORK:03-1234-{7000 + number}"
        )
    return files


def first_pass(files: Mapping[str, str], *, only: str = "") -> Files:
    """A "+" before every number that begins with 186, or of one contact `only`."""
    return {
        name: card if only and name != only else re.sub(r"(?m)^(TEL[^:]*):186", r"\1:+186", card)
        for name, card in files.items()
    }


def exported(files: Mapping[str, str]) -> bytes:
    """One file of all contacts, as an app exports its copy: without UIDs."""
    return "".join(re.sub(r"(?m)^UID:.*\n", "", card) for card in files.values()).encode("utf-8")


def poorer(files: Mapping[str, str]) -> Files:
    """What says the same to an app: numbers without hyphens, no kind of number."""
    return {name: re.sub(r"(?m)^TEL;TYPE=\w+:(.*)$", _plain, card) for name, card in files.items()}


def _plain(line: re.Match[str]) -> str:
    return f"TEL:{line[1].replace('-', '')}"


def second_pass(files: Mapping[str, str]) -> Files:
    """After the repair: one entry doubled, one number added, each with "+"."""
    copy = _card("keio-2", "Keio Department Store", "TEL;TYPE=WORK:+18603-1234-5603")
    added = files[YAMADA].replace("END:VCARD", "TEL;TYPE=CELL:+186080-1234-5602\r\nEND:VCARD")
    return {**files, KEIO_COPY: copy, YAMADA: added}


def _card(uid: str, name: str, *lines: str) -> str:
    body = (f"UID:{uid}", f"FN:{name}", f"N:{';'.join(name.split(' ', 1))};;;", *lines)
    return "\r\n".join(("BEGIN:VCARD", "VERSION:3.0", *body, "END:VCARD", ""))
