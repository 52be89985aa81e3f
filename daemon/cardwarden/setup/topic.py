"""A topic of ntfy's that nobody can guess: whoever knows its name can read and write there."""

from __future__ import annotations

import secrets
from typing import Final

SERVER: Final = "ntfy.sh"
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"  # none that look alike when they are typed on a phone
_LENGTH: Final = 20  # 100 bits


def new_topic() -> str:
    """Such as `cw-m4xk…`: 100 random bits, easy to type."""
    return "cw-" + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def address_of(topic: str, server: str = SERVER) -> str:
    """The Apprise address of a topic. `server` may name a port, and http:// for a server at home without TLS."""
    scheme, _, host = server.rpartition("://")
    return f"{'ntfy' if scheme == 'http' else 'ntfys'}://{host.strip('/')}/{topic}"


def page_of(topic: str, server: str = SERVER) -> str:
    """Where a person sees the topic in a browser."""
    scheme, _, host = server.rpartition("://")
    return f"{scheme or 'https'}://{host.strip('/')}/{topic}"
