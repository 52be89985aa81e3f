"""`cardwarden demo`: the story that this program was made for, played with the real thing."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import click
from rich.box import ROUNDED
from rich.panel import Panel
from rich.text import Text

from cardwarden.actions.check import check_book
from cardwarden.actions.deliver import deliver
from cardwarden.cli.options import config_option
from cardwarden.cli.output import say, show
from cardwarden.cli.story.book import KEIO_COPY, book, first_pass, second_pass
from cardwarden.cli.story.phone import Phone, phone
from cardwarden.errors import DeliveryError
from cardwarden.settings.load import load
from cardwarden.text import plural
from cardwarden.wiring import Program, assemble

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
        (folder / "cardwarden.toml").write_text(_SETTINGS.format(folder=folder), "utf-8")
        settings = load(folder / "cardwarden.toml", {}, folder)
        program = assemble(settings, environ={"DEMO_PHONE": here.url})
        try:
            _play(program, folder / "contacts", here)
        finally:
            program.store.close()
    say('Next: write your own settings. Begin with "cardwarden config sample > cardwarden.toml".', "bold")
    return 0


def _play(program: Program, contacts: Path, here: Phone) -> None:
    good = book()
    _write(contacts, good)
    say(f"1. An address book in Japan, {plural(len(good), 'contact')}. 97 numbers have 186 before them: it shows the")
    say("   caller's number to people who reject hidden callers. The first check takes the baseline.")
    _check(program, here)
    say("2. A calling app rewrites the book: every 186… becomes +186…, which rings in the USA and is billed.")
    _write(contacts, first_pass(good))
    _check(program, here)
    say("3. The book is repaired.")
    _write(contacts, good)
    _check(program, here)
    say("4. The app does it again, to two entries only.")
    _write(contacts, second_pass(good))
    _check(program, here)


def _write(contacts: Path, files: Mapping[str, str]) -> None:
    (contacts / KEIO_COPY).unlink(missing_ok=True)
    for name, card in files.items():
        (contacts / name).write_bytes(card.encode("utf-8"))


def _check(program: Program, here: Phone) -> None:
    source = program.source("family")
    [ref] = source.books()
    done = check_book(program.store, source, ref, program.judging("family"), program.wanted, program.clock)
    before = len(here.messages)
    delivered = deliver(program.store, program.channels, program.clock)
    if delivered.failures:
        raise DeliveryError(f"The demo's own receiver got nothing: {delivered.failures[0]}")
    resolved = f", {plural(len(done.resolved), 'finding')} resolved" if done.resolved else ""
    say(f"   Check: {done.outcome}, {plural(done.cards, 'card')}{resolved}.", "dim")
    for title, body in here.messages[before:]:
        show(Panel(Text(f"{title}\n\n{body}"), box=ROUNDED, title="on the phone", title_align="left", width=64))
    say()
