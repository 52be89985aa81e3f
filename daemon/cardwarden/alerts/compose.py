"""An event becomes what a person reads on a lock screen: the worst first, and a way to know more."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cardwarden.alerts.lines import change_block, change_line, display_name
from cardwarden.alerts.message import Message
from cardwarden.detect.finding import Event, Finding, FindingKind, Severity
from cardwarden.phrases.language import Voice, opening
from cardwarden.phrases.phrase import Phrase, phrase
from cardwarden.text import ELLIPSIS, clip, columns

_SCREEN = 40  # columns of a title that a phone's lock screen shows
_EXAMPLES = 3  # more of the same tells nothing
_MENTION = re.compile(r"(?<![\w.+-])@|@(?=(?:everyone|here|channel)\b)|<(?=[@#!])", re.IGNORECASE)


def compose(
    event_id: int, event: Event, source: str, voice: Voice, *, head: str = "", limit: int = 900, linked: bool = False
) -> Message:
    """One message for one event; its body holds at most `limit` characters (300 or more) and counts what it leaves out.

    Of one contact each field, before and after, and why that matters; of many contacts three examples where all changed
    in the same way, else a line for each kind of finding. `head` are the digits that `cardwarden verify --head` knows;
    a message that is `linked` names no command.
    """
    findings = list(event.findings)
    if findings and findings[0].severity > Severity.INFO:  # what is only recorded is no news beside it
        findings = [finding for finding in findings if finding.severity > Severity.INFO]
    end = "\n".join(
        [
            voice.say(phrase("message-book", book=source), width=_SCREEN),
            *([] if linked else [voice.say(phrase("message-decide", command=f"cardwarden show e{event_id}"))]),
            *([voice.say(phrase("message-proof", digits=head))] if head else ()),
        ]
    )
    if len({finding.card and finding.card.key for finding in findings}) == 1:
        title = _title(findings, source, voice)
        alone = len(findings) == 1
        parts = [(_block(finding, event, limit, voice, alone=alone), 1) for finding in findings]
        if (whole := _whole_name(findings[0], limit, voice)) not in title:
            parts[0] = (f"{whole}\n{parts[0][0]}", 1)
        body = _body(parts, "\n\n", end, limit, voice)
    else:
        title = clip(voice.title(event.title), 2 * _SCREEN)
        why = f"{clip(voice.title(event.reason), limit // 3)}\n\n" if event.reason else ""
        kinds = _by_kind(findings)
        if len(kinds) == 1:
            lines = [(_whose(finding, change_line(finding, voice, _SCREEN), voice), 1) for finding in findings]
            body = _body(lines, "\n", why + end, limit, voice, at_most=_EXAMPLES)
        else:
            body = _body([(_line(kind, voice), len(kind)) for kind in kinds], "\n", why + end, limit, voice)
    return Message(unmentioned(title), unmentioned(body), event.severity)


def _whose(finding: Finding, what: str, voice: Voice) -> str:
    """A line about one contact: its name, and what changed."""
    said = what or clip(voice.say(finding.title), 2 * _SCREEN)
    return f"{display_name(finding, voice, _SCREEN)}: {said}"


def _by_kind(findings: Sequence[Finding]) -> list[list[Finding]]:
    """What changed in one way, or is wrong in one way, together; the worst first."""
    kinds: dict[Phrase, list[Finding]] = {}
    for finding in findings:
        kinds.setdefault(finding.alike or finding.title, []).append(finding)
    return list(kinds.values())


def _title(findings: Sequence[Finding], source: str, voice: Voice) -> str:
    """Who and what, so that both are seen: the name gives way if they do not fit."""
    worst = findings[0]
    if worst.kind in {FindingKind.CONDITION, FindingKind.RECORD}:
        return clip(voice.title(worst.title), 2 * _SCREEN)
    what = clip(voice.say(worst.title), 2 * _SCREEN)
    if len(findings) > 1:
        what = voice.say(phrase("message-and-more", what=what, count=len(findings) - 1), width=3 * _SCREEN)
    room = max(16, _SCREEN - columns(what) - 2)
    who = display_name(worst, voice, room) if worst.card else clip(source, _SCREEN)
    if worst.card and not worst.card.name.strip():
        who = opening(who)
    return f"{who}: {what}"


def _whole_name(finding: Finding, limit: int, voice: Voice) -> str:
    """The name that a title may have had to clip; "" if the finding is about no contact, or one without a name."""
    card = finding.card
    return display_name(finding, voice, limit // 3) if card and card.name.strip() else ""


def _body(
    parts: Sequence[tuple[str, int]], between: str, end: str, limit: int, voice: Voice, *, at_most: int = 1000
) -> str:
    """As many parts (text, count of findings) as fit before `end`, at least a piece of the first, and what is left."""
    if not parts:
        return end
    room = limit - len(end) - 2
    for shown in range(min(at_most, len(parts)), 0, -1):
        left = sum(count for _, count in parts[shown:])
        more = between + voice.say(phrase("message-more", count=left)) if left else ""
        text = between.join(part for part, _ in parts[:shown]) + more
        if len(text) <= room:
            return f"{text}\n\n{end}"
    return f"{text[: room - len(more) - 1]}{ELLIPSIS}{more}\n\n{end}"


def _block(finding: Finding, event: Event, limit: int, voice: Voice, *, alone: bool) -> str:
    """One finding of a contact: the field, what it was and is now, why it matters."""
    field = opening(clip(voice.field(finding.prop), 40)) if finding.prop else ""
    heading = field if alone else clip(voice.title(finding.title), 2 * _SCREEN)
    what = "\n".join(filter(None, [heading, *change_block(finding, voice, limit // 3)]))
    reason = finding.explanation or (event.reason if alone else None)
    why = clip(voice.title(reason), limit // 3) if reason else ""
    return ("\n\n" if alone else "\n").join(filter(None, [what, why]))


def _line(alike: Sequence[Finding], voice: Voice) -> str:
    """What several contacts have in common, with up to three of them."""
    first = alike[0]
    change, wide = change_line(first, voice, _SCREEN), 20 * _SCREEN
    if len(alike) == 1:
        what = clip(voice.say(first.title), 2 * _SCREEN)
        line = voice.say(phrase("message-with-change", what=what, change=change), width=wide) if change else what
        return _whose(first, line, voice)
    name = display_name(first, voice, _SCREEN)
    head = voice.say(phrase("message-with-change", what=name, change=change), width=wide) if change else name
    names = ", ".join([head, *(display_name(finding, voice, _SCREEN) for finding in alike[1:_EXAMPLES])])
    if len(alike) > _EXAMPLES:
        names = voice.say(phrase("message-names-more", names=names, count=len(alike) - _EXAMPLES), width=wide)
    what = clip(voice.title(first.title), 2 * _SCREEN)
    return voice.say(phrase("message-alike", what=what, count=len(alike), names=names), width=wide)


def unmentioned(text: str) -> str:
    """A name such as `@everyone` wakes nobody in a chat: look-alikes stand for the signs that would."""
    return _MENTION.sub(lambda match: "＠" if match[0] == "@" else "‹", text)
