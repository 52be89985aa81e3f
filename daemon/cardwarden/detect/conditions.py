"""The conditions of a book: that it cannot be read, or looks like another one."""

from __future__ import annotations

from cardwarden.detect.outcome import Doubt

ACCESS_LOST = "access-lost"
MEMBER_UNREAD = "member-unread"
_CONDITIONS = {Doubt.OTHER_BOOK: "other-book", Doubt.RENAMED: "renamed-source"}


def condition_of(doubt: Doubt) -> str:
    """The rule of the condition that tells of a doubt."""
    return _CONDITIONS.get(doubt, ACCESS_LOST)


CONDITIONS = frozenset({ACCESS_LOST, *_CONDITIONS.values()})
"""The rules of the conditions that tell of doubts: they are over when a reading is believed."""
