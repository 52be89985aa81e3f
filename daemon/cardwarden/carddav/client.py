"""Requests to a CardDAV server: our own redirects, retries, limits; every failure is a DavError with a sentence."""

from __future__ import annotations

import codecs
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Final

import requests

from cardwarden import __version__
from cardwarden.carddav.auth import Anonymous, Authorization, Credentials
from cardwarden.carddav.failure import BUSY, DavError, FailureKind, login_page, refused, unconnected
from cardwarden.carddav.href import absolute, allows, host_of, is_loopback, same_site
from cardwarden.carddav.multistatus import Multistatus, MultistatusError, parse
from cardwarden.clock import Clock
from cardwarden.text import plural

_log = logging.getLogger(__name__)

MULTI_STATUS: Final = 207
MEDIA_TYPES: Final = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
"""What servers call a card; SabreDAV 1.8 says x-vcard."""

_REPEATABLE: Final = {"GET", "PROPFIND", "REPORT"}
_PAUSES: Final = (1.0, 3.0, 9.0)  # seconds before the second, third and fourth try
_LONGEST_PAUSE: Final = 120.0  # a server that asks for more is left alone until the next check
_REDIRECTS: Final = {301, 302, 303, 307, 308}
_REDIRECTS_AT_MOST: Final = 10
_LOGINS_AT_MOST: Final = 3
_CHUNK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may take.

    connect, read, whole  seconds: for the connection, between two packets, and in all
    body                  bytes, unpacked
    depth                 how deep its XML may be nested
    """

    connect: float = 10.0
    read: float = 60.0
    whole: float = 600.0
    body: int = 64 << 20
    depth: int = 64


@dataclass(frozen=True, slots=True)
class Response:
    """A server's answer; `url` is where it came from after redirects, `authorized` whether credentials went there."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    authorized: bool

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def is_web_page(self) -> bool:
        """Whether a person was meant to read it; a login page may call itself XML, a card may hold anything."""
        if self.content_type in MEDIA_TYPES:
            return False
        start = self.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith((b"<!doctype html", b"<html")) or (
            self.content_type == "text/html" and start.startswith(b"<")
        )


class _Session(requests.Session):
    """Cookies are dropped: a session that a server ties to one would end in the middle of the week."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: a redirect is the client's to follow, and its body is not read without a limit here."""


class Client:
    """Talks to the server of one address, and to other hosts only where the server points there.

    `credential_hosts` are further hosts that may be sent the credentials. `tls_cert` is a client certificate: one PEM file
    with its key, or two.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        clock: Clock,
        *,
        credential_hosts: tuple[str, ...] = (),
        tls_ca: Path | None = None,
        tls_cert: tuple[Path, ...] = (),
        limits: Limits | None = None,
    ) -> None:
        self.url = url
        self.limits = limits or Limits()
        self._clock = clock
        self._authorization = Authorization(credentials)
        self._credential_hosts = credential_hosts
        self._verify = str(tls_ca) if tls_ca else None
        self._cert = tuple(map(str, tls_cert))
        self._session = _Session()
        self._warned = False

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def propfind(self, url: str, query: bytes, *, depth: int) -> Multistatus:
        """The properties of a resource and, with depth 1, of its members."""
        return self._multistatus(self.request("PROPFIND", url, query, {"Depth": str(depth)}))

    def report(self, url: str, query: bytes, *, depth: int) -> Multistatus | Response:
        """What a REPORT brings; a Response where the server refuses it and no credentials are at fault."""
        answer = self.request("REPORT", url, query, {"Depth": str(depth)})
        if answer.status in {200, MULTI_STATUS, 401}:
            return self._multistatus(answer)
        return answer

    def get(self, url: str, *, accept: str = "text/vcard") -> Response:
        """A resource's bytes, with status 200. Raises DavError for every other status and for a web page."""
        answer = self.request("GET", url, headers={"Accept": accept})
        if answer.status != 200:
            raise refused(answer.status, answer.url, authorized=answer.authorized)
        if answer.is_web_page:
            raise login_page(answer.url)
        return answer

    def request(self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Response:
        """The final answer, whatever its status. Raises DavError where there is none.

        Redirects keep method and body (RFC 9110 lets a client turn some into GET, which no CardDAV server means) and
        never lead from https to http.
        """
        self._check_step(self.url, url)
        sent = {"Accept-Encoding": "gzip", "User-Agent": f"cardwarden/{__version__}", **(headers or {})}
        if body:
            sent.setdefault("Content-Type", "application/xml; charset=utf-8")
        for _ in range(_REDIRECTS_AT_MOST):
            answer = self._patiently(method, url, body, sent)
            target = answer.headers.get("Location")
            if answer.status not in _REDIRECTS or not target:
                return answer
            try:
                target = absolute(url, target)
            except ValueError:
                raise DavError(
                    FailureKind.ANSWER, f"{host_of(url)} redirects to something that is no address."
                ) from None
            self._check_step(url, target)
            url = target
        raise DavError(FailureKind.ANSWER, f"{host_of(url)} redirects in a circle. Correct `url`.")

    def _check_step(self, here: str, there: str) -> None:
        """Raises DavError where a safe connection would become one that anybody can read."""
        if here.startswith("https:") and not there.startswith("https:"):
            raise DavError(
                FailureKind.SETUP,
                f"{host_of(here)} points from https to http at {host_of(there)}, which was not followed: the password "
                "and the contacts could be read on the way. The server's set-up has to be corrected.",
            )

    def _multistatus(self, answer: Response) -> Multistatus:
        if answer.status != MULTI_STATUS:
            if answer.status == 200 and answer.is_web_page:
                raise login_page(answer.url)
            raise refused(answer.status, answer.url, authorized=answer.authorized)
        try:
            return replace(parse(answer.body, depth=self.limits.depth), url=answer.url)
        except MultistatusError as error:
            if answer.is_web_page:
                raise login_page(answer.url) from None
            raise DavError(
                FailureKind.ANSWER, f"The answer of {host_of(answer.url)} cannot be understood: {error}."
            ) from None

    def _patiently(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """Sends a request until it is answered; one that only reads is sent again where that may help."""
        pauses = _PAUSES if method in _REPEATABLE else ()
        for pause in pauses:
            try:
                answer = self._authorized(method, url, body, headers)
            except DavError as error:
                if error.kind is not FailureKind.PASSING:
                    raise
                wait = pause
            else:
                if answer.status not in BUSY:
                    return answer
                wait = max(pause, self._asked_pause(answer))
                if wait > _LONGEST_PAUSE:
                    minutes = plural(round(wait / 60), "minute")
                    raise DavError(
                        FailureKind.PASSING,
                        f"{host_of(url)} asks to be left alone for {minutes} ({answer.status}). A later check tries again.",
                    )
            self._clock.sleep(wait)
        return self._authorized(method, url, body, headers)

    def _asked_pause(self, answer: Response) -> float:
        """Seconds that Retry-After asks for, in either of its forms (RFC 9110 section 10.2.3)."""
        asked = answer.headers.get("Retry-After", "").strip()
        if asked.isascii() and asked.isdigit():
            return float(asked[:9])
        try:
            at = parsedate_to_datetime(asked)
        except ValueError:
            return 0.0
        return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - self._clock.now()).total_seconds()

    def _authorized(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """One answer; a 401 is answered in another way where there is one."""
        may = same_site(self.url, url) or allows(self._credential_hosts, url)
        self._warn_of_plain(url)
        for _ in range(_LOGINS_AT_MOST):
            answer = self._send(method, url, body, headers, may=may)
            challenge = answer.headers.get("WWW-Authenticate", "")
            if answer.status != 401 or not may or not self._authorization.another_way(url, challenge):
                break
        return answer

    def _send(self, method: str, url: str, body: bytes, headers: Mapping[str, str], *, may: bool) -> Response:
        auth = self._authorization.for_request(url) if may else Anonymous()
        try:
            with self._session.request(
                method,
                url,
                data=body or None,
                headers=dict(headers),
                auth=auth,
                timeout=(self.limits.connect, self.limits.read),
                allow_redirects=False,
                stream=True,
                verify=self._verify,
                cert=self._certificate(),
            ) as response:
                content = self._read(response, url)
        except DavError:
            raise
        except (requests.RequestException, HTTPException, OSError, ValueError) as error:
            raise unconnected(error, url) from None  # its text may hold a header
        return Response(url, response.status_code, response.headers, content, may and not isinstance(auth, Anonymous))

    def _certificate(self) -> str | tuple[str, str] | None:
        match self._cert:
            case (both,):
                return both
            case (certificate, key):
                return certificate, key
        return None

    def _read(self, response: requests.Response, url: str) -> bytes:
        """The unpacked body. Raises DavError where it is too large, too slow, or cut off."""
        until = self._clock.monotonic() + self.limits.whole
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > self.limits.body:
                raise DavError(
                    FailureKind.ANSWER,
                    f"{host_of(url)} sent more than {self.limits.body:,} bytes in one answer, which was not read.",
                )
            if self._clock.monotonic() > until:
                raise DavError(
                    FailureKind.PASSING, f"{host_of(url)} sent its answer too slowly. A later check tries again."
                )
        body = b"".join(parts)
        if response.status_code in {200, MULTI_STATUS} and _looks_cut_off(response, body):
            raise DavError(FailureKind.PASSING, f"An answer of {host_of(url)} was cut off. A later check tries again.")
        return body

    def _warn_of_plain(self, url: str) -> None:
        if not self._warned and url.startswith("http:") and not is_loopback(url):
            self._warned = True
            _log.warning(
                "%s is read over plain http: everybody on the way can read the contacts. Use https.", host_of(url)
            )


def _looks_cut_off(response: requests.Response, body: bytes) -> bool:
    """Whether an answer that says nowhere how long it is (PHP's own server) ends where neither XML nor a card ends.

    That the last line end of a card is missing cannot be known.
    """
    if "Content-Length" in response.headers or "chunked" in response.headers.get("Transfer-Encoding", "").lower():
        return False
    text = body.removeprefix(codecs.BOM_UTF8).strip()
    if text.startswith(b"<"):
        return not text.endswith(b">")
    return text[-9:].upper() != b"END:VCARD"
