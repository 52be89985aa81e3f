"""Signing in to a service in a browser, as the person at the terminal sees it; `login` and `init` do it."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cardwarden.cli.output import tell
from cardwarden.cli.speech import sentence
from cardwarden.clock import SystemClock
from cardwarden.errors import UsageError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.setup.files import read_if_there
from cardwarden.sources.sealed import opened

if TYPE_CHECKING:
    from cardwarden.carddav.login_flow import AppPassword, LoginFlow
    from cardwarden.carddav.sign_in import OAuthClient, SignIn

_PATIENCE: Final = 10 * 60.0  # seconds in which somebody finds a password and a second factor


def client_in(file: Path) -> OAuthClient:
    """The OAuth client that a file holds, also in a sign-in that is kept there. Raises UsageError."""
    from cardwarden.carddav.sign_in import OAuthClient  # noqa: PLC0415

    try:
        return OAuthClient.read(opened(file, (read_if_there(file) or b"").decode("utf-8").strip()))
    except ValueError:
        raise UsageError(phrase("login-bad-client", path=Code(str(file)))) from None


def by_redirect(client: OAuthClient, *, people: bool, tls_ca: Path | None, paste: bool) -> SignIn:
    """Google's way: the browser comes back to this machine, or its address is pasted. Raises UsageError, DavError.

    `people` asks for what the People API takes, not CardDAV.
    """
    from cardwarden.carddav.sign_in import CARDDAV_SCOPE, PEOPLE_SCOPE, PendingSignIn  # noqa: PLC0415
    from cardwarden.setup.redirect import Redirect  # noqa: PLC0415

    scope = PEOPLE_SCOPE if people else CARDDAV_SCOPE
    if paste:
        pending = PendingSignIn(client, "http://127.0.0.1:1/", scope=scope)
        tell(phrase("login-open-and-paste", url=Code(pending.url)))
        return pending.finish(click.prompt(sentence(phrase("login-paste")), err=True).strip(), tls_ca=tls_ca)
    redirect = Redirect(sentence(phrase("login-thanks")))
    try:
        pending = PendingSignIn(client, redirect.url, scope=scope)
        _open(pending.url)
        came = redirect.wait(_PATIENCE)
    finally:
        redirect.close()
    if came is None:
        raise UsageError(phrase("login-nobody"))
    return pending.finish(came, tls_ca=tls_ca)


def by_code(client_id: str, login_url: str, *, tls_ca: Path | None) -> SignIn:
    """Microsoft's way: a code is typed in any browser. Raises DavError."""
    from cardwarden.carddav.sign_in import GRAPH_SCOPE, DeviceSignIn, OAuthClient  # noqa: PLC0415

    clock = SystemClock()
    client = OAuthClient(client_id, "", f"{login_url}devicecode", f"{login_url}token")
    pending = DeviceSignIn.begin(client, GRAPH_SCOPE, clock, tls_ca=tls_ca)
    tell(phrase("login-type-code", url=Code(pending.url), code=Code(pending.code)))
    return pending.wait(clock)


def app_password(flow: LoginFlow) -> AppPassword:
    """Nextcloud's way: it makes an app password. Raises DavError."""
    _open(flow.url)
    return flow.wait(SystemClock())


def _open(url: str) -> None:
    """Show an address, and open it if a desktop is there: a browser of the terminal's own would take it away."""
    tell(phrase("login-open", url=Code(url)))
    if sys.stdout.isatty() and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        webbrowser.open(url)
