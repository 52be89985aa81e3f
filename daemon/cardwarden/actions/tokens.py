"""Signed tokens: whoever holds one may look at one event, and do with it what the token says, until it expires."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, StrEnum
from pathlib import Path

from cardwarden.errors import StoreError, because
from cardwarden.own_file import new_file
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.store import web as web_store
from cardwarden.store.engine import Store

_KEY = 32  # bytes
_MAC = 16  # bytes: half of SHA-256 is out of reach, and the link stays short
_SHAPE = struct.Struct(">BQBQ8s")  # version, event, verbs, expiry in seconds, a number used once
_VERSION = 1
_ONCE = 128


class Verb(StrEnum):
    """What can be done with an event from outside."""

    ACCEPT = "accept"
    RESTORE = "restore"
    QUIET = "quiet"


_BITS = {Verb.ACCEPT: 1, Verb.RESTORE: 2, Verb.QUIET: 4}


class Bad(Enum):
    """Why a token is worth nothing."""

    FORGED = "forged"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Grant:
    """May look at one event, and do `verbs` with it, until then; `once` for one that is worth nothing once it was used."""

    event_id: int
    verbs: frozenset[Verb]
    until: datetime
    once: bool = False


class Signer:
    """Writes and reads tokens with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, grant: Grant) -> str:
        """A token of letters, digits, - and _; each is another one."""
        verbs = sum(_BITS[verb] for verb in grant.verbs) | (_ONCE if grant.once else 0)
        said = _SHAPE.pack(_VERSION, grant.event_id, verbs, int(grant.until.timestamp()), secrets.token_bytes(8))
        return _text(said + self._mac(said))

    def read(self, token: str, now: datetime) -> Grant | Bad:
        """What a token grants at `now`. Only the one text that was signed counts: another writing of it could be used again."""
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return Bad.FORGED
        if _text(raw) != token:
            return Bad.FORGED
        said, mac = raw[: _SHAPE.size], raw[_SHAPE.size :]
        if len(said) < _SHAPE.size or not hmac.compare_digest(mac, self._mac(said)):
            return Bad.FORGED
        _, event_id, verbs, until, _ = _SHAPE.unpack(said)
        if until <= now.timestamp():
            return Bad.EXPIRED
        granted = frozenset(verb for verb, bit in _BITS.items() if verbs & bit)
        return Grant(event_id, granted, datetime.fromtimestamp(until, UTC), once=bool(verbs & _ONCE))

    def _mac(self, said: bytes) -> bytes:
        return hmac.digest(self._key, b"cardwarden token\0" + said, hashlib.sha256)[:_MAC]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def use_up(store: Store, token: str, grant: Grant, now: datetime) -> bool:
    """Note that a token that counts once was used; False if it was before. That is kept until it expires."""
    with store.write() as connection:
        return web_store.use_token(connection, token, now, grant.until)


def verbs_of(words: Iterable[str]) -> frozenset[Verb]:
    """The verbs that settings name."""
    return frozenset(map(Verb, words))


def signer_beside(database: Path) -> Signer:
    """The signer of a database; its key, readable by its owner alone, is made when it is first wanted.

    Raises StoreError. Whoever deletes the key makes every link worthless that was sent.
    """
    path = database.with_name(database.name + ".key")
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise StoreError(phrase("error-key-unusable", path=Code(str(path)), why=because(error))) from error
    if len(key) != _KEY:
        raise StoreError(phrase("error-key-damaged", path=Code(str(path))))
    return Signer(key)


def _make(path: Path) -> None:
    """The file has its name only when it is whole; if two processes make it, the first one's counts."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)  # of a run that was killed here
    with os.fdopen(new_file(fresh), "wb") as file:
        file.write(secrets.token_bytes(_KEY))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        return
    finally:
        fresh.unlink(missing_ok=True)
