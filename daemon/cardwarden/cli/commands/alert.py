"""`cardwarden alert test`: can the channels reach a phone?"""

from __future__ import annotations

import os

import click

from cardwarden.alerts.channel import UndeliveredError, send
from cardwarden.alerts.message import trial_message
from cardwarden.cli.groups import Group
from cardwarden.cli.options import config_option, settings
from cardwarden.cli.output import tell
from cardwarden.errors import DeliveryError, UsageError
from cardwarden.phrases.language import Voice
from cardwarden.phrases.nearest import nearest
from cardwarden.phrases.phrase import phrase
from cardwarden.wiring import channel

_TIMEOUT = 20.0


@click.group("alert", cls=Group)
@config_option
def command() -> None:
    """Send a test message."""


@command.command("test")
@click.argument("names", nargs=-1, metavar="[CHANNEL]...")
@config_option
def test(names: tuple[str, ...]) -> int:
    """Send a test message to the named channels, or to all."""
    given = settings()
    known = given.alerts.channels
    if not known:
        raise UsageError(phrase("alert-no-channel"))
    if unknown := [name for name in names if name not in known]:
        raise UsageError(phrase("alert-unknown-channel", name=unknown[0], hint=nearest(unknown[0], known)))
    failed = 0
    for name in names or known:
        to = channel(name, given, os.environ)
        try:
            send(to, trial_message(Voice(to.language)), _TIMEOUT)
        except UndeliveredError as error:
            failed += 1
            tell(error.said, "red")
        else:
            tell(phrase("alert-sent", channel=name))
    return DeliveryError.exit_code if failed else 0
