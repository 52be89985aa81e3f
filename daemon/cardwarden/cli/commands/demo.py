"""`cardwarden demo`: the story that this program was made for, played with the real thing."""

from __future__ import annotations

import tempfile
import textwrap
from collections.abc import Mapping
from pathlib import Path

import click
from rich.box import ROUNDED
from rich.panel import Panel
from rich.text import Text

from cardwarden.cli.options import config_option
from cardwarden.cli.output import say, show
from cardwarden.cli.story.book import KEIO_COPY, book, first_pass, second_pass
from cardwarden.cli.story.phone import Phone, phone
from cardwarden.errors import DeliveryError
from cardwarden.settings.load import parse
from cardwarden.text import plural
from cardwarden.wiring import Program, assembled

_SETTINGS = """\
region = "JP"
[store]
url = "sqlite:///{folder}/cardwarden.db"
[sources.family]
type = "vdir"
path = "{folder}/contacts"
[alerts.channels.phone]
url_env = "DEMO_PHONE"
"""


@click.command("demo")
@config_option
def command() -> int:
    """Play the story this program was made for: made-up contacts, a temporary folder, no network."""
    with tempfile.TemporaryDirectory(prefix="cardwarden-demo-") as name, phone() as here:
        folder = Path(name).resolve()
        (folder / "contacts").mkdir()
        settings = parse(_SETTINGS.format(folder=folder), folder / "cardwarden.toml", {}, folder)
        with assembled(settings, environ={"DEMO_PHONE": here.url}) as program:
            _play(program, folder / "contacts", here)
    say("Next, guard your own address book: cardwarden init", "bold")
    return 0


def _play(program: Program, contacts: Path, here: Phone) -> None:
    good = book()
    _tell(
        f"1. An address book in Japan with {plural(len(good), 'contact')}. 97 numbers have 186 before them: it shows the "
        "caller's number to people who reject hidden callers. The first check takes the baseline."
    )
    _write(contacts, good)
    _check(program, here)
    _tell("2. A calling app rewrites the book: every 186… becomes +186…, which rings in the USA and is billed.")
    _write(contacts, first_pass(good))
    _check(program, here)
    _tell("3. The owner repairs the book.")
    _write(contacts, good)
    _check(program, here)
    _tell("4. The app does it again, to two entries only.")
    _write(contacts, second_pass(good))
    _check(program, here)


def _tell(text: str) -> None:
    """A step of the story, in lines of 80 columns."""
    say(textwrap.fill(text, 80, subsequent_indent="   "))


def _write(contacts: Path, files: Mapping[str, str]) -> None:
    (contacts / KEIO_COPY).unlink(missing_ok=True)
    for name, card in files.items():
        (contacts / name).write_bytes(card.encode("utf-8"))


def _check(program: Program, here: Phone) -> None:
    """One step of the story: check, deliver, and show what reached the phone. Raises DeliveryError."""
    [done] = program.check("family")
    before = len(here.messages)
    delivered = program.deliver()
    if delivered.failures:
        raise DeliveryError(f"The demo's own receiver got nothing: {delivered.failures[0]}")
    resolved = f", {plural(len(done.resolved), 'finding')} resolved" if done.resolved else ""
    say(f"   Check: {done.outcome}, {plural(done.cards, 'card')}{resolved}.", "dim")
    for title, body in here.messages[before:]:
        show(
            Panel(
                Text.assemble((title, "bold"), f"\n\n{body}"),
                box=ROUNDED,
                title="on the phone",
                title_align="left",
                width=64,
            )
        )
    say()
