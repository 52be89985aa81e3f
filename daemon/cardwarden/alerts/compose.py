"""An event becomes what a person reads on a lock screen: the worst first, and a way to know more."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from cardwarden.alerts.message import Message
from cardwarden.detect.finding import Event, Finding, Kind, Severity
from cardwarden.text import ELLIPSIS, clip, columns, harmless
from cardwarden.vcard.properties import label as label_of

_SCREEN = 40  # columns of a title that a phone's lock screen shows
_EXAMPLES = 3  # more of the same tells nothing
_LEFT_TO_RIGHT, _ISOLATE, _END = "\u200e", "\u2068", "\u2069"
_MENTION = re.compile(r"(?<![\w.+-])@|@(?=(?:everyone|here|channel)\b)|<(?=[@#!])", re.IGNORECASE)


def compose(event_id: int, event: Event, source: str, *, head: str = "", limit: int = 900) -> Message:
    """One message for one event; its body holds at most `limit` characters (300 or more) and counts what it leaves out.

    Of one contact each field, before and after, and why that matters; of many contacts three examples where all changed
    in the same way, else a line for each kind of finding. `head` are the digits that `cardwarden verify --head` knows.
    """
    findings = sorted(event.findings, key=lambda finding: -finding.severity)
    if findings and findings[0].severity > Severity.INFO:  # what is only recorded is no news beside it
        findings = [finding for finding in findings if finding.severity > Severity.INFO]
    end = f"Address book: {clip(source, _SCREEN)}\nTo see it and decide: cardwarden show e{event_id}"
    if head:
        end += f"\nProof: {head}"
    if len({finding.card and finding.card.key for finding in findings}) == 1:
        title = _title(findings, source)
        alone = len(findings) == 1
        parts = [(_block(finding, event, limit, alone=alone), 1) for finding in findings]
        body = _body(parts, "\n\n", end, limit)
    else:
        title = clip(event.title, 2 * _SCREEN)
        why = f"{clip(event.explanation, limit // 3)}\n\n" if event.explanation else ""
        kinds = _by_kind(findings)
        if len(kinds) == 1:
            lines = [(f"{_name(finding, _SCREEN)}: {_change(finding) or _what(finding)}", 1) for finding in findings]
            body = _body(lines, "\n", why + end, limit, at_most=_EXAMPLES)
        else:
            body = _body([(_line(kind), len(kind)) for kind in kinds], "\n", why + end, limit)
    return Message(unmentioned(title), unmentioned(body), event.severity)


def _by_kind(findings: Sequence[Finding]) -> list[list[Finding]]:
    """What changed in one way, or is wrong in one way, together; the worst first."""
    kinds: dict[str, list[Finding]] = {}
    for finding in findings:
        kinds.setdefault(finding.transformation or finding.title, []).append(finding)
    return list(kinds.values())


def _title(findings: Sequence[Finding], source: str) -> str:
    """Who and what, so that both are seen: the name gives way where they do not fit."""
    worst = findings[0]
    if worst.kind in {Kind.CONDITION, Kind.RECORD}:
        return clip(worst.title, 2 * _SCREEN)
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    what = _what(worst) + more
    who = _name(worst, max(16, _SCREEN - columns(what) - 2)) if worst.card else clip(source, _SCREEN)
    return f"{who}: {what}"


def _body(parts: Sequence[tuple[str, int]], between: str, end: str, limit: int, *, at_most: int = 1000) -> str:
    """As many parts (text, count of findings) as fit before `end`, at least a piece of the first, and what is left."""
    if not parts:
        return end
    room = limit - len(end) - 2
    for shown in range(min(at_most, len(parts)), 0, -1):
        left = sum(count for _, count in parts[shown:])
        more = f"{between}and {left:,} more" if left else ""
        text = between.join(part for part, _ in parts[:shown]) + more
        if len(text) <= room:
            return f"{text}\n\n{end}"
    return f"{text[: room - len(more) - 1]}{ELLIPSIS}{more}\n\n{end}"


def _block(finding: Finding, event: Event, limit: int, *, alone: bool) -> str:
    """One finding of a contact: the field, what it was and is now, why it matters."""
    label = clip(label_of(finding.prop), 40) if finding.prop else ""
    heading = label[:1].upper() + label[1:] if alone else clip(finding.title, 2 * _SCREEN)
    before, after = _values(finding, 2 * _SCREEN)
    match before, after:
        case "", "":
            values = []
        case "", _:
            values = [after if finding.kind is Kind.HAZARD else f"new {after}"]
        case _, "":
            values = [f"was {before}", "now gone"]
        case _:
            values = [f"was {before}", f"now {after}"]
    what = "\n".join(filter(None, [heading, *values]))
    why = clip(finding.explanation or (event.explanation if alone else ""), limit // 3)
    return ("\n\n" if alone else "\n").join(filter(None, [what, why]))


def _line(alike: Sequence[Finding]) -> str:
    """What several contacts have in common, with up to three of them."""
    first = alike[0]
    change = f" ({change})" if (change := _change(first)) else ""
    if len(alike) == 1:
        return f"{_name(first, _SCREEN)}: {_what(first)}{change}"
    names = ", ".join([_name(first, _SCREEN) + change, *(_name(finding, _SCREEN) for finding in alike[1:_EXAMPLES])])
    more = f" and {len(alike) - _EXAMPLES:,} more" if len(alike) > _EXAMPLES else ""
    return f"{clip(first.title, 2 * _SCREEN)} ({len(alike):,}): {names}{more}"


def _change(finding: Finding) -> str:
    before, after = _values(finding, _SCREEN)
    return f"{before} → {after or 'gone'}" if before else after


def _name(finding: Finding, width: int) -> str:
    if finding.card is None:
        return "The address book"
    return _apart(clip(finding.card.name, width)) or "A contact without a name"


def _values(finding: Finding, width: int) -> tuple[str, str]:
    """Before and after, "" where there is none; of long ones the piece where they begin to differ."""
    before, after = harmless(finding.before or ""), harmless(finding.after or "")
    pairs = enumerate(zip(before, after, strict=False))
    shared = next((at for at, (old, new) in pairs if old != new), min(len(before), len(after)))
    if before and after and max(columns(before), columns(after)) > width and shared > width // 2:
        before, after = (ELLIPSIS + value[shared - width // 4 :] for value in (before, after))
    return _apart(clip(before, width)), _apart(clip(after, width))


def _what(finding: Finding) -> str:
    """The title as it stands inside a sentence; "URL replaced" keeps its capitals."""
    title = clip(finding.title, 2 * _SCREEN)
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _apart(text: str) -> str:
    """Hebrew and Arabic text kept from turning round what stands beside it: `before → after` would swap its sides."""
    if any(unicodedata.bidirectional(character) in {"R", "AL", "AN"} for character in text):
        return f"{_LEFT_TO_RIGHT}{_ISOLATE}{text}{_END}"
    return text


def unmentioned(text: str) -> str:
    """A name such as `@everyone` wakes nobody in a chat: look-alikes stand for the signs that would."""
    return _MENTION.sub(lambda match: "＠" if match[0] == "@" else "‹", text)
