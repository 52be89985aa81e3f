"""What a card's bytes are known by."""

from __future__ import annotations

import hashlib


def digest_of(data: bytes) -> str:
    """SHA-256 of a card's bytes, hex: what its body is stored under."""
    return hashlib.sha256(data).hexdigest()
