"""Plain text for a service that reads all text as Markdown: what a contact says must not become a link, or lose its signs."""

from __future__ import annotations

import re

ALWAYS = frozenset({"Discord", "Guilded", "Mattermost", "Nextcloud Talk", "Zulip"})
"""Services, by Apprise's names, that read Markdown in what Apprise sends as plain text. For those that are sent Markdown it
takes care itself."""
_MARKS = re.compile(
    r"(?P<address>https?://\S+)"
    r"|[*`]|(?<!\w)_|_(?!\w)|~(?=~)|(?<=~)~|\|(?=\|)|(?<=\|)\||\](?=\()|<(?=[\w/:])|\\(?=[^\w\s])"
)
_AT_THE_BEGINNING = re.compile(r"^([^\S\n]*)(>|[#+-]+(?=\s))", re.MULTILINE)


def unmarked(text: str) -> str:
    """The same text with a backslash before each sign that would mark something; addresses stay as they are."""
    text = _MARKS.sub(lambda match: match[0] if match["address"] else f"\\{match[0]}", text)
    return _AT_THE_BEGINNING.sub(r"\1\\\2", text)
