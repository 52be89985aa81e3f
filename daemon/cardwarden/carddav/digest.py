"""HTTP Digest (RFC 7616): the answer to a challenge, so that a password never crosses a plain connection."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

_SCHEME: Final = re.compile(r"(?:^|,)\s*digest\s+", re.IGNORECASE)
_PARAMETER: Final = re.compile(r'\s*,?\s*([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*+)"|([^\s,"]++))')
_ESCAPED: Final = re.compile(r"\\(.)")


def _hasher(name: str) -> Callable[[bytes], str]:
    return lambda data: hashlib.new(name, data, usedforsecurity=False).hexdigest()


_ALGORITHMS: Final[Mapping[str, Callable[[bytes], str]]] = {
    "MD5": _hasher("md5"),
    "SHA-256": _hasher("sha256"),
    "SHA-512-256": _hasher("sha512_256"),
}


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server asks for. `algorithm` is one of those known here; `stale` says that only the nonce was too old."""

    realm: str
    nonce: str
    algorithm: str
    session: bool
    qop: bool
    opaque: str | None
    stale: bool


def challenges(header: str) -> Iterator[Challenge]:
    """The Digest challenges of a WWW-Authenticate header that can be answered, in the server's order of preference."""
    for scheme in _SCHEME.finditer(header):
        challenges: dict[str, str] = {}
        position = scheme.end()
        while match := _PARAMETER.match(header, position):
            name, quoted, token = match.groups()
            challenges.setdefault(name.lower(), token if quoted is None else _ESCAPED.sub(r"\1", quoted))
            position = match.end()
        named = challenges.get("algorithm", "MD5").upper()
        algorithm = named.removesuffix("-SESS")
        offered = challenges.get("qop")
        auth = offered is None or "auth" in (word.strip().lower() for word in offered.split(","))
        if algorithm in _ALGORITHMS and "nonce" in challenges and auth:
            yield Challenge(
                challenges.get("realm", ""),
                challenges["nonce"],
                algorithm,
                named.endswith("-SESS"),
                offered is not None,
                challenges.get("opaque"),
                challenges.get("stale", "").lower() == "true",
            )


def authorization(
    challenge: Challenge, username: str, password: str, method: str, url: str, count: int, client_nonce: str = ""
) -> str:
    """The Authorization header of one request; `count` says the how manyeth it is with this nonce (from 1)."""
    digest = _ALGORITHMS[challenge.algorithm]
    split = urlsplit(url)
    target = (split.path or "/") + (f"?{split.query}" if split.query else "")
    client_nonce = client_nonce or secrets.token_hex(16)
    secret = digest(f"{username}:{challenge.realm}:{password}".encode())
    if challenge.session:
        secret = digest(f"{secret}:{challenge.nonce}:{client_nonce}".encode())
    what = digest(f"{method}:{target}".encode())
    times = f"{count:08x}"
    middle = f"{challenge.nonce}:{times}:{client_nonce}:auth" if challenge.qop else challenge.nonce
    fields = {
        "username": _quoted(username),
        "realm": _quoted(challenge.realm),
        "nonce": _quoted(challenge.nonce),
        "uri": _quoted(target),
        "response": _quoted(digest(f"{secret}:{middle}:{what}".encode())),
        "algorithm": challenge.algorithm + ("-sess" if challenge.session else ""),
    }
    if challenge.opaque is not None:
        fields["opaque"] = _quoted(challenge.opaque)
    if challenge.qop or challenge.session:
        fields["cnonce"] = _quoted(client_nonce)
    if challenge.qop:
        fields |= {"qop": "auth", "nc": times}
    return "Digest " + ", ".join(f"{name}={value}" for name, value in fields.items())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
