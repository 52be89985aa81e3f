"""`cardwarden alert`: can the channels reach a phone, and what would arrive there?"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
from rich.box import ROUNDED
from rich.panel import Panel
from rich.text import Text

from cardwarden.actions.preview import PreviewKind, preview
from cardwarden.alerts.channel import Channel, UndeliveredError
from cardwarden.alerts.layout import ROOM, SCREEN
from cardwarden.alerts.message import trial_message
from cardwarden.alerts.sending import send
from cardwarden.cli.groups import Group
from cardwarden.cli.options import config_option, settings
from cardwarden.cli.output import show, tell
from cardwarden.errors import DeliveryError, UsageError, because
from cardwarden.own_file import replace_file
from cardwarden.phrases.language import LANGUAGES, Voice
from cardwarden.phrases.nearest import nearest
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.settings.model import Settings
from cardwarden.wiring import assembled
from cardwarden.wiring.channels import channel

_TIMEOUT = 20.0


@click.group("alert", cls=Group)
@config_option
def command() -> None:
    """Send a test message, or show one as it would arrive."""


@command.command("test")
@click.argument("names", nargs=-1, metavar="[CHANNEL]...")
@config_option
def test(names: tuple[str, ...]) -> int:
    """Send a test message to the named channels, or to all."""
    given = settings()
    known = given.alerts.channels
    if not known:
        raise UsageError(phrase("alert-no-channel"))
    _known(given, names)
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


@command.command("preview")
@click.argument("event", required=False, metavar="[EVENT]")
@click.option("--channel", "name", metavar="NAME", help="As this channel would get it; else as one without settings.")
@click.option("--kind", type=click.Choice([kind.value for kind in PreviewKind]), default="event", help="What is told.")
@click.option("--language", type=click.Choice(LANGUAGES), help="In another language than the channel's.")
@click.option("--html", "page", type=click.Path(path_type=Path), metavar="FILE", help="Also write what a mail shows.")
@config_option
def show_preview(event: str | None, *, name: str | None, kind: str, language: str | None, page: Path | None) -> None:
    """Show a message as it would arrive, of an event such as e12; of the newest if none is named.

    It is made of what really happened. Nothing is sent. The box is as wide as a phone's screen.
    """
    given = settings()
    if event and not re.fullmatch(r"[eE]?[0-9]{1,15}", event):
        raise UsageError(phrase("preview-no-id", given=event))
    if name:
        _known(given, (name,))
    with assembled(given) as program:
        to = next(
            (candidate for candidate in program.channels if candidate.name == name),
            Channel("phone", str, language=program.voice.language, household=program.household),
        )
        to = replace(to, language=language or to.language)
        number = int(event.lower().removeprefix("e")) if event else None
        message = preview(program.store, to, program.policy, PreviewKind(kind), number, program.clock)
    title, body = to.text_of(message, ROOM)
    buttons = " ".join(f"[{button.label}]" for button in message.buttons)
    text = Text.assemble((title, "bold"), f"\n{body}", f"\n\n{buttons}" if buttons else "")
    show(Panel(text, box=ROUNDED, width=SCREEN + 4))
    if page:
        try:
            replace_file(page, to.page_of(message).encode(), synced=False)
        except OSError as error:
            raise UsageError(phrase("error-file-not-made", file=Code(str(page)), problem=because(error))) from error
        tell(phrase("preview-written", path=Code(str(page))))


def _known(given: Settings, names: Sequence[str]) -> None:
    """Raises UsageError for a channel that the settings do not name."""
    known = given.alerts.channels
    if unknown := [name for name in names if name not in known]:
        if not known:
            raise UsageError(phrase("alert-no-channel"))
        raise UsageError(phrase("alert-unknown-channel", name=unknown[0], hint=nearest(unknown[0], known)))
