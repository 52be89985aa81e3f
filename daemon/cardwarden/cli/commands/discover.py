"""`cardwarden discover`: what address books there are at an address, before anything is configured."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardwarden.cli.options import config_option, json_option
from cardwarden.cli.output import Column, print_json, say, table, whoever_waits
from cardwarden.clock import SystemClock
from cardwarden.errors import UsageError
from cardwarden.text import harmless

if TYPE_CHECKING:
    from cardwarden.carddav.auth import Credentials


@click.command()
@click.argument("url")
@click.option("--username", metavar="NAME", help="The user's name there.")
@click.option("--password-env", metavar="VARIABLE", help="The environment variable that holds the password.")
@click.option("--password-file", metavar="FILE", help="The file that holds it.")
@click.option("--password-command", metavar="COMMAND", help="The program, with its arguments, that prints it.")
@click.option("--bearer-env", metavar="VARIABLE", help="Instead: the environment variable that holds a token.")
@click.option("--bearer-file", metavar="FILE", help="The file that holds it.")
@click.option("--bearer-command", metavar="COMMAND", help="The program, with its arguments, that prints it.")
@click.option("--tls-ca", type=click.Path(path_type=Path), metavar="FILE", help="Certificates to trust, as PEM.")
@click.option(
    "--credential-host", "hosts", multiple=True, metavar="HOST", help="Another host that may get the password."
)
@json_option
@config_option
def command(
    url: str,
    username: str | None,
    tls_ca: Path | None,
    hosts: Sequence[str],
    *,
    as_json: bool,
    **references: str | None,
) -> None:
    """List the address books at URL, a server or a host name such as contacts.example.org.

    Without an option for it, the password is asked for.
    """
    from cardwarden.carddav.client import Client  # noqa: PLC0415 - a network library takes long to load
    from cardwarden.carddav.discovery import find_books  # noqa: PLC0415
    from cardwarden.carddav.hosts import ATTENDED, Hosts  # noqa: PLC0415
    from cardwarden.sources.carddav_options import web_address  # noqa: PLC0415

    try:
        address = web_address(url)
    except ValueError as error:
        raise UsageError(f"URL: {error}.") from None
    credentials = _credentials(username, {key: value for key, value in references.items() if value})
    clock = SystemClock()
    waiting = whoever_waits()
    known = Hosts(clock, ATTENDED, waiting) if waiting else Hosts(clock)
    client = Client(address, credentials, clock, hosts=known, credential_hosts=tuple(hosts), tls_ca=tls_ca)
    books = find_books(client, address)
    if as_json:
        print_json({"books": [{"name": book.title, "url": book.url} for book in books]})
        return
    table([Column("Name"), Column("Address", whole=True)], ((harmless(b.title), harmless(b.url)) for b in books))
    say('Give one of these addresses, or the server\'s, as `url` of a source with type = "carddav".')


def _credentials(username: str | None, references: dict[str, str]) -> Credentials:
    """What to log in with. Raises UsageError where the options do not fit together."""
    from cardwarden.carddav.auth import Bearer, Login  # noqa: PLC0415

    kinds = {key.partition("_")[0] for key in references}
    if len(references) > 1:
        raise UsageError("Give one option for the password or the token.")
    if not references:
        return Login(username, _asked()) if username else None
    if kinds == {"bearer"}:
        if username:
            raise UsageError("A token needs no --username.")
        return Bearer(_referred(references))
    if not username:
        raise UsageError("A password needs --username.")
    return Login(username, _referred(references))


def _referred(references: dict[str, str]) -> Callable[[], str]:
    from cardwarden.settings.secrets import read  # noqa: PLC0415

    [(key, reference)] = references.items()
    secret, _, kind = key.partition("_")
    value = shlex.split(reference) if kind == "command" else reference
    return lambda: read(kind, value, f"--{secret}", os.environ)


def _asked() -> Callable[[], str]:
    if not sys.stdin.isatty():
        raise UsageError("Say where the password stands: --password-env, --password-file or --password-command.")
    password: str = click.prompt("Password", hide_input=True, err=True)
    return lambda: password
