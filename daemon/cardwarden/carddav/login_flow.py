"""Nextcloud's login flow v2: an app password by the browser, which no program has to ask for.

docs.nextcloud.com, developer manual, "Login Flow".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final

from cardwarden.carddav.failure import DavError, FailureKind, refused
from cardwarden.carddav.form import post_form
from cardwarden.carddav.href import absolute, host_of, same_site
from cardwarden.clock import Clock
from cardwarden.phrases.phrase import phrase

_ASK_EVERY: Final = 2.0
PATIENCE: Final = 20 * 60.0
"""Seconds that the server keeps a login open."""


@dataclass(frozen=True, slots=True)
class AppPassword:
    """What a login gave: the user's name at the server, and a password for this program alone."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LoginFlow:
    """A login under way. `url` is for the browser."""

    url: str
    _endpoint: str
    _token: str = field(repr=False)
    _ca: Path | None = None

    @staticmethod
    def begin(server: str, *, tls_ca: Path | None = None) -> LoginFlow:
        """Ask a server to let a person log in. Raises DavError if it does not know this, or answers for another server."""
        status, answer = post_form(absolute(server, "index.php/login/v2"), {}, tls_ca)
        try:
            url, poll = str(answer["login"]), answer["poll"]
            endpoint, token = str(poll["endpoint"]), str(poll["token"])
        except (KeyError, TypeError):
            raise refused(status, server, authorized=False) from None
        if not same_site(server, endpoint) or not same_site(server, url):
            raise DavError(FailureKind.SETUP, phrase("login-elsewhere", host=host_of(server), other=host_of(endpoint)))
        return LoginFlow(url, endpoint, token, tls_ca)

    def wait(self, clock: Clock, seconds: float = PATIENCE, still: Callable[[], bool] = lambda: True) -> AppPassword:
        """The password, when the person has agreed. Raises DavError if nobody does in time, or `still` says no more."""
        until = clock.monotonic() + seconds
        while clock.monotonic() < until and still():
            status, answer = post_form(self._endpoint, {"token": self._token}, self._ca)
            if status == HTTPStatus.OK and isinstance(answer.get("appPassword"), str):
                return AppPassword(str(answer.get("loginName", "")), answer["appPassword"])
            if status != HTTPStatus.NOT_FOUND:
                raise refused(status, self._endpoint, authorized=False)
            clock.sleep(_ASK_EVERY)
        raise DavError(FailureKind.ACCESS, phrase("login-nobody"))
