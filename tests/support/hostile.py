"""Text that would act where it is not taken as data, and how to see that it acted."""

from __future__ import annotations

import unicodedata
from html.parser import HTMLParser

HOSTILE = {
    "escapes": "\x1b]0;pwned\x07\x1b[2J\x9b1mMARK",
    "direction": "MARK\u202e gnp.exe\u2066",
    "zero-width": "MA\u200bRK\u2060\ufeff",
    "look-alike": "МАRК",
    "mention": "@everyone <!channel> <@U1> @here MARK",
    "html": "<script>alert('MARK')</script><img src=x onerror=alert(1)>\"'>",
    "markdown": "[MARK](https://evil.example) **bold** `code` <https://evil.example>",
    "format": "%s%n%x {0} {name!r} ${HOME} MARK",
    "template": "{{ 7 * 7 }}{% raise %}MARK",
    "formula": '=HYPERLINK("https://evil.example","MARK")|\' /C calc\'!A0',
    "newline": "MARK\r\nBcc: evil@example.org\r\n\r\ncardwarden: all is well",
    "path": "../../MARK/\x00/etc/passwd",
    "long": "MARK" + "W" * 1_000_000,
}
VISIBLE = {"Cc", "Cs", "Co", "Zl", "Zp", "Cf"}


def acts(text: str) -> list[str]:
    """Characters that would do something on a terminal, or hide or turn what stands beside them."""
    return [f"U+{ord(c):04X}" for c in text if c != "\n" and unicodedata.category(c) in VISIBLE]


def written(text: str) -> str:
    """A value as a vCard line holds it (RFC 6350, 3.4)."""
    safe = text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return safe.replace("\r\n", "\\n").replace("\n", "\\n").replace("\x00", "")


class Tags(HTMLParser):
    """The tags of a page, and what in it would run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.running: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.running += [name for name, value in attrs if name.startswith("on") or "script:" in (value or "")]
