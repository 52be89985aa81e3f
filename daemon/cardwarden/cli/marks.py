"""What changed inside a value, marked, so that one digit among eleven is seen."""

from __future__ import annotations

from typing import Final

from rich.text import Text

from cardwarden.text import columns

WENT: Final = "red underline"
CAME: Final = "green underline"


def marked_texts(before: str, after: str) -> tuple[Text, Text]:
    """Both values with what went from the one and what came into the other marked; unmarked if hardly anything stayed.

    A mark never parts a letter from its accents.
    """
    from cardwarden.marks import letters, stretches  # noqa: PLC0415 - most lines have no mark

    if not (before and after):
        return Text(before), Text(after)
    was, now = Text(), Text()
    marked = stretches(letters(before), letters(after))
    stayed = any(is_equal and old for is_equal, old, _ in marked)
    for is_equal, old, new in marked:
        was.append(old, "" if is_equal or not stayed else WENT)
        now.append(new, "" if is_equal or not stayed else CAME)
    return was, now


def marked_within(line: str, before: str | None, after: str | None) -> Text:
    """A line that names both values, with what changed marked in it; a value that was cut there stays unmarked."""
    whole = Text(line)
    if not (before and after):
        return whole
    first = line.find(before)
    second = line.find(after, first + len(before)) if first >= 0 else -1
    if second < 0:
        return whole
    for place, value in zip((first, second), marked_texts(before, after), strict=True):
        for span in value.spans:
            whole.stylize(span.style, place + span.start, place + span.end)
    return whole


def carets(line: Text, encoding: str, errors: str) -> str:
    """The line that stands below a line if no styles can be shown: a "^" below all that is marked; "" if nothing is.

    `encoding` and `errors` are those of what it is written to: an escape takes more columns than its letter.
    """

    def room(text: str) -> int:
        return columns(text.encode(encoding, errors).decode(encoding))

    below = ""
    for span in sorted(line.spans, key=lambda span: span.start):
        if span.style in {WENT, CAME}:
            below = below.ljust(room(line.plain[: span.start]))
            below += "^" * room(line.plain[span.start : span.end])
    return below
