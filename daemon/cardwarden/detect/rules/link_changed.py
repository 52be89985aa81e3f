"""A web or chat address that leads somewhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar
from urllib.parse import unquote

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.links import LINK, linked_host
from cardwarden.detect.mailbox import lookalike
from cardwarden.detect.rule import became, deviation
from cardwarden.phrases.phrase import Field, Phrase, phrase
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.properties import ValueKind

_HTTP = re.compile(r"\A(?:https?://)?(?:www\.(?=[^/]*\.))?", re.IGNORECASE)
_LOCAL = re.compile(r"(?:javascript|vbscript|data|file|content|blob|about|cid|[a-z]+-extension):", re.IGNORECASE)
_BLANK_PAGES = frozenset({"", "/", "/index.html", "/index.php"})


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """A web address or a chat address is another one.

    A host that looks like the old one (a confusable letter, another top-level domain), or hides behind it
    (`https://bank.example@evil.example`), is critical. Another host with the same page, or with the old host among its
    words (`https://evil.example/bank.example`), is a warning, unless it most likely was you: one edit, with a newer REV, by
    a program that writes this book. What leads to no place in the web any more (`file:`, `content:`, `javascript:`) is one,
    too. Another chat address is a warning: messages go to whoever has it; the same name at a service that is called
    otherwise is a notice. Another page is a notice; https in place of http, or a `www.` that came or went, is recorded and
    not sent.
    """

    name: ClassVar[str] = "link-changed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    chat_severity: Severity = Severity.WARNING
    lookalike_severity: Severity = Severity.CRITICAL
    elsewhere_severity: Severity = Severity.WARNING
    same_severity: Severity = Severity.INFO

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        """Each web or chat address that is another, by what became of its host."""
        for change in card.changes:
            old, new = change.before, change.after
            if not old or not new or not change.of_value or old.row.kind not in {ValueKind.URI, ValueKind.CHAT}:
                continue
            kind = _kind(old, new)
            chat = old.row.kind is ValueKind.CHAT
            field = Field(change.name)
            plain = kind in {_Kind.OTHER, _Kind.SAME}
            title = phrase("value-changed", field=field) if plain else phrase(f"link-{kind.value}", field=field)
            yield deviation(
                self,
                card,
                change,
                title,
                severity=self._severity(old, new, kind),
                by_owner=self.severity if kind is _Kind.ELSEWHERE else None,
                reason=became(change, _why(kind, chat=chat)),
                per_card=True,
            )

    def _severity(self, old: Fact, new: Fact, kind: _Kind) -> Severity:
        match kind:
            case _Kind.SAME:
                return self.same_severity
            case _Kind.LOOKALIKE:
                return self.lookalike_severity
            case _Kind.ELSEWHERE | _Kind.LOCAL:
                return self.elsewhere_severity
        moved = _handle(old) == _handle(new)
        return self.chat_severity if old.row.kind is ValueKind.CHAT and not moved else self.severity


class _Kind(Enum):
    """What became of an address; `link-…` say the first four."""

    CUT = "cut"
    LOCAL = "local"
    LOOKALIKE = "lookalike"
    ELSEWHERE = "elsewhere"
    SAME = "same"
    OTHER = "other"


def _kind(old: Fact, new: Fact) -> _Kind:
    """What became of an address: cut, a file of this machine, a host that looks like the old one, the same page elsewhere."""
    if old.text.startswith(new.text):
        return _Kind.CUT
    if _same_page(old.meaning, new.meaning):
        return _Kind.SAME
    if _LOCAL.match(new.meaning) and not _LOCAL.match(old.meaning):
        return _Kind.LOCAL
    chat = old.row.kind is ValueKind.CHAT and ("://" not in old.meaning or "://" not in new.meaning)
    was, now = LINK.match(old.meaning), LINK.match(new.meaning)
    if chat or was is None or now is None:
        return _Kind.OTHER
    host, other = linked_host(old.meaning), linked_host(new.meaning)
    user, at, behind = unquote(other).rpartition("@")
    if not host or host == other:
        return _Kind.OTHER
    if lookalike(host, behind) or host in f"{now[1] or ''}{at}{user}".lower():
        return _Kind.LOOKALIKE
    same_page = was[3] == now[3] and was[3] not in _BLANK_PAGES
    return _Kind.ELSEWHERE if same_page or host in now[3].lower() else _Kind.OTHER


def _handle(fact: Fact) -> str:
    """Who is meant by a chat address, whatever the service is called."""
    return fact.meaning.partition(":")[2].strip("/").casefold() or fact.meaning.casefold()


def _same_page(one: str, other: str) -> bool:
    """The scheme, `www.` or a last slash came or went: the same page answers."""
    return _bare(one) == _bare(other)


def _bare(link: str) -> str:
    return _HTTP.sub("", link.strip()).rstrip("/")


def _why(kind: _Kind, *, chat: bool) -> Phrase | None:
    if kind in {_Kind.LOOKALIKE, _Kind.ELSEWHERE, _Kind.LOCAL}:
        return phrase(f"link-{kind.value}-why")
    return phrase("chat-changed-why") if chat else None
