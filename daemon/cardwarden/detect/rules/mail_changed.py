"""A mail address that is not what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cardwarden.detect.finding import Finding, Kind, Severity
from cardwarden.detect.mailbox import MailChange, classify_mail
from cardwarden.detect.rule import CardChange, Case
from cardwarden.detect.words import several
from cardwarden.text import clip

_WHY = {
    MailChange.SAME_BOX: "Its provider delivers both to the same person.",
    MailChange.LOOKALIKE: "It looks almost the same and belongs to somebody else: that is how mail and money are stolen.",
    MailChange.CUT: "Mail to what is left does not arrive.",
    MailChange.GLUED: "Mail to it does not arrive.",
    MailChange.BROKEN: "Mail to it does not arrive.",
    MailChange.MOVED: "The name before the @ is the same. Ask whether they moved, before you write anything important.",
    MailChange.REPLACED: "If nobody you know changed it, mail now goes to a stranger, and with it what opens accounts.",
}
_STRANGERS = frozenset({MailChange.LOOKALIKE, MailChange.REPLACED})


@dataclass(frozen=True, slots=True)
class MailChanged:
    """A mail address was replaced, cut, or has something glued to it.

    Look-alike domains (a confusable letter, a letter off, another top-level domain) and addresses of somebody else are
    critical. One that cannot receive mail any more, and the same name at another provider, are warnings. Letter case,
    `mailto:` and the spelling of international domains mean nothing; another writing of one mailbox (Google's dots, a
    +tag, a name around the address) is a notice.
    """

    name: ClassVar[str] = "mail-changed"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    stranger_severity: Severity = Severity.CRITICAL
    same_severity: Severity = Severity.NOTICE

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change in card.changes:
            old, new = change.before, change.after
            if change.name != "EMAIL" or not old or not new or not change.of_value:
                continue
            kind = classify_mail(old.meaning, new.meaning)
            severity = self.stranger_severity if kind in _STRANGERS else self.severity
            yield Finding(
                kind=Kind.DEVIATION,
                rule=self.name,
                severity=self.same_severity if kind is MailChange.SAME_BOX else severity,
                title=f"Mail address {kind.value}",
                explanation=f"{clip(old.text, 60)} became {clip(new.text, 60)}. {_WHY[kind]}",
                card=card.ref,
                prop=change.name,
                before=clip(old.text, 120),
                after=clip(new.text, 120),
                changes=(change,),
                transformation=several("mail address", kind.value),
            )
