"""Whether a card is called like somebody else."""

from __future__ import annotations

import re

from cardwarden.detect.case import CardChange
from cardwarden.detect.steps.looks import folded, script
from cardwarden.detect.steps.placeholders import placeholder
from cardwarden.detect.steps.values import chain_between
from cardwarden.vcard.pairing import same_name

_NO_NAMES = frozenset(
    map(
        folded,
        (
            "unknown", "unknown contact", "unknown name", "unnamed", "unnamed contact", "untitled", "no name", "new contact",
            "contact", "unbekannt", "unbekannter Kontakt", "kein Name", "ohne Namen", "unbenannt", "inconnu", "sans nom",
            "desconocido", "sin nombre", "desconhecido", "sem nome", "sconosciuto", "senza nome", "onbekend", "naamloos",
            "ukjent", "ukendt", "okänd", "tuntematon", "nieznany", "bez nazwy", "neznámý", "ismeretlen", "άγνωστος",
            "неизвестно", "неизвестный", "без имени", "bilinmeyen", "名前なし", "名称未設定", "不明", "未知", "未命名",
            "无姓名", "無姓名", "알 수 없음", "이름 없음",
        ),
    )
)  # fmt: skip
_NICKNAME = 8  # letters; a single word of so many is what somebody is called at home
_WORD = re.compile(r"\w+")
_KANJI = re.compile("[\u3005\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile(r"[\u3041-\u30ff\uff66-\uff9f\s・]+")
_READING = re.compile(r"X-PHONETIC|SORT-STRING|SOUND")
_LONGEST_READING = 5  # kana that are read for one kanji: 志 is こころざし


def is_another_name(card: CardChange) -> bool:
    """The whole name is new, in the same script, and is not one that the card carried anywhere before."""
    fn = next((c for c in card.changes if c.name == "FN" and c.before and c.after and c.of_value), None)
    if fn is None or fn.before is None or fn.after is None or chain_between(fn.before, fn.after) is not None:
        return False
    if any(f.name == "N" for f in card.was) and not any(c.name == "N" and c.of_value for c in card.changes):
        return False
    old, new = fn.before.text, fn.after.text
    if len(name_words(old)) == 1 and len(old) <= _NICKNAME:
        return False  # "Mum" or "Plumber" that gets a proper name
    known = {
        word
        for f in card.was
        if f.name in {"N", "NICKNAME", "ORG", "EMAIL", "X-MAIDENNAME"}
        for word in name_words(f.text)
    }
    if is_reading(old, new, card) or is_reading(new, old, card):
        return False
    if name_words(new) & (name_words(old) | known) or same_name(old, new) >= 0.6:
        return False
    return script(old) == script(new) and bool(name_words(old)) and bool(name_words(new))


def is_same_name(card: CardChange) -> bool:
    """Whether a card's name is what it was in another writing: known steps lead there that lose nothing."""
    fn = next((c for c in card.changes if c.name == "FN" and c.before and c.after and c.of_value), None)
    if fn is None or fn.before is None or fn.after is None:
        return True
    chain = chain_between(fn.before, fn.after)
    return (chain is not None and not chain.vague) or is_reading(fn.before.text, fn.after.text, card)


def is_reading(kanji: str, kana: str, card: CardChange) -> bool:
    """Whether a name in kana is how the one in kanji is read: the card says so, or says nothing and there are as many as fit."""
    count, read = len(_KANJI.findall(kanji)), folded(kana)
    if not count or not _KANA.fullmatch(kana):
        return False
    known = folded("".join(fact.text for fact in card.was if _READING.match(fact.name)))
    return sorted(read) == sorted(known) if known else count <= len(read) <= _LONGEST_READING * count


def is_nameless(card: CardChange) -> bool:
    """Whether a card has no name of its own: none, a program's word for none, or its own number or mail address."""
    name = folded(card.entry.name)
    if not name or name in _NO_NAMES or placeholder("x", card.entry.name) is not None:
        return True
    return any(fact.name in {"TEL", "EMAIL"} and folded(fact.text) == name for fact in card.now or card.was)


def name_words(text: str) -> set[str]:
    """The words of a name, lower case."""
    return {word.lower() for word in _WORD.findall(text)}
