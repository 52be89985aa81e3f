"""A vCard made of what a provider's own interface says."""

from __future__ import annotations

from collections.abc import Iterable


def card_of(uid: str, lines: Iterable[str], *, version: str = "3.0") -> bytes:
    """The card as UTF-8, its lines in the order given, so that the same contact is the same bytes."""
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", f"UID:{escaped(uid)}", *lines, "END:VCARD", ""]).encode(
        "utf-8", "replace"
    )


def escaped(text: str) -> str:
    """A text as a vCard line holds it (RFC 2426, section 4)."""
    safe = text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return safe.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n").replace("\0", "")
