"""The one password, kept as its scrypt beside the database, and the slowing of whoever guesses it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from datetime import timedelta
from pathlib import Path

from cardwarden.clock import Clock
from cardwarden.errors import StoreError, UsageError, because
from cardwarden.own_file import replace_file
from cardwarden.phrases.phrase import Code, phrase

SHORTEST = 8  # characters
SET_PASSWORD = Code("cardwarden web password")
"""The command that sets it."""
_N, _R, _P = 1 << 14, 8, 5  # OWASP's Password Storage Cheat Sheet, scrypt with 16 MiB
_FREE = 5  # wrong ones before anybody has to wait
_LONGEST_WAIT = 900.0  # seconds
_KNOWN = 4096  # addresses that are remembered
_LOOK = threading.Lock()  # one password at a time: each takes 16 MiB and a third of a second


def password_beside(database: Path) -> Path:
    """Where the password of a database's page is kept."""
    return database.with_name(database.name + ".password")


def set_password(path: Path, password: str) -> None:
    """Keep a new password; only its owner may read the file. Raises UsageError for one that is too short, StoreError."""
    if len(password) < SHORTEST:
        raise UsageError(phrase("web-password-short", count=SHORTEST))
    salt = secrets.token_bytes(16)
    line = "$".join(("scrypt", str(_N), str(_R), str(_P), _text(salt), _text(_digest(password, salt, _N, _R, _P))))
    try:
        replace_file(path, f"{line}\n".encode("ascii"))
    except OSError as error:
        raise StoreError(phrase("web-password-not-kept", path=Code(str(path)), why=because(error))) from error


def is_right(path: Path, password: str) -> bool:
    """Whether that is the password; False if there is none. Raises StoreError if the file is damaged."""
    try:
        kind, *numbers, salt, digest = path.read_text("ascii").strip().split("$")
        n, r, p = map(int, numbers)
        known = base64.b64decode(digest, validate=True)
        given = _digest(password, base64.b64decode(salt, validate=True), n, r, p)
        return kind == "scrypt" and hmac.compare_digest(known, given)
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        raise StoreError(phrase("web-password-unreadable", path=Code(str(path)), command=SET_PASSWORD)) from error


def _digest(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"), salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=32
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def looked_at(path: Path, word: str, throttle: Throttle, address: str) -> bool | timedelta:
    """Whether the password is right; how long to wait if too many wrong ones came from that address."""
    if wait := throttle.wait(address):
        return timedelta(seconds=wait)
    with _LOOK:
        right = is_right(path, word)
    if right:
        throttle.right(address)
    else:
        throttle.wrong(address)
    return right


class Throttle:
    """Counts wrong passwords by where they come from: after five each costs twice the wait of the one before."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, address: str) -> float:
        """Seconds until a password from there is looked at again; 0 for now."""
        with self._lock:
            _, free_at = self._wrong.get(address, (0, 0.0))
        return max(0.0, free_at - self._clock.monotonic())

    def wrong(self, address: str) -> None:
        """A wrong one came."""
        with self._lock:
            count, _ = self._wrong.pop(address, (0, 0.0))
            pause = 0.0 if count + 1 < _FREE else min(2.0 ** (count + 1 - _FREE), _LONGEST_WAIT)
            self._wrong[address] = (count + 1, self._clock.monotonic() + pause)
            while len(self._wrong) > _KNOWN:
                self._wrong.popitem(last=False)

    def right(self, address: str) -> None:
        """The right one came."""
        with self._lock:
            self._wrong.pop(address, None)
