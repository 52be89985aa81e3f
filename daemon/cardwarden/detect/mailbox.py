"""What a change of a mail or web address means: a look-alike, a cut, something glued on, or another address."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from cardwarden.detect.confusables import plain_letters
from cardwarden.detect.steps.explain import explain
from cardwarden.vcard.addresses import mailbox, plain_mail
from cardwarden.vcard.pairing import within_edits
from cardwarden.vcard.values import normal

_ADDRESS = re.compile(r"[^@\s\"<>(),;:\\]+@[^@\s\"<>(),;:\\]+\.[^@\s\"<>(),;:\\.]{2,}\Z")
_DIGITS = str.maketrans({"0": "o", "1": "l", "3": "e", "5": "s", "|": "l"})
_ALIKE = _DIGITS | str.maketrans({"i": "l"})
_SHORTEST = 4  # letters of a name that others can be mistaken for
_INNER_I = re.compile("(?<=[a-z])I")
_FRAMES = re.compile(r"[\s<>\"'(),;:\[\]\\]+")
_PROVIDERS = frozenset(
    {
        "gmail.com", "googlemail.com", "yahoo.com", "hotmail.com", "outlook.com", "live.com", "icloud.com", "me.com", "aol.com",
        "gmx.de", "gmx.net", "web.de", "t-online.de", "orange.fr", "free.fr", "libero.it", "mail.ru", "yandex.ru", "qq.com",
        "163.com", "naver.com", "yahoo.co.jp", "docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp", "proton.me", "protonmail.com",
    }
)  # fmt: skip
"""Providers that nobody can own a look-alike address at: an address that comes closer to one is a correction."""


class MailChange(Enum):
    """What became of an address; the phrases `mail-…` say it."""

    SAME_BOX = "same-box"
    LOOKALIKE = "lookalike"
    CUT = "cut"
    GLUED = "glued"
    BROKEN = "broken"
    MOVED = "moved"
    REPLACED = "replaced"
    REPAIRED = "repaired"


def classify_mail(before: str, after: str) -> MailChange:
    """Which of the known ways leads from one normalised address to the other."""
    if _untagged(mailbox(before)) == _untagged(mailbox(after)):
        return MailChange.SAME_BOX
    if _ADDRESS.match(after) and _is_repair(before, after):
        return MailChange.REPAIRED
    if (respelled := _respelled(before, after)) is not None:
        return respelled
    if before.startswith(after) or (before.endswith(after) and len(after) * 2 < len(before)):
        return MailChange.CUT
    if after.startswith(f"{before}.") and _ADDRESS.match(before) and _ADDRESS.match(after):
        return MailChange.LOOKALIKE  # the old host is only the beginning of another one: bank.example.evil.example
    is_framed = before in after and not any(character.isalnum() for character in after.replace(before, "", 1))
    if after.startswith(before) or is_framed or (after.endswith(before) and not _ADDRESS.match(after)):
        return MailChange.GLUED
    if not _ADDRESS.match(after) and _ADDRESS.match(before):
        return MailChange.BROKEN
    old_local, _, old_domain = before.rpartition("@")
    new_local, _, new_domain = after.rpartition("@")
    if old_local == new_local:
        return MailChange.LOOKALIKE if lookalike(old_domain, new_domain) else MailChange.MOVED
    if old_domain == new_domain and _near(old_local, new_local):
        return MailChange.LOOKALIKE
    return MailChange.LOOKALIKE if skeleton(before) == skeleton(after) else MailChange.REPLACED


def _respelled(before: str, after: str) -> MailChange | None:
    """What became of an address that is the same one but for its spelling (see `plain_mail`); None if it is another one."""
    was, now = plain_mail(before), plain_mail(after)
    if (was, now) == (before, after) or was != now or not _ADDRESS.match(now):
        return None
    if now == after:
        return MailChange.REPAIRED
    if was != before:
        return MailChange.SAME_BOX
    is_framed = not after[0].isalnum() and not after[-1].isalnum() and before in after
    return MailChange.GLUED if is_framed else MailChange.BROKEN


def _untagged(address: str) -> str:
    """An address without its +tag (RFC 5233): nobody else can have it if tags are known, and no provider gives it away."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"


def _is_repair(before: str, after: str) -> bool:
    """What was no address became the one that stands in it, or a mistyped provider became the one that is meant."""
    if before.startswith(after) and not any(c.isalnum() for c in before[len(after) :]):
        return True
    if not _ADDRESS.match(before):
        return after in _FRAMES.split(before) or _repairs(before, after)
    host, meant = before.rpartition("@")[2], after.rpartition("@")[2]
    same_user = before.rpartition("@")[0] == after.rpartition("@")[0]
    return same_user and meant in _PROVIDERS and host not in _PROVIDERS and within_edits(host, meant, 2)


def _repairs(before: str, after: str) -> bool:
    chain = explain(before, after, in_address=True)
    return chain is not None and chain.repairs


def lookalike(one: str, other: str) -> bool:
    """Two different host names that people take for one.

    Confusable letters, a letter off, another top-level domain, or the old name as a word of a new one (`bank-login.example`,
    `bank.evil.example`). A host and a part of it (`m.bank.example`) are one owner's.
    """
    if one == other:
        return False
    one, other = shown_host(one), shown_host(other)
    if other.endswith(f".{one}") or one.endswith(f".{other}"):
        return False
    if skeleton(one) == skeleton(other):
        return True
    head, _, tail = one.rpartition(".")
    other_head, _, other_tail = other.rpartition(".")
    if head == other_head:
        return True
    if tail == other_tail and head.replace("-", "") == other_head.replace("-", ""):
        return True
    if min(len(head), len(other_head)) < _SHORTEST:
        return False
    return _near(*_where_they_differ(one, other)) or f".{one}." in f".{other}." or _is_borrowed(one, other)


def _where_they_differ(one: str, other: str) -> tuple[str, str]:
    """Two hosts without the labels at the end that are the same: there a letter is few among many."""
    mine, theirs = one.split("."), other.split(".")
    while mine and theirs and mine[-1] == theirs[-1]:
        mine.pop()
        theirs.pop()
    return ".".join(mine), ".".join(theirs)


def _is_borrowed(one: str, other: str) -> bool:
    """Whether the name that a host is known by is a word of another owner's host."""
    labels = [label for label in one.split(".")[:-1] if len(label) >= _SHORTEST]
    if not labels or one.split(".")[-2:] == other.split(".")[-2:]:
        return False
    return labels[-1] in other.rpartition(".")[0].replace(".", "-").split("-")


def shown_host(host: str) -> str:
    """A host name as people see it: punycode decoded."""
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def skeleton(text: str, *, is_short: bool = False) -> str:
    """What is left when letters that look alike are made one (after Unicode TR 39).

    A capital looks like another letter than its small one (Greek Ν and ν): what is in lower case already is another text.
    In a short name only what nobody writes counts (a digit, a capital I after small letters): Mai and Mal, Clara and Dara
    are people.
    """
    plain = plain_letters(normal("NFKD", plain_letters(text)))
    bare = plain if plain.isalnum() else "".join(c for c in plain if not unicodedata.combining(c))
    if is_short:
        return _INNER_I.sub("l", bare).lower().translate(_DIGITS)
    return bare.lower().translate(_ALIKE).replace("rn", "m").replace("vv", "w").replace("cl", "d")


def _near(one: str, other: str) -> bool:
    allowed = 2 if min(len(one), len(other)) >= 9 else 1
    return min(len(one), len(other)) >= _SHORTEST and within_edits(one, other, allowed)
