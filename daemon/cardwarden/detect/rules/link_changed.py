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
from cardwarden.vcard.properties import Kind as ValueKind

_HOST = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """A web address or a chat address is another one.

    A host that looks like the old one (a confusable letter, another top-level domain) is critical. Another chat address is
    a warning: messages go to whoever has it. Another page is a notice.
    """

    name: ClassVar[str] = "link-changed"
    enabled: bool = True
    severity: Severity = Severity.NOTICE
    chat_severity: Severity = Severity.WARNING
    lookalike_severity: Severity = Severity.CRITICAL

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            old, new = change.before, change.after
            if not old or not new or not change.of_value or old.row.kind not in {ValueKind.URI, ValueKind.CHAT}:
                continue
            was, now = _HOST.match(old.meaning), _HOST.match(new.meaning)
            cut = old.text.startswith(new.text)
            fake = not cut and bool(
                was and now and lookalike(was[1], now[1]) and f"www.{was[1]}" != now[1] and was[1] != f"www.{now[1]}"
            )
            chat = old.row.kind is ValueKind.CHAT
            field = Field(change.name)
            title = phrase("link-lookalike", field=field) if fake else phrase("value-changed", field=field)
            yield deviation(
                self,
                card,
                change,
                phrase("link-cut", field=field) if cut else title,
                severity=self.lookalike_severity if fake else self.chat_severity if chat else self.severity,
                reason=became(change, _why(fake=fake, chat=chat)),
                per_card=True,
            )


def _why(*, fake: bool, chat: bool) -> Phrase | None:
    if fake:
        return phrase("link-lookalike-why")
    return phrase("chat-changed-why") if chat else None
