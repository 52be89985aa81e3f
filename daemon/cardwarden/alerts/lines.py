"""One finding in a reader's words: whose it is, what happened, what was there and what is there now."""

from __future__ import annotations

import unicodedata

from cardwarden.detect.finding import Finding, FindingKind
from cardwarden.marks import letters, stretches
from cardwarden.phrases.language import Said, Voice
from cardwarden.phrases.phrase import phrase
from cardwarden.text import ELLIPSIS, clip, columns, shared_beginning

_WHOLE = 1 << 20  # columns: what was clipped already is not clipped again
_LEFT_TO_RIGHT, _ISOLATE, _END = "\u200e", "\u2068", "\u2069"


def display_name(finding: Finding, voice: Voice, width: int) -> str:
    """Whom a finding is about; "the address book" for a condition of one."""
    if finding.named is None:
        return voice.say(phrase("message-the-book"))
    return apart(voice.value(finding.named, width=width))


def change_line(finding: Finding, voice: Voice, width: int) -> str:
    """Before and after on one line, "" if the finding has no value."""
    before, after = shown_values(finding, voice, width)
    match before, after:
        case "", "":
            return ""
        case "", _:
            return after if finding.kind is FindingKind.HAZARD else voice.say(phrase("message-new", value=Said(after)))
        case _, "":
            return voice.say(phrase("message-change-gone", before=Said(before)))
        case _ if before == after:  # what differs is masked, or is no text
            return after
        case _:
            return voice.say(phrase("message-change", before=Said(before), after=Said(after)))


def change_block(finding: Finding, voice: Voice, width: int) -> list[str]:
    """Before and after, a line each."""
    before, after = shown_values(finding, voice, width)
    was, now = phrase("message-was", value=Said(before)), phrase("message-now", value=Said(after))
    match before, after:
        case "", "":
            return []
        case "", _:
            return (
                [after] if finding.kind is FindingKind.HAZARD else [voice.say(phrase("message-new", value=Said(after)))]
            )
        case _, "":
            return [voice.say(was), voice.say(phrase("message-gone"))]
        case _ if before == after:
            return [after]
        case _:
            return [voice.say(was), voice.say(now)]


def shown_values(finding: Finding, voice: Voice, width: int) -> tuple[str, str]:
    """Before and after, "" if there is none; of ones longer than `width` the piece around what differs."""
    before, after = (voice.value(value, width=_WHOLE) for value in (finding.before, finding.after))
    before, after = around_the_change(before, after, width)
    return apart(before), apart(after)


def around_the_change(before: str, after: str, width: int) -> tuple[str, str]:
    """Both in at most `width` columns, with an ellipsis for what is left out; never left out is where they differ most."""
    if max(columns(before), columns(after)) <= width or not (before and after):
        return clip(before, width), clip(after, width)
    places = _where_they_differ_most(before, after)
    longest = max(columns(value[at:]) for value, at in zip((before, after), places, strict=True))
    context = max(width // 4, width - 1 - longest)  # of what they share; all that follows is shown if there is room
    old, new = (_from(value, at, context, width) for value, at in zip((before, after), places, strict=True))
    return old, new


def _where_they_differ_most(before: str, after: str) -> tuple[int, int]:
    """Where in both the stretch begins in which the most letters went or came; the first of several."""
    shared = shared_beginning(before, after)
    most, at, places = 0, (shared, shared), (shared, shared)
    for is_equal, old, new in stretches(letters(before[shared:]), letters(after[shared:])):
        count = len("".join((old + new).split()))
        if not is_equal and count > most:
            most, places = count, at
        at = at[0] + len(old), at[1] + len(new)
    return places


def _from(value: str, place: int, context: int, width: int) -> str:
    start = place
    while start and columns(value[start - 1 : place]) <= context:
        start -= 1
    return clip(f"{ELLIPSIS if start else ''}{value[start:]}", width)


def apart(text: str) -> str:
    """Hebrew and Arabic text kept from turning round what stands beside it: `before → after` would swap its sides."""
    if any(unicodedata.bidirectional(character) in {"R", "AL", "AN"} for character in text):
        return f"{_LEFT_TO_RIGHT}{_ISOLATE}{text}{_END}"
    return text
