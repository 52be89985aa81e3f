"""Requests to a CardDAV server: our own redirects, retries, limits; every failure is a DavError with a sentence."""

from __future__ import annotations

import codecs
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import partial
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any, Final

import requests
from requests.auth import AuthBase

from cardwarden import __version__
from cardwarden.carddav.auth import Anonymous, Authorization, Credentials
from cardwarden.carddav.deadline import Deadline, mind_deadlines
from cardwarden.carddav.failure import BUSY, MAY_PASS, DavError, FailureKind, login_page, refused, slow, unconnected
from cardwarden.carddav.hosts import AT_ONCE, Everybody, Host, Hosts, LeftAloneError
from cardwarden.carddav.href import absolute, allows, authority, host_of, is_loopback, same_site
from cardwarden.carddav.multistatus import Multistatus, MultistatusError, parse_multistatus
from cardwarden.carddav.no_redirects import NoRedirects
from cardwarden.clock import Clock
from cardwarden.logged import warn
from cardwarden.phrases.phrase import Code, phrase

_log = logging.getLogger(__name__)

MULTI_STATUS: Final = 207
MEDIA_TYPES: Final = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
"""What servers call a card; SabreDAV 1.8 says x-vcard."""

_REPEATABLE: Final = {"GET", "PROPFIND", "REPORT"}
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


class _Session(NoRedirects):
    """Cookies are dropped: a session that a server ties to one would end in the middle of the week."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        mind_deadlines(self, AT_ONCE)
        self._settings: dict[tuple[object, ...], Any] = {}

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        """As requests finds them in the environment, once for each host: it would go through it at each request."""
        key = (url.partition(":")[0], authority(url), verify, cert)
        if key not in self._settings:
            self._settings[key] = super().merge_environment_settings(url, proxies, stream, verify, cert)
        return dict(self._settings[key])


class Client:
    """Talks to the server of one address, and to other hosts only where the server points there.

    `credential_hosts` are further hosts that may be sent the credentials. `tls_cert` is a client certificate, one PEM file
    with its key, or two; it is shown where the credentials may go, and nowhere else. `hosts` is what this run knows of
    the servers that it asks. Several threads may ask at once.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        clock: Clock,
        *,
        hosts: Hosts | None = None,
        credential_hosts: tuple[str, ...] = (),
        tls_ca: Path | None = None,
        tls_cert: tuple[Path, ...] = (),
        limits: Limits | None = None,
    ) -> None:
        """`tls_ca` is a file with the authorities that are trusted instead of the machine's."""
        self.url = url
        self.limits = limits or Limits()
        self._clock = clock
        self._hosts = hosts or Hosts(clock)
        self._authorization = Authorization(credentials)
        self._credential_hosts = credential_hosts
        self._verify = str(tls_ca) if tls_ca else None
        self._cert = tuple(map(str, tls_cert))
        self._session = _Session()
        self._warned = False
        self.begin()

    def begin(self) -> None:
        """What belongs together begins, such as a check; all of it gets no longer than the run has patience.

        What nobody began did so when the client was made: nothing is asked for ever.
        """
        self._until = self._clock.monotonic() + self._hosts.patience.whole

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def propfind(self, url: str, query: bytes, *, depth: int) -> Multistatus:
        """The properties of a resource and, with depth 1, of its members."""
        return self._multistatus(self.request("PROPFIND", url, query, {"Depth": str(depth)}))

    def report(self, url: str, query: bytes, *, depth: int) -> Multistatus | Response:
        """What a REPORT brings; a Response if the server refuses it and no credentials are at fault."""
        answer = self.request("REPORT", url, query, {"Depth": str(depth)})
        if answer.status in {200, MULTI_STATUS, 401}:
            return self._multistatus(answer)
        return answer

    def get(self, url: str, *, accept: str = "text/vcard", packed: bool = True) -> Response:
        """A resource's bytes, with status 200. Raises DavError for every other status and for a web page.

        Unless `packed`, nobody on the way is to compress them: who does gives them an etag that the server does not know.
        """
        unpacked = {} if packed else {"Accept-Encoding": "identity"}
        answer = self.request("GET", url, headers={"Accept": accept, **unpacked})
        if answer.status != 200:
            raise refused(answer.status, answer.url, authorized=answer.authorized)
        if answer.is_web_page:
            raise login_page(answer.url)
        return answer

    def request(
        self,
        method: str,
        url: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        repeatable: bool = False,
    ) -> Response:
        """The final answer, whatever its status. Raises DavError if there is none.

        `repeatable` says that it only reads, though its method may write: it is tried again, as those that only read are.

        Redirects keep method and body (RFC 9110 lets a client turn some into GET, which no CardDAV server means) and
        never lead from https to http.
        """
        self._check_step(self.url, url)
        sent = {"Accept-Encoding": "gzip", "User-Agent": f"cardwarden/{__version__}", **(headers or {})}
        if body:
            sent.setdefault("Content-Type", "application/xml; charset=utf-8")
        for _ in range(_REDIRECTS_AT_MOST):
            answer = self._patiently(method, url, body, sent, repeatable=repeatable or method in _REPEATABLE)
            target = answer.headers.get("Location")
            if answer.status not in _REDIRECTS or not target:
                return answer
            try:
                target = absolute(url, target)
            except ValueError:
                raise DavError(FailureKind.ANSWER, phrase("dav-redirect-odd", host=Code(host_of(url)))) from None
            self._check_step(url, target)
            url = target
        raise DavError(FailureKind.ANSWER, phrase("dav-redirect-circle", host=Code(host_of(url))))

    def _check_step(self, here: str, there: str) -> None:
        """Raises DavError if a safe connection would become one that anybody can read."""
        if here.startswith("https:") and not there.startswith("https:"):
            raise DavError(
                FailureKind.SETUP,
                phrase("dav-redirect-unsafe", host=Code(host_of(here)), other=Code(host_of(there))),
            )

    def _multistatus(self, answer: Response) -> Multistatus:
        if answer.status != MULTI_STATUS:
            if answer.status == 200 and answer.is_web_page:
                raise login_page(answer.url)
            raise refused(answer.status, answer.url, authorized=answer.authorized)
        try:
            return replace(parse_multistatus(answer.body, depth=self.limits.depth), url=answer.url)
        except MultistatusError as error:
            if answer.is_web_page:
                raise login_page(answer.url) from None
            raise DavError(
                FailureKind.ANSWER, phrase("dav-answer-odd", host=Code(host_of(answer.url)), why=error.said)
            ) from None

    def _patiently(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str], *, repeatable: bool
    ) -> Response:
        """Sends a request until it is answered; one that only reads is sent again if that may help."""
        host = self._hosts.of(url)
        pauses = self._hosts.patience.pauses if repeatable else ()
        for pause in pauses:
            began = self._clock.monotonic()
            try:
                response = self._authorized(host, method, url, body, headers)
            except LeftAloneError:
                raise
            except DavError as error:
                if error.kind not in MAY_PASS or self._clock.monotonic() - began > self._hosts.patience.repeated:
                    raise
                host.wait(pause, phrase("waits-unanswered", host=Code(host_of(url))))
            else:
                if response.status not in BUSY:
                    return response
                asked = self._asked_pause(response)
                if asked > pause:
                    host.leave_alone(asked)  # which the next try heeds
                else:
                    host.wait(
                        pause, phrase("waits-while-busy", host=Code(host_of(url)), status=str(int(response.status)))
                    )
        try:
            response = self._authorized(host, method, url, body, headers)
        except DavError as error:
            if error.kind is FailureKind.UNREACHABLE:
                host.give_up(error, Everybody.ALL)
            elif error.kind is FailureKind.SILENT:
                host.give_up(error, self._authorization.account)
            raise
        if response.status in BUSY:
            host.leave_alone(self._asked_pause(response))
            busy = refused(response.status, response.url, authorized=response.authorized)
            host.give_up(busy, self._authorization.account)
        return response

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

    def _authorized(self, host: Host, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """One answer; a 401 is answered in another way if there is one."""
        trusted = same_site(self.url, url) or allows(self._credential_hosts, url)
        self._warn_of_plain(url)
        for _ in range(_LOGINS_AT_MOST):
            auth = self._authorization.for_request(url) if trusted else Anonymous()
            with host.turn(self._authorization.account):
                response = self._send(method, url, body, headers, auth, trusted=trusted)
            challenge = response.headers.get("WWW-Authenticate", "")
            if response.status != 401 or not trusted or not self._authorization.another_way(url, auth, challenge):
                break
        return response

    def _send(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str], auth: AuthBase, *, trusted: bool
    ) -> Response:
        """Sends one request and reads all of its answer. `trusted` hosts are shown the client certificate."""
        left = self._until - self._clock.monotonic()
        if left <= 0:
            raise LeftAloneError(
                FailureKind.PASSING,
                phrase("dav-too-slow", host=Code(host_of(url))),
            )
        whole = min(self.limits.whole, self._hosts.patience.answer, left)
        deadline = Deadline(whole, partial(self._hosts.of(url).say_slow, whole), self._hosts.patience.noticed)
        try:
            with (
                deadline,
                self._session.request(
                    method,
                    url,
                    data=body or None,
                    headers=dict(headers),
                    auth=auth,
                    timeout=(min(self.limits.connect, whole), min(self.limits.read, whole)),
                    allow_redirects=False,
                    stream=True,
                    verify=self._verify,
                    cert=self._certificate() if trusted else None,
                ) as response,
            ):
                content = self._read(response, url, whole)
        except DavError:
            raise
        except (requests.RequestException, HTTPException, OSError, ValueError) as error:
            # its text may hold a header
            raise (slow(url) if deadline.is_over else unconnected(error, url)) from None
        if deadline.is_over:  # an answer without a length may have been cut without an error
            raise slow(url)
        return Response(url, response.status_code, response.headers, content, not isinstance(auth, Anonymous))

    def _certificate(self) -> str | tuple[str, str] | None:
        match self._cert:
            case (both,):
                return both
            case (certificate, key):
                return certificate, key
        return None

    def _read(self, response: requests.Response, url: str, seconds: float) -> bytes:
        """The unpacked body, the one way in for what a server sends. Raises DavError if it is too large, slow, or cut off."""
        until = self._clock.monotonic() + seconds
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > self.limits.body:
                raise DavError(
                    FailureKind.ANSWER,
                    phrase("dav-answer-large", host=Code(host_of(url)), limit=self.limits.body),
                )
            if self._clock.monotonic() > until:
                raise slow(url)
        body = b"".join(parts)
        if response.status_code in {200, MULTI_STATUS} and _looks_cut_off(response, body):
            raise DavError(FailureKind.PASSING, phrase("dav-answer-cut", host=Code(host_of(url))))
        return body

    def _warn_of_plain(self, url: str) -> None:
        if not self._warned and url.startswith("http:") and not is_loopback(url):
            self._warned = True
            warn(_log, phrase("log-plain-http", host=Code(host_of(url))))


def _looks_cut_off(response: requests.Response, body: bytes) -> bool:
    """Whether an answer that says nowhere how long it is (PHP's own server) ends if no XML, JSON or card ends.

    That the last line end of a card is missing cannot be known.
    """
    if "Content-Length" in response.headers or "chunked" in response.headers.get("Transfer-Encoding", "").lower():
        return False
    text = body.removeprefix(codecs.BOM_UTF8).strip()
    if text.startswith(b"<"):
        return not text.endswith(b">")
    if text.startswith(b"{"):
        return not text.endswith(b"}")
    return text[-9:].upper() != b"END:VCARD"
