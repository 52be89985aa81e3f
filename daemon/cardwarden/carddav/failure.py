"""Why a server could not be read: the kinds of failure, each as a sentence for the book's owner."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator
from enum import Enum
from http import HTTPStatus

import requests

from cardwarden.carddav.href import host_of, shown
from cardwarden.errors import SourceError
from cardwarden.phrases.phrase import Phrase

BUSY = frozenset({429, 502, 503, 504})
"""Statuses that mean: not now."""


class FailureKind(Enum):
    """What a caller may do about a failure."""

    ACCESS = "the credentials are refused"
    FORBIDDEN = "this user may not read this"
    AWAY = "there is nothing at this address"
    PAGE = "a web page came instead of data"
    UNREACHABLE = "the network or the server is down, or nobody answers; later it may work"
    PASSING = "the server is busy, or an answer was cut off; later it may work"
    FAULT = "the server failed at this request"
    ANSWER = "an answer that makes no sense, or is too large"
    SETUP = "the settings or a certificate have to be changed"


MAY_PASS = frozenset({FailureKind.UNREACHABLE, FailureKind.PASSING})
"""Failures after which the same request may succeed."""


class DavError(SourceError):
    """A request did not bring what was asked for. What it says names hosts and paths, never a secret."""

    def __init__(self, kind: FailureKind, said: Phrase | str) -> None:
        super().__init__(said)
        self.kind = kind


def refused(status: int, url: str, *, authorized: bool) -> DavError:
    """What an answer with an error status means. `authorized` says whether credentials were sent to that host."""
    host = host_of(url)
    if status == HTTPStatus.UNAUTHORIZED and not authorized:
        return DavError(
            FailureKind.ACCESS,
            f"{host} asks for a user name and a password (401), and was sent none. "
            f"If that host may have them, add it to `credential_hosts`; if none are set, set them.",
        )
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED}:
        return DavError(
            FailureKind.ACCESS,
            f"{host} refused the user name or the password ({status}). Access is lost until the right ones are set: "
            "was the password changed, or the app password removed?",
        )
    if status == HTTPStatus.FORBIDDEN:
        return DavError(
            FailureKind.FORBIDDEN,
            f"{host} does not allow this user to read {shown(url)} (403). "
            "Ask the book's owner to share it again, or check which user the settings name.",
        )
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return DavError(
            FailureKind.AWAY,
            f"There is nothing at {shown(url)} ({status}). "
            'If the address book was moved or removed, correct `url`; "cardwarden discover" lists what is there.',
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return DavError(FailureKind.PASSING, f"{host} wants fewer requests (429). A later check tries again.")
    if status in {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED} or status < HTTPStatus.BAD_REQUEST:
        return DavError(
            FailureKind.ANSWER,
            f"{shown(url)} is not a CardDAV address (it answered {status}). Correct `url`; the address of a "
            'web page is often not that of the address books. "cardwarden discover" finds them.',
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return DavError(
            FailureKind.PASSING if status in BUSY else FailureKind.FAULT,
            f"{host} has a fault of its own ({status}). A later check tries again; its log may say why.",
        )
    return DavError(FailureKind.ANSWER, f"{host} did not accept the request for {shown(url)} ({status}).")


def login_page(url: str) -> DavError:
    """A web page came where data should come: a login form, a captive portal, an error of a proxy."""
    return DavError(
        FailureKind.PAGE,
        f"{host_of(url)} answered with a web page instead of contacts. Access may be lost (a login page, a Wi-Fi portal), "
        "or `url` is the address of a web page.",
    )


def unconnected(error: Exception, url: str) -> DavError:
    """What an error of the network means. Its own text is not shown: a library may write a header into it."""
    host = host_of(url)
    causes = list(_causes(error))
    for cause in causes:
        match cause:
            case ssl.SSLCertVerificationError():
                return DavError(
                    FailureKind.SETUP,
                    f"The certificate of {host} is not trusted: {cause.verify_message}. Nothing was sent. If the server has "
                    "a certificate of its own, name its authority with `tls_ca`; else somebody may stand in between.",
                )
            case ssl.SSLError() if not isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
                return DavError(
                    FailureKind.SETUP, f"No safe connection to {host} could be made ({cause.reason or 'TLS failed'})."
                )
            case socket.gaierror():
                return DavError(
                    FailureKind.UNREACHABLE,
                    f"The name {host} is not known here. Check `url` and this machine's network (DNS).",
                )
            case ConnectionRefusedError():
                return DavError(
                    FailureKind.UNREACHABLE,
                    f"{host} refused the connection. Is the server running, and is the port in `url` right?",
                )
            case OSError() if cause.errno in {errno.ENETUNREACH, errno.EHOSTUNREACH}:
                return DavError(
                    FailureKind.UNREACHABLE, f"There is no way to {host} from here. Check this machine's network."
                )
    timeouts = (requests.Timeout, TimeoutError)
    if any(isinstance(cause, timeouts) or type(cause).__name__ == "ReadTimeoutError" for cause in causes):
        return DavError(FailureKind.UNREACHABLE, f"{host} did not answer in time. A later check tries again.")
    if isinstance(error, requests.RequestException | TimeoutError | ConnectionError):
        if isinstance(error, requests.exceptions.InvalidHeader):
            return DavError(
                FailureKind.SETUP,
                f"The credentials for {host} hold a line end or another character that cannot be sent.",
            )
        return DavError(FailureKind.PASSING, f"The connection to {host} broke off. A later check tries again.")
    if isinstance(error, OSError):
        return DavError(
            FailureKind.SETUP, "The certificates in `tls_ca`, `tls_cert` or `tls_key` cannot be read. Check the files."
        )
    return DavError(
        FailureKind.SETUP, f"The address of {host} or its credentials hold a character that cannot be sent."
    )


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
