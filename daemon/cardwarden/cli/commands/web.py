"""`cardwarden web`: serve the page alone, or set its password."""

from __future__ import annotations

import sys

import click

from cardwarden.actions.links import Links
from cardwarden.actions.tokens import signer_beside, verbs_of
from cardwarden.cli.groups import Group
from cardwarden.cli.options import config_option, settings
from cardwarden.cli.output import say
from cardwarden.errors import SettingsError, UsageError
from cardwarden.store import web as web_store
from cardwarden.wiring import assembled

_DEFAULT = "127.0.0.1:9219"


@click.group("web", cls=Group, invoke_without_command=True)
@click.option("--listen", metavar="HOST:PORT", help=f"Where; else web.listen of the configuration, or {_DEFAULT}.")
@config_option
@click.pass_context
def command(context: click.Context, listen: str | None) -> int:
    """Serve the page until stopped, without the daemon. With [web] listen in the configuration, `run` serves it, too."""
    if context.invoked_subcommand:
        return 0
    from cardwarden.web.server import listener, serve  # noqa: PLC0415 - an extra, and takes long to load

    chosen = settings()
    where = listen or chosen.web.listen or _DEFAULT
    with assembled(chosen) as program:
        socket = listener(where)
        say(f"The page is at {chosen.web.url or f'http://{where}/'} until you press Ctrl-C.")
        serve(lambda: program, socket)
    return 0


@command.command("password")
@config_option
def password() -> int:
    """Set the page's one password. It is asked for, or read from standard input; whoever is signed in has to again."""
    from cardwarden.web.password import path_beside, set_password  # noqa: PLC0415

    with assembled(settings()) as program:
        word = (
            click.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
            if sys.stdin.isatty()
            else sys.stdin.readline().rstrip("\r\n")
        )
        if not word:
            raise UsageError("No password came. Nothing was changed.")
        path = path_beside(program.store.path)
        set_password(path, word)
        with program.store.write() as connection:
            web_store.end_sessions(connection)
    say("The password is set. Whoever was signed in has to sign in again.")
    return 0


@command.command("link")
@click.argument("event", metavar="eID")
@config_option
def link(event: str) -> int:
    """Print the link that opens one event without signing in, as messages carry it."""
    number = event.lower().removeprefix("e")
    if not (number.isascii() and number.isdigit()):
        raise UsageError("Write the number of an event, such as e12.")
    with assembled(settings()) as program:
        web = program.settings.web
        if web.url is None:
            raise SettingsError("web.url is not set: nobody knows where the page is.")
        links = Links(web.url, signer_beside(program.store.path), web.links_for, verbs_of(web.links_may))
        say(links.event(int(number), program.clock.now()))
    return 0
