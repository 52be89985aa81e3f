"""A mail address that is not what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.mailbox import MailChange, classify_mail
from cardwarden.detect.rule import became, deviation
from cardwarden.phrases.phrase import phrase

_STRANGERS = frozenset({MailChange.LOOKALIKE, MailChange.REPLACED})


@dataclass(frozen=True, slots=True)
class MailChanged:
    """A mail address was replaced, cut, or has something glued to it.

    Look-alike domains (a confusable letter, a letter off, another top-level domain) and addresses of somebody else are
    critical; the latter is asked about (a warning) if it most likely was you: one edit, with a newer REV, by a program that
    writes this book. One that cannot receive mail any more, and the same name at another provider, are warnings. Another
    writing of one mailbox (Google's dots, a +tag, the other domains of Apple, Proton and Yandex, a name around the
    address) and a correction (what was no address is one now, an address in letters of another width, with invisible
    marks or blanks in it is put right, a mistyped provider is the one that was meant) are notices.
    Letter case, `mailto:` and the spelling of international domains mean nothing, nor do quotes that an address does not need.
    """

    name: ClassVar[str] = "mail-changed"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    stranger_severity: Severity = Severity.CRITICAL
    same_severity: Severity = Severity.NOTICE
    asked_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            old, new = change.before, change.after
            if change.name != "EMAIL" or not old or not new or not change.of_value:
                continue
            kind = classify_mail(old.meaning, new.meaning)
            yield deviation(
                self,
                card,
                change,
                phrase(f"mail-{kind.value}"),
                severity=self._severity(kind),
                by_owner=self.asked_severity if kind is MailChange.REPLACED else None,
                reason=became(change, phrase(f"mail-{kind.value}-why")),
            )

    def _severity(self, kind: MailChange) -> Severity:
        if kind in {MailChange.SAME_BOX, MailChange.REPAIRED}:
            return self.same_severity
        return self.stranger_severity if kind in _STRANGERS else self.severity
