"""A file's name as a href, which every database and every JSON can hold, and back."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

_ESCAPED = re.compile("[\udc80-\udcff]")


def href_of(name: bytes) -> str:
    """A file's name as text: bytes that are no UTF-8, and `%`, as `%XX`."""
    if name.isascii() and b"%" not in name:
        return name.decode("ascii")
    text = name.replace(b"%", b"%25").decode("utf-8", "surrogateescape")
    return _ESCAPED.sub(lambda match: f"%{ord(match[0]) - 0xDC00:02X}", text)


def name_of(href: str) -> bytes:
    """The file's name that `href_of` made `href` from."""
    return unquote_to_bytes(href)
