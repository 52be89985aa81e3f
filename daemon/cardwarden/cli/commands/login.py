"""`cardwarden login`: sign in to a service in a browser, so that its books can be read without a password of yours."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardwarden.cli.options import config_option, settings
from cardwarden.cli.output import say
from cardwarden.clock import SystemClock
from cardwarden.errors import UsageError
from cardwarden.phrases.language import Voice, language_of
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.settings.model import Settings
from cardwarden.setup.files import SECRET, NewFile, read, write_all
from cardwarden.setup.home import service_owner
from cardwarden.sources.carddav_options import CarddavOptions
from cardwarden.sources.graph_options import GraphOptions
from cardwarden.sources.people_options import PeopleOptions

if TYPE_CHECKING:
    from cardwarden.carddav.sign_in import OAuthClient, SignIn

_PATIENCE = 10 * 60.0  # seconds in which somebody finds a password and a second factor


@click.command("login")
@click.argument("name", metavar="SOURCE")
@click.option(
    "--client", "client_file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Google: the OAuth client of yours, as its console gives it (a desktop app). Needed the first time.",
)  # fmt: skip
@click.option("--client-id", metavar="ID", help="Microsoft: the application id of yours. Needed the first time.")
@click.option(
    "--paste", is_flag=True, help="Paste the address that the browser ends at, instead of a browser on this machine."
)
@config_option
def command(name: str, client_file: Path | None, client_id: str | None, *, paste: bool) -> None:
    """Sign in to the service of a source in a browser: Google, Microsoft, or a Nextcloud, which makes an app password then.

    What is kept is written where the source's login_file or password_file says, for the service's user alone. Run it again
    when access was lost.
    """
    known = settings()
    options = _options(known, name)
    voice = Voice(known.language or language_of(os.environ))
    if isinstance(options, CarddavOptions) and options.type == "nextcloud":
        _app_password(options, name, voice)
        return
    if options.login_file is None:
        raise UsageError(phrase("login-no-place", source=name, key=Code("login_file")))
    if isinstance(options, GraphOptions):
        done = _by_code(client_id, options, options.login_file, name, voice)
    else:
        done = _signed_in(_client(client_file, options.login_file, name), options, voice, paste=paste)
    _keep(options.login_file, done.written())
    say(voice.say(phrase("login-done", path=Code(str(options.login_file)), command=Code("cardwarden doctor"))))


def _options(known: Settings, name: str) -> CarddavOptions | PeopleOptions | GraphOptions:
    options = known.sources.get(name)
    if options is None:
        raise UsageError(phrase("login-no-source", source=name))
    match options:
        case PeopleOptions() | GraphOptions() | CarddavOptions(type="nextcloud" | "google"):
            return options
    raise UsageError(phrase("login-not-needed", source=name))


def _client(file: Path | None, kept: Path, name: str) -> OAuthClient:
    """The OAuth client to sign in with: of the file, else that of the sign-in which is there."""
    from cardwarden.carddav.sign_in import OAuthClient  # noqa: PLC0415

    text = read(file or kept)
    if file is None and text is None:
        raise UsageError(phrase("login-needs-client", command=Code(f"cardwarden login {name} --client client.json")))
    try:
        return OAuthClient.read((text or b"").decode("utf-8"))
    except ValueError:
        raise UsageError(phrase("login-bad-client", path=Code(str(file or kept)))) from None


def _signed_in(client: OAuthClient, options: CarddavOptions | PeopleOptions, voice: Voice, *, paste: bool) -> SignIn:
    """Ask the person to sign in, and wait."""
    from cardwarden.carddav.sign_in import CARDDAV_SCOPE, PEOPLE_SCOPE, PendingSignIn  # noqa: PLC0415
    from cardwarden.setup.redirect import Redirect  # noqa: PLC0415

    scope = PEOPLE_SCOPE if isinstance(options, PeopleOptions) else CARDDAV_SCOPE
    if paste:
        pending = PendingSignIn(client, "http://127.0.0.1:1/", scope=scope)
        say(voice.say(phrase("login-open-and-paste", url=Code(pending.url))))
        return pending.finish(click.prompt(voice.say(phrase("login-paste")), err=True).strip(), tls_ca=options.tls_ca)
    redirect = Redirect(voice.say(phrase("login-thanks")))
    try:
        pending = PendingSignIn(client, redirect.url, scope=scope)
        say(voice.say(phrase("login-open", url=Code(pending.url))))
        if sys.stdout.isatty():
            webbrowser.open(pending.url)
        came = redirect.wait(_PATIENCE)
    finally:
        redirect.close()
    if came is None:
        raise UsageError(phrase("login-nobody"))
    return pending.finish(came, tls_ca=options.tls_ca)


def _by_code(client_id: str | None, options: GraphOptions, kept: Path, name: str, voice: Voice) -> SignIn:
    """Ask the person to type a code in any browser, and wait."""
    from cardwarden.carddav.sign_in import GRAPH_SCOPE, DeviceSignIn, OAuthClient, SignIn  # noqa: PLC0415

    if client_id is None:
        try:
            client_id = SignIn.read((read(kept) or b"").decode("utf-8")).client.client_id
        except ValueError:
            example = Code(f"cardwarden login {name} --client-id ID")
            raise UsageError(phrase("login-needs-client-id", command=example)) from None
    clock = SystemClock()
    client = OAuthClient(client_id, "", f"{options.login_url}devicecode", f"{options.login_url}token")
    pending = DeviceSignIn.begin(client, GRAPH_SCOPE, clock, tls_ca=options.tls_ca)
    say(voice.say(phrase("login-type-code", url=Code(pending.url), code=Code(pending.code))))
    return pending.wait(clock)


def _app_password(options: CarddavOptions, name: str, voice: Voice) -> None:
    from cardwarden.carddav.login_flow import LoginFlow  # noqa: PLC0415

    if options.password_file is None:
        raise UsageError(phrase("login-no-place", source=name, key=Code("password_file")))
    flow = LoginFlow.begin(options.url.partition("/remote.php")[0] + "/", tls_ca=options.tls_ca)
    say(voice.say(phrase("login-open", url=Code(flow.url))))
    if sys.stdout.isatty():
        webbrowser.open(flow.url)
    given = flow.wait(SystemClock())
    _keep(options.password_file, given.password + "\n")
    say(voice.say(phrase("login-done", path=Code(str(options.password_file)), command=Code("cardwarden doctor"))))
    if given.username != options.username:
        say(voice.say(phrase("login-other-name", username=given.username, source=name)))


def _keep(path: Path, text: str) -> None:
    owner = service_owner() if os.geteuid() == 0 else None
    write_all([NewFile(path, text.encode(), SECRET, owner, read(path))])
