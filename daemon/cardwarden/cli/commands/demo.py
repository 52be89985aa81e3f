"""`cardwarden demo`: the story that this program was made for, played with the real thing."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import click
from rich.box import ROUNDED
from rich.panel import Panel
from rich.text import Text

from cardwarden.cli.options import config_option
from cardwarden.cli.output import say, show, tell, tell_indented
from cardwarden.cli.speech import sentence
from cardwarden.cli.story.book import KEIO_COPY, book, first_pass, second_pass
from cardwarden.cli.story.phone import Phone, phone
from cardwarden.cli.wrapping import wrapped
from cardwarden.errors import DeliveryError
from cardwarden.phrases.phrase import Code, Phrase, phrase
from cardwarden.settings.load import parse
from cardwarden.wiring import Program, assembled

_COLUMNS, _HANGING = 80, 3
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
    tell(phrase("demo-next", command=Code("cardwarden init")), "bold")
    return 0


def _play(program: Program, contacts: Path, here: Phone) -> None:
    good = book()
    _tell(phrase("demo-1", count=len(good)))
    _write(contacts, good)
    _check(program, here)
    _tell(phrase("demo-2"))
    _write(contacts, first_pass(good))
    _check(program, here)
    _tell(phrase("demo-3"))
    _write(contacts, good)
    _check(program, here)
    _tell(phrase("demo-4"))
    _write(contacts, second_pass(good))
    _check(program, here)


def _tell(step: Phrase) -> None:
    """A step of the story, in lines of 80 columns."""
    first, *others = wrapped(sentence(step), _COLUMNS - _HANGING)
    say(first)
    for line in others:
        say(f"{'':{_HANGING}}{line}")


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
        raise DeliveryError(phrase("demo-not-received", why=delivered.failures[0]))
    outcome, cards = phrase(f"outcome-{done.outcome}"), phrase("count-cards", count=done.cards)
    said = phrase("demo-check", outcome=outcome, cards=cards)
    if done.resolved:
        resolved = phrase("count-findings", count=len(done.resolved))
        said = phrase("demo-check-resolved", outcome=outcome, cards=cards, resolved=resolved)
    tell_indented(said, _HANGING, "dim")
    for title, body in here.messages[before:]:
        show(
            Panel(
                Text.assemble((title, "bold"), f"\n\n{body}"),
                box=ROUNDED,
                title=sentence(phrase("demo-on-the-phone")),
                title_align="left",
                width=64,
            )
        )
    say()
