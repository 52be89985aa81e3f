"""A sign-in that was kept, as the program reads it."""

from __future__ import annotations

import json
from pathlib import Path

from cardwarden.sources.sealed import opened


def refresh_token(path: Path) -> str:
    """The refresh token in a file, which must not stand there for all to read."""
    text = path.read_text("utf-8").strip()
    said = opened(path, text)
    token = str(json.loads(said)["refresh_token"])
    assert token not in text, "it is not sealed"
    return token
