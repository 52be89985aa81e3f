"""A web or chat address that leads somewhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.mailbox import lookalike
from cardwarden.detect.rule import CardChange, Case, became, deviation
from cardwarden.phrases.phrase import Field, Phrase, phrase
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.properties import ValueKind

_HTTP = re.compile(r"\A(?:https?://)?(?:www\.(?=[^/]*\.))?", re.IGNORECASE)
_HOST = re.compile(r"[a-z][a-z0-9+.-]*://(?:([^/?#]*)@)?([^/?#:]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """A web address or a chat address is another one.

    A host that looks like the old one (a confusable letter, another top-level domain), or hides behind it
    (`https://bank.example@evil.example`), is critical. Another chat address is
    a warning: messages go to whoever has it; the same name at a service that is called otherwise is a notice. Another page
    is a notice; https in place of http, or a `www.` that came or went, is recorded and not sent.
    """

    name: ClassVar[str] = "link-changed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    chat_severity: Severity = Severity.WARNING
    lookalike_severity: Severity = Severity.CRITICAL
    same_severity: Severity = Severity.INFO

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            old, new = change.before, change.after
            if not old or not new or not change.of_value or old.row.kind not in {ValueKind.URI, ValueKind.CHAT}:
                continue
            was, now = _HOST.match(old.meaning), _HOST.match(new.meaning)
            cut = old.text.startswith(new.text)
            fake = not cut and was is not None and now is not None and _is_fake(was[2], now[1] or "", now[2])
            chat = old.row.kind is ValueKind.CHAT
            same = _same_page(old.meaning, new.meaning)
            field = Field(change.name)
            title = phrase("link-lookalike", field=field) if fake else phrase("value-changed", field=field)
            yield deviation(
                self,
                card,
                change,
                phrase("link-cut", field=field) if cut else title,
                severity=self._severity(old, new, fake=fake, same=same),
                reason=became(change, _why(fake=fake, chat=chat)),
                per_card=True,
            )

    def _severity(self, old: Fact, new: Fact, *, fake: bool, same: bool) -> Severity:
        if same:
            return self.same_severity
        if fake:
            return self.lookalike_severity
        moved = _handle(old) == _handle(new)
        return self.chat_severity if old.row.kind is ValueKind.CHAT and not moved else self.severity


def _is_fake(was: str, user: str, now: str) -> bool:
    """Whether people take a host for the one that was there: it looks so, or what stands before its "@" is that one."""
    was, now = was.removeprefix("www."), now.removeprefix("www.")
    return bool(was) and was != now and (lookalike(was, now) or was in user.lower())


def _handle(fact: Fact) -> str:
    """Who is meant by a chat address, whatever the service is called."""
    return fact.meaning.partition(":")[2].strip("/").casefold() or fact.meaning.casefold()


def _same_page(one: str, other: str) -> bool:
    """The scheme, `www.` or a last slash came or went: the same page answers."""
    return _bare(one) == _bare(other)


def _bare(link: str) -> str:
    return _HTTP.sub("", link.strip(), count=1).rstrip("/")


def _why(*, fake: bool, chat: bool) -> Phrase | None:
    if fake:
        return phrase("link-lookalike-why")
    return phrase("chat-changed-why") if chat else None
