"""Contacts that nobody may change unseen: whom the settings name, and whose names the fake ones borrow."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cardwarden.errors import WrongValueError
from cardwarden.phrases.phrase import phrase
from cardwarden.vcard.addresses import mailbox
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.card import Entry
from cardwarden.vcard.number import read_number

_UID, _CATEGORY = "uid:", "category:"
_NUMBER = re.compile(r"\+?[0-9 ()./-]{5,}")
_BANK_WORDS = re.compile(
    r"\b(?:bank|bancorp|banco|banca|banque|bankas|bankasi|banka|banki|sparkasse|volksbank|raiffeisen(?:bank)?|kreditkarten?|"
    r"credit union|building society|caisse d.epargne|visa|mastercard|american express|paypal|fraud|kartensperr\w*)\b"
    r"|\w{3,}bank\b|銀行|信用金庫|信用組合|ゆうちょ|カード会社|은행|银行|банк",
    re.IGNORECASE,
)


_FAMILY = re.compile(
    r"(?:mama|mamá|maman|mami|mum|mummy|mom|mommy|mother|mutti|mutter|dad|daddy|father|papa|papá|papi|vati|vater"
    r"|oma|opa|omi|opi|granny|grandma|grandpa|grandmother|grandfather|nana)(?: \w+)?"
    r"|(?:お?母|お?父|お?ばあ|お?じい|おふくろ|おやじ|祖母|祖父|義母|義父|ママ|パパ|実家)(?:親|さん|ちゃん)?(?:の?(?:携帯|ケータイ|家|自宅))?"
    r"|엄마|아빠|어머니|아버지|妈妈|爸爸",
    re.IGNORECASE,
)


def guarded_contact(text: str) -> str:
    """What the settings may write for a contact. Raises ValueError."""
    bare = text.strip()
    if not bare or bare in {_UID, _CATEGORY}:
        raise WrongValueError(phrase("write-guarded"))
    return bare


@dataclass(frozen=True, slots=True)
class Guarded:
    """Who is guarded: names and categories folded, UIDs as written, numbers and mail addresses as contact keys.

    `keys` are those of single cards of one book.
    """

    names: frozenset[str] = frozenset()
    uids: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()

    @classmethod
    def of(cls, wanted: Sequence[str], region: str) -> Guarded:
        """What the settings' words mean if numbers without a country code are of `region`."""
        uids = {text[len(_UID) :].strip().removeprefix("urn:uuid:") for text in wanted if text.startswith(_UID)}
        categories = {comparable(text[len(_CATEGORY) :]) for text in wanted if text.startswith(_CATEGORY)}
        others = [text for text in wanted if not text.startswith((_UID, _CATEGORY))]
        contacts = {_contact(text, region) for text in others if _is_contact(text)}
        names = {comparable(text) for text in others if not _is_contact(text)}
        return cls(frozenset(names), frozenset(uids), frozenset(contacts), frozenset(categories))

    def also(self, keys: Iterable[str], categories: Iterable[str]) -> Guarded:
        """These, and single cards of a book by their keys, and categories as they were written."""
        return replace(self, keys=self.keys.union(keys), categories=self.categories.union(map(comparable, categories)))

    def has(self, entry: Entry | None, facts: Iterable[Fact] = ()) -> bool:
        """Whether a card is of a guarded contact; `facts` is what it says, for its categories."""
        if entry is None or self == _NOBODY:
            return False
        if entry.key in self.keys:
            return True
        if comparable(entry.name) in self.names or not self.contacts.isdisjoint(entry.contacts):
            return True
        if entry.uid and (entry.uid in self.uids or entry.uid.lower() in self.uids):
            return True
        if not self.categories:
            return False
        said = (word for fact in facts if fact.name == "CATEGORIES" for word in fact.text.split(","))
        return any(comparable(word) in self.categories for word in said)


_NOBODY = Guarded()


def is_bank(name: str) -> bool:
    """Whether a contact is called as banks and those who issue cards are: a name that swindlers borrow."""
    return bool(_BANK_WORDS.search(unicodedata.normalize("NFKC", name)[:200]))


def is_family(name: str) -> bool:
    """Whether a contact is called as people call their parents and grandparents: whom swindlers play first."""
    return bool(_FAMILY.fullmatch(unicodedata.normalize("NFKC", name).strip()[:200]))


def suggested(entries: Iterable[Entry], *, own: str = "", at_most: int = 10) -> list[str]:
    """Whom to guard, by name: the owner's own card (`own` is a mail address or number of theirs), parents, and banks."""
    cards = list(entries)
    owner = Guarded.of([own], "") if own else _NOBODY
    names = [
        *(entry.name for entry in cards if owner.has(entry)),
        *(entry.name for entry in cards if is_family(entry.name)),
        *(entry.name for entry in cards if is_bank(entry.name)),
    ]
    return list(dict.fromkeys(names))[:at_most]


def _is_contact(text: str) -> bool:
    return "@" in text or bool(_NUMBER.fullmatch(text))


def _contact(text: str, region: str) -> str:
    if "@" in text:
        return f"mail:{mailbox(text.strip().lower())}"
    number = read_number(text, region)
    return f"tel:{number.e164 or number.digits.lstrip('+')}"


def comparable(text: str) -> str:
    """A name or a category as it is compared: case, width and spaces do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
