"""`cardwarden web`: serve the page alone, or set its password."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable

import click

from cardwarden.actions.links import Links
from cardwarden.actions.sessions import end_sessions
from cardwarden.actions.tokens import signer_beside, verbs_of
from cardwarden.cli.groups import Group
from cardwarden.cli.options import config_option, household, is_of_many, server, settings
from cardwarden.cli.output import say, tell
from cardwarden.cli.questions import typed_twice
from cardwarden.cli.speech import sentence
from cardwarden.clock import SystemClock
from cardwarden.errors import SettingsError, UsageError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.service import logs
from cardwarden.wiring import Opening, assembled

_DEFAULT = "127.0.0.1:9219"


@click.group("web", cls=Group, invoke_without_command=True)
@click.option("--listen", metavar="HOST:PORT", help=f"Where; else web.listen of the configuration, or {_DEFAULT}.")
@config_option
@click.pass_context
def command(context: click.Context, listen: str | None) -> int:
    """Serve the page until stopped, without the daemon. With [web] listen in the configuration, `run` serves it, too.

    Of a server with many households it serves that of each, and shows its operator how all of them stand; with --household one.
    """
    if context.invoked_subcommand:
        return 0
    try:
        from cardwarden.web.server import listener, serve, serve_app  # noqa: PLC0415 - an extra, and takes long to load
    except ImportError as error:
        raise UsageError(phrase("web-not-installed", part=Code((error.name or "").partition(".")[0]))) from error

    if is_of_many():
        return _serve_all(listen or _DEFAULT, listener, serve_app)
    chosen = settings()
    logs.start(chosen.log.format, chosen.log.level, os.environ, household=household() or "")
    where = listen or chosen.web.listen or _DEFAULT
    with assembled(chosen, Opening.BEGIN) as program:
        socket = listener(where)
        tell(phrase("web-serves", url=Code(chosen.web.url or f"http://{where}/")))
        serve(lambda: program, socket)
    return 0


def _serve_all(where: str, listener: Callable[[str], socket.socket], serve_app: Callable[..., None]) -> int:
    """The page of a server."""
    from cardwarden.setup.front import front_of  # noqa: PLC0415 - see above
    from cardwarden.web.front import front  # noqa: PLC0415

    here = server()
    workers = here.settings.workers
    logs.start(workers.format, workers.level, os.environ)
    with front_of(here, SystemClock(), os.environ) as desk:
        at = listener(where)
        tell(phrase("web-serves", url=Code(desk.door.url or "")))
        serve_app(front(desk), at)
    return 0


@command.command("password")
@config_option
def password() -> int:
    """Set the page's one password. It is asked for, or read from standard input; whoever is signed in has to again.

    Of a server with many households, without --household, it is its operator's, who sees how all of them stand.
    """
    from cardwarden.web.password import password_beside, set_password  # noqa: PLC0415

    if is_of_many():
        from cardwarden.setup.front import OPERATOR  # noqa: PLC0415

        state = server().state
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        set_password(password_beside(state / OPERATOR), _word())
        tell(phrase("web-password-set"))
        return 0
    with assembled(settings(), Opening.BEGIN) as program:
        word = _word()
        path = password_beside(program.store.path)
        set_password(path, word)
        end_sessions(program.store)
    tell(phrase("web-password-set"))
    return 0


def _word() -> str:
    """The password that was typed. Raises UsageError if there is none."""
    word = (
        typed_twice(sentence(phrase("web-new-password"))) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    )
    if not word:
        raise UsageError(phrase("web-no-password"))
    return str(word)


@command.command("link")
@click.argument("event", metavar="eID")
@config_option
def link(event: str) -> int:
    """Print the link that opens one event without signing in, as messages carry it."""
    number = event.lower().removeprefix("e")
    if not (number.isascii() and number.isdigit()):
        raise UsageError(phrase("web-which-event"))
    with assembled(settings()) as program:
        web = program.settings.web
        if web.url is None:
            raise SettingsError(phrase("web-no-url"))
        links = Links(web.url, signer_beside(program.store.path), web.links_for, verbs_of(web.links_may))
        say(links.event(int(number), program.clock.now()))
    return 0
