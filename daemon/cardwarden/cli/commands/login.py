"""`cardwarden login`: sign in to a service in a browser, so that its books can be read without a password of yours."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cardwarden.cli.options import config_option, settings
from cardwarden.cli.output import tell
from cardwarden.cli.signing_in import app_password, by_code, by_redirect, client_in
from cardwarden.errors import RefusedError, UsageError, because
from cardwarden.phrases.nearest import no_source
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.settings.model import Settings
from cardwarden.setup.files import SECRET, NewFile, read_if_there, write_all
from cardwarden.setup.home import service_owner
from cardwarden.sources.carddav_options import CarddavOptions
from cardwarden.sources.graph_options import GraphOptions
from cardwarden.sources.people_options import PeopleOptions
from cardwarden.sources.sealed import kept_key, opened, sealed_files

if TYPE_CHECKING:
    from cardwarden.carddav.sign_in import OAuthClient

CREDENTIALS: Final = Path("/etc/credstore.encrypted")


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
    options = _options(settings(), name)
    if isinstance(options, CarddavOptions) and options.type == "nextcloud":
        _app_password(options, name)
        return
    if options.login_file is None and options.login_credential is None:
        raise UsageError(phrase("login-no-place", source=name, key=Code("login_file")))
    if isinstance(options, GraphOptions):
        done = by_code(_client_id(client_id, options.login_file, name), options.login_url, tls_ca=options.tls_ca)
    else:
        client = _client(client_file, options.login_file, name)
        people = isinstance(options, PeopleOptions)
        done = by_redirect(client, people=people, tls_ca=options.tls_ca, paste=paste)
    if options.login_file is None:
        _encrypt(str(options.login_credential), done.written())
        return
    _keep(sealed_files(options.login_file, done.written(), kept_key(options.login_file)))
    tell(phrase("login-done", path=Code(str(options.login_file)), command=Code("cardwarden doctor")))


def _options(known: Settings, name: str) -> CarddavOptions | PeopleOptions | GraphOptions:
    options = known.sources.get(name)
    if options is None:
        raise UsageError(no_source(name, known.sources))
    match options:
        case PeopleOptions() | GraphOptions() | CarddavOptions(type="nextcloud" | "google"):
            return options
    raise UsageError(phrase("login-not-needed", source=name))


def _client(file: Path | None, kept: Path | None, name: str) -> OAuthClient:
    """The OAuth client to sign in with: of the file, else that of the sign-in which is there."""
    if file is None and (kept is None or read_if_there(kept) is None):
        raise UsageError(phrase("login-needs-client", command=Code(f"cardwarden login {name} --client client.json")))
    return client_in(file or kept or Path())


def _encrypt(name: str, text: str) -> None:
    """Make it a credential that systemd keeps encrypted (systemd-creds(1)); it never stands on the disk as it is."""
    path = CREDENTIALS / name
    command = ["systemd-creds", "encrypt", f"--name={name}", "-", str(path)]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=False)  # noqa: S603 - no shell
    except OSError as error:
        raise RefusedError(phrase("login-not-encrypted", path=Code(str(path)), why=because(error))) from error
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip() or str(done.returncode)
        raise RefusedError(phrase("login-not-encrypted", path=Code(str(path)), why=why))
    line = Code(f"LoadCredentialEncrypted={name}:{path}")
    tell(phrase("login-encrypted", path=Code(str(path)), line=line))


def _client_id(given: str | None, kept: Path | None, name: str) -> str:
    """The application id to sign in with: what was given, else that of the sign-in which is there."""
    from cardwarden.carddav.sign_in import SignIn  # noqa: PLC0415

    if given is not None:
        return given
    try:
        there = read_if_there(kept) if kept else None
        return SignIn.read(opened(kept, (there or b"").decode("utf-8").strip())).client.client_id
    except ValueError:
        example = Code(f"cardwarden login {name} --client-id ID")
        raise UsageError(phrase("login-needs-client-id", command=example)) from None


def _app_password(options: CarddavOptions, name: str) -> None:
    from cardwarden.carddav.login_flow import LoginFlow  # noqa: PLC0415

    if options.password_file is None:
        raise UsageError(phrase("login-no-place", source=name, key=Code("password_file")))
    given = app_password(LoginFlow.begin(options.url.partition("/remote.php")[0] + "/", tls_ca=options.tls_ca))
    _keep([(options.password_file, given.password)])
    tell(phrase("login-done", path=Code(str(options.password_file)), command=Code("cardwarden doctor")))
    if given.username != options.username:
        tell(phrase("login-other-name", username=given.username, source=name))


def _keep(files: Iterable[tuple[Path, str]]) -> None:
    """Write the files, of all of them or none, for the service's user."""
    owner = service_owner() if os.geteuid() == 0 else None
    write_all([NewFile(path, f"{text}\n".encode(), SECRET, owner, read_if_there(path)) for path, text in files])
