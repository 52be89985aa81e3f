"""`cardwarden alert test`: can the channels reach a phone?"""

from __future__ import annotations

import os

import click

from cardwarden.alerts.channel import UndeliveredError, send
from cardwarden.alerts.message import trial_message
from cardwarden.cli.groups import Group
from cardwarden.cli.options import config_option, settings
from cardwarden.cli.output import say
from cardwarden.errors import DeliveryError, UsageError
from cardwarden.phrases.language import Voice
from cardwarden.text import did_you_mean
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
        raise UsageError("The settings name no channel. Add one under [alerts.channels.NAME].")
    if unknown := [name for name in names if name not in known]:
        there = f"; there are: {', '.join(known)}."
        raise UsageError(
            f'There is no channel "{unknown[0]}" in the settings{did_you_mean(unknown[0], known, but=there)}'
        )
    failed = 0
    for name in names or known:
        to = channel(name, given, os.environ)
        try:
            send(to, trial_message(Voice(to.language)), _TIMEOUT)
        except UndeliveredError as error:
            failed += 1
            say(str(error), "red")
        else:
            say(f"Channel {name}: sent.")
    return DeliveryError.exit_code if failed else 0
