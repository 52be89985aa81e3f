"""A topic of an ntfy server: its address as the settings write it, and as a phone posts to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from cardwarden.errors import SettingsError
from cardwarden.phrases.phrase import Code, phrase

CLOUD = "ntfy.sh"
TOPIC_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a topic, or a message in it, may be called (docs.ntfy.sh)."""


@dataclass(frozen=True, slots=True)
class Topic:
    """`url` is where a message is posted to; `user` and `password` are for reading it, a token is a password alone."""

    url: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


def topic_of(address: str) -> Topic:
    """A topic by its address: https://HOST/TOPIC, or as Apprise writes it, ntfys://USER:PASSWORD@HOST/TOPIC.

    Raises SettingsError, whose text does not name the address.
    """
    parts = urlsplit(address.strip())
    secure = {"https": "https", "ntfys": "https", "http": "http", "ntfy": "http"}.get(parts.scheme)
    path = [part for part in parts.path.split("/") if part]
    place = parts.netloc.rpartition("@")[2]
    host, name = (place, path[0]) if path else (CLOUD if parts.scheme in {"ntfy", "ntfys"} else "", place)
    if secure is None or len(path) > 1 or not host or not TOPIC_NAME.fullmatch(name):
        raise SettingsError(phrase("topic-not-understood", example=Code("ntfys://HOST/TOPIC")))
    if host == CLOUD:
        secure = "https"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if user.startswith("tk_") and not password:
        user, password = "", user
    return Topic(f"{secure}://{host}/{name}", user, password)
