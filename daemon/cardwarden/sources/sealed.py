"""A sign-in as it is kept: sealed, so that its file alone, or a copy of its folder on another machine, opens nothing.

The key is made of a file beside it and of this machine's id (machine-id(5): confidential, and shown to nobody); if a machine
has none, as in a container, of the file alone. HMAC-SHA256 in counter mode gives the stream (NIST SP 800-108), and another key
authenticates what came of it (encrypt-then-MAC, RFC 7366): no more than the standard library is needed.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from pathlib import Path
from typing import Final

_HEAD: Final = "cardwarden-sign-in-1"
_HERE, _ANYWHERE = "here", "anywhere"
_SALT: Final = 32
_TAG: Final = 32
_MACHINE: Final = Path("/etc/machine-id")


class UnopenedError(ValueError):
    """A sign-in that was sealed elsewhere, or altered, or whose key cannot be read."""


def key_file(path: Path) -> Path:
    """Where the key of the sign-in at a path is."""
    return path.with_name(f".{path.name}.key")


def kept_key(path: Path) -> str | None:
    """The key that is there, None if there is none that can be used."""
    try:
        key = key_file(path).read_text("ascii").strip()
        return key if len(bytes.fromhex(key)) == _SALT else None
    except (OSError, ValueError):
        return None


def sealed_files(path: Path, text: str, key: str | None = None) -> list[tuple[Path, str]]:
    """The files to write, in this order: the key, which is the one that is there if it is given, and what it seals."""
    key = key or secrets.token_hex(32)
    return [(key_file(path), key), (path, seal(text, key))]


def seal(text: str, key: str) -> str:
    """A text that only `key` opens, on this machine."""
    machine, salt = _machine_id(), secrets.token_bytes(_SALT)
    hidden = _stream(_part(key, machine, b"hide", salt), text.encode("utf-8"))
    tag = hmac.digest(_part(key, machine, b"sign", salt), hidden, "sha256")
    packed = base64.b64encode(salt + tag + hidden).decode()
    return f"{_HEAD} {_HERE if machine else _ANYWHERE} {packed}"


def opened(path: Path | None, text: str) -> str:
    """The sign-in in a file's text; one that was never sealed is given back as it is. Raises ValueError."""
    if path is None or not text.startswith(_HEAD):
        return text
    key = kept_key(path)
    if key is None:
        raise UnopenedError
    return unseal(text, key)


def unseal(text: str, key: str) -> str:
    """What `seal` was given. Raises ValueError if it was another key, or another machine, or somebody altered it."""
    _, where, packed = text.split()
    machine = _machine_id() if where == _HERE else b""
    raw = base64.b64decode(packed, validate=True)
    salt, tag, hidden = raw[:_SALT], raw[_SALT : _SALT + _TAG], raw[_SALT + _TAG :]
    if not hmac.compare_digest(tag, hmac.digest(_part(key, machine, b"sign", salt), hidden, "sha256")):
        raise UnopenedError
    return _stream(_part(key, machine, b"hide", salt), hidden).decode("utf-8")


def _part(key: str, machine: bytes, use: bytes, salt: bytes) -> bytes:
    return hmac.digest(bytes.fromhex(key), b"cardwarden sign-in\0" + use + b"\0" + salt + machine, "sha256")


def _stream(key: bytes, data: bytes) -> bytes:
    blocks = range(-(-len(data) // 32))
    stream = b"".join(hmac.digest(key, block.to_bytes(8, "big"), "sha256") for block in blocks)
    return bytes(one ^ other for one, other in zip(data, stream, strict=False))


def _machine_id() -> bytes:
    try:
        return _MACHINE.read_bytes().strip()
    except OSError:
        return b""
