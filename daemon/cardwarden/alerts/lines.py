"""One finding in a reader's words: whose it is, what happened, what was there and what is there now."""

from __future__ import annotations

import unicodedata

from cardwarden.detect.finding import Finding, FindingKind
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import phrase
from cardwarden.text import ELLIPSIS, clip, columns

_WHOLE = 1 << 20  # columns: what was clipped already is not clipped again
_LEFT_TO_RIGHT, _ISOLATE, _END = "\u200e", "\u2068", "\u2069"


def display_name(finding: Finding, voice: Voice, width: int) -> str:
    """Whom a finding is about; "the address book" for a condition of one."""
    if finding.card is None:
        return voice.say(phrase("message-the-book"))
    return apart(voice.name(finding.card.name, width=width))


def change_line(finding: Finding, voice: Voice, width: int) -> str:
    """Before and after on one line, "" if the finding has no value."""
    before, after = shown_values(finding, voice, width)
    match before, after:
        case "", "":
            return ""
        case "", _:
            return (
                after
                if finding.kind is FindingKind.HAZARD
                else voice.say(phrase("message-new", value=after), width=_WHOLE)
            )
        case _, "":
            return voice.say(phrase("message-change-gone", before=before), width=_WHOLE)
        case _:
            return voice.say(phrase("message-change", before=before, after=after), width=_WHOLE)


def change_block(finding: Finding, voice: Voice, width: int) -> list[str]:
    """Before and after, a line each."""
    before, after = shown_values(finding, voice, width)
    was, now = phrase("message-was", value=before), phrase("message-now", value=after)
    match before, after:
        case "", "":
            return []
        case "", _:
            return (
                [after]
                if finding.kind is FindingKind.HAZARD
                else [voice.say(phrase("message-new", value=after), width=_WHOLE)]
            )
        case _, "":
            return [voice.say(was, width=_WHOLE), voice.say(phrase("message-gone"))]
        case _:
            return [voice.say(was, width=_WHOLE), voice.say(now, width=_WHOLE)]


def shown_values(finding: Finding, voice: Voice, width: int) -> tuple[str, str]:
    """Before and after, "" if there is none; of long ones the piece where they begin to differ."""
    before, after = (voice.value(value, width=_WHOLE) for value in (finding.before, finding.after))
    pairs = enumerate(zip(before, after, strict=False))
    shared = next((at for at, (old, new) in pairs if old != new), min(len(before), len(after)))
    if before and after and max(columns(before), columns(after)) > width and shared > width // 2:
        before, after = (ELLIPSIS + value[shared - width // 4 :] for value in (before, after))
    return apart(clip(before, width)), apart(clip(after, width))


def apart(text: str) -> str:
    """Hebrew and Arabic text kept from turning round what stands beside it: `before → after` would swap its sides."""
    if any(unicodedata.bidirectional(character) in {"R", "AL", "AN"} for character in text):
        return f"{_LEFT_TO_RIGHT}{_ISOLATE}{text}{_END}"
    return text
