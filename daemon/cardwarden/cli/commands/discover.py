"""`cardwarden discover`: what address books there are at an address, before anything is configured."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardwarden.actions.queries.documents.setup import DiscoveredBookDocument, DiscoveredDocument
from cardwarden.cli.options import config_option, json_option, speak_as_configured
from cardwarden.cli.output import print_json, tell
from cardwarden.cli.questions import confirmed
from cardwarden.cli.speech import sentence
from cardwarden.cli.waiting import say_waiting, somebody_waits
from cardwarden.clock import SystemClock
from cardwarden.errors import UsageError, WrongValueError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.text import harmless

if TYPE_CHECKING:
    from cardwarden.carddav.auth import Credentials
    from cardwarden.carddav.services import Service


@click.command()
@click.argument("url", metavar="URL|MAIL")
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
    """List the address books at URL, a server or a host name such as contacts.example.org, or those of a mail address.

    For a mail address its domain is asked (DNS) which server that is; if it lies outside of the domain, you are asked before
    it gets a password. Without an option for it, the password is asked for.
    """
    from cardwarden.carddav.client import Client  # noqa: PLC0415 - a network library takes long to load
    from cardwarden.carddav.discovery import find_books  # noqa: PLC0415
    from cardwarden.carddav.hosts import ATTENDED, UNATTENDED, Hosts  # noqa: PLC0415
    from cardwarden.sources.carddav_options import web_address  # noqa: PLC0415

    speak_as_configured()
    mailbox, _, domain = url.rpartition("@") if "://" not in url else ("", "", "")
    try:
        address = web_address(domain if mailbox else url)
    except WrongValueError as error:
        raise UsageError(phrase("error-when-web-address", why=error.said)) from None
    if mailbox:
        from cardwarden.carddav.services import service_of  # noqa: PLC0415

        address = begin_at(address, service_of(domain), hosts, _may_have_it)
        username = username or (
            None if any(references[f"bearer_{kind}"] for kind in ("env", "file", "command")) else url
        )
    credentials = _credentials(username, {key: value for key, value in references.items() if value})
    clock = SystemClock()
    known = Hosts(clock, ATTENDED if somebody_waits() else UNATTENDED, say_waiting)
    client = Client(address, credentials, clock, hosts=known, credential_hosts=tuple(hosts), tls_ca=tls_ca)
    books = find_books(client, address)
    if as_json:
        print_json(DiscoveredDocument([DiscoveredBookDocument(book.title, book.url) for book in books]))
        return
    for book in books:
        click.echo(harmless(book.title))
        click.echo(f"  {harmless(book.url)}")  # whole, so that it can be copied
    tell(phrase("discover-end", line=Code('type = "carddav"')))


def begin_at(domain: str, service: Service | None, hosts: Sequence[str], may_have_it: Callable[[str], bool]) -> str:
    """Where to begin: at the server that the domain names, else at the domain's own address.

    A host outside of the domain gets a password only if it is among `hosts`, or somebody says that it may have it.
    Raises UsageError if not.
    """
    from cardwarden.carddav.href import allows  # noqa: PLC0415

    if service is None:
        return domain
    if not (service.is_own or allows(tuple(hosts), service.url) or may_have_it(service.host)):
        port = "" if service.port == 443 else f":{service.port}"
        option = Code(f"--credential-host {service.host}{port}")
        raise UsageError(phrase("discover-other-host", host=Code(service.host), option=option))
    return service.url


def _may_have_it(host: str) -> bool:
    """Whether the person at the terminal says so; nobody there says no."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    return confirmed(sentence(phrase("discover-ask", host=Code(host))), err=True)


def _credentials(username: str | None, references: dict[str, str]) -> Credentials:
    """What to log in with. Raises UsageError if the options do not fit together."""
    from cardwarden.carddav.auth import Bearer, Login  # noqa: PLC0415

    kinds = {key.partition("_")[0] for key in references}
    if len(references) > 1:
        raise UsageError(phrase("discover-one-option"))
    if not references:
        return Login(username, _asked()) if username else None
    if kinds == {"bearer"}:
        if username:
            raise UsageError(phrase("discover-token-alone"))
        return Bearer(_referred(references))
    if not username:
        raise UsageError(phrase("discover-password-alone"))
    return Login(username, _referred(references))


def _referred(references: dict[str, str]) -> Callable[[], str]:
    from cardwarden.settings.secrets import read_secret  # noqa: PLC0415

    [(key, reference)] = references.items()
    secret, _, kind = key.partition("_")
    value = shlex.split(reference) if kind == "command" else reference
    return lambda: read_secret(kind, value, f"--{secret}", os.environ)


def _asked() -> Callable[[], str]:
    if not sys.stdin.isatty():
        raise UsageError(phrase("discover-where"))
    password: str = click.prompt(sentence(phrase("ask-password")), hide_input=True, err=True)
    return lambda: password
