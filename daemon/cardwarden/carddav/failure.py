"""Why a server could not be read: the kinds of failure, each as a sentence for the book's owner."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator
from enum import Enum
from http import HTTPStatus

import requests

from cardwarden.carddav.href import host_of, shown_address
from cardwarden.errors import SourceError, distrust
from cardwarden.phrases.phrase import Code, Saying, Sentence, phrase

BUSY = frozenset({429, 502, 503, 504})
"""Statuses that mean: not now."""


class FailureKind(Enum):
    """What a caller may do about a failure."""

    ACCESS = "the credentials are refused"
    FORBIDDEN = "this user may not read this"
    AWAY = "there is nothing at this address"
    PAGE = "a web page came instead of data"
    UNREACHABLE = "the network or the server is down; later it may work"
    SILENT = "the server took the request and does not answer; later it may work"
    PASSING = "the server is busy, or an answer was cut off; later it may work"
    FAULT = "the server failed at this request"
    ANSWER = "an answer that makes no sense, or is too large"
    SETUP = "the settings or a certificate have to be changed"


MAY_PASS = frozenset({FailureKind.UNREACHABLE, FailureKind.SILENT, FailureKind.PASSING})
"""Failures after which the same request may succeed."""


class DavError(SourceError):
    """A request did not bring what was asked for. What it says names hosts and paths, never a secret."""

    def __init__(self, kind: FailureKind, said: Saying) -> None:
        super().__init__(said)
        self.kind = kind


def refused(status: int, url: str, *, authorized: bool) -> DavError:
    """What an answer with an error status means. `authorized` says whether credentials were sent to that host."""
    host = host_of(url)
    if status == HTTPStatus.UNAUTHORIZED and not authorized:
        return DavError(
            FailureKind.ACCESS,
            phrase("dav-wants-password", host=Code(host)),
        )
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED}:
        return DavError(
            FailureKind.ACCESS,
            phrase("dav-password-refused", host=Code(host), status=str(int(status))),
        )
    if status == HTTPStatus.FORBIDDEN:
        return DavError(
            FailureKind.FORBIDDEN,
            phrase("dav-forbidden", host=Code(host), url=Code(shown_address(url))),
        )
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return DavError(
            FailureKind.AWAY,
            phrase("dav-nothing-there", url=Code(shown_address(url)), status=str(int(status))),
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return DavError(FailureKind.PASSING, phrase("dav-too-many", host=Code(host)))
    if status in {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED} or status < HTTPStatus.BAD_REQUEST:
        return DavError(
            FailureKind.ANSWER,
            phrase("dav-no-carddav", url=Code(shown_address(url)), status=str(int(status))),
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return DavError(
            FailureKind.PASSING if status in BUSY else FailureKind.FAULT,
            phrase("dav-server-fault", host=Code(host), status=str(int(status))),
        )
    return DavError(
        FailureKind.ANSWER,
        phrase("dav-not-accepted", host=Code(host), url=Code(shown_address(url)), status=str(int(status))),
    )


def login_page(url: str) -> DavError:
    """A web page came where data should come: a login form, a captive portal, an error of a proxy."""
    return DavError(
        FailureKind.PAGE,
        phrase("dav-web-page", host=Code(host_of(url))),
    )


def slow(url: str) -> DavError:
    """An answer did not end in time."""
    return DavError(FailureKind.PASSING, phrase("dav-answer-slow", host=Code(host_of(url))))


def unconnected(error: Exception, url: str) -> DavError:
    """What an error of the network means. Its own text is not shown: a library may write a header into it."""
    host = host_of(url)
    causes = list(_causes(error))
    for cause in causes:
        match cause:
            case ssl.SSLCertVerificationError():
                return DavError(
                    FailureKind.SETUP,
                    phrase("dav-untrusted", host=Code(host), why=distrust(cause.verify_code, cause.verify_message)),
                )
            case ssl.SSLError() if not isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
                return DavError(
                    FailureKind.SETUP,
                    phrase("dav-no-safe-connection", host=Code(host), why=Sentence(cause.reason or "TLS")),
                )
            case socket.gaierror():
                return DavError(
                    FailureKind.UNREACHABLE,
                    phrase("dav-name-unknown", host=Code(host)),
                )
            case ConnectionRefusedError():
                return DavError(
                    FailureKind.UNREACHABLE,
                    phrase("dav-connection-refused", host=Code(host)),
                )
            case OSError() if cause.errno in {errno.ENETUNREACH, errno.EHOSTUNREACH}:
                return DavError(FailureKind.UNREACHABLE, phrase("dav-no-way", host=Code(host)))
    timeouts = (requests.Timeout, TimeoutError)
    if any(isinstance(cause, timeouts) or type(cause).__name__ == "ReadTimeoutError" for cause in causes):
        kind = FailureKind.UNREACHABLE if isinstance(error, requests.ConnectTimeout) else FailureKind.SILENT
        return DavError(kind, phrase("dav-no-answer", host=Code(host)))
    if isinstance(error, requests.RequestException | TimeoutError | ConnectionError):
        if isinstance(error, requests.exceptions.InvalidHeader):
            return DavError(
                FailureKind.SETUP,
                phrase("dav-odd-credentials", host=Code(host)),
            )
        return DavError(FailureKind.PASSING, phrase("dav-broke-off", host=Code(host)))
    if isinstance(error, OSError):
        return DavError(FailureKind.SETUP, phrase("dav-certificates-unread"))
    return DavError(FailureKind.SETUP, phrase("dav-odd-address", host=Code(host)))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what it stands for: libraries keep the first cause as an argument, a reason or a context."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop()
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
