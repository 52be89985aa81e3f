"""The parts of a web address that say where it leads."""

from __future__ import annotations

import re

LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|(?=[\w-]+(?:\.[\w-]+)+(?:[/?#@:]|\Z)))(?:([^/?#]*)@)?([^/?#:]*)(?::[0-9]*)?(.*)",
    re.IGNORECASE | re.DOTALL,
)
"""Before the host (a name, a password), the host, what stands behind it. A scheme may be missing."""


def linked_host(link: str) -> str:
    """Which host answers, in small letters and without `www.`; "" if the text names none."""
    parts = LINK.match(link)
    return parts[2].lower().removeprefix("www.") if parts else ""
