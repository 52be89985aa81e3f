"""`cardwarden demo`: the story that this program was made for, played with the real thing."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import click
from rich.box import ROUNDED
from rich.panel import Panel
from rich.text import Text

from cardwarden.actions.restore.perform import plans, restore
from cardwarden.actions.restore.plan import RestoreRequest
from cardwarden.cli.options import config_option
from cardwarden.cli.output import say, show, tell, tell_indented
from cardwarden.cli.speech import reader, sentence
from cardwarden.cli.story.book import KEIO_COPY, YAMADA, book, exported, first_pass, poorer, second_pass
from cardwarden.cli.story.phone import Phone, phone
from cardwarden.cli.wrapping import wrapped
from cardwarden.errors import DeliveryError
from cardwarden.phrases.phrase import Code, Phrase, phrase
from cardwarden.settings.load import parse
from cardwarden.wiring import Opening, Program, assembled

_COLUMNS, _HANGING = 80, 3
_SETTINGS = """\
region = "JP"
language = "{language}"
[store]
url = "sqlite:///{folder}/cardwarden.db"
[sources.family]
type = "vdir"
path = "{folder}/contacts"
[alerts.channels.phone]
url_env = "DEMO_PHONE"
"""
_COPY = """\
[sources.app]
type = "vcf-file"
path = "{folder}/app.vcf"
restore = true
[mirrors.app]
origin = "family"
copy = "app"
"""


@click.command("demo")
@config_option
def command() -> int:
    """Play the story this program was made for: made-up contacts, a temporary folder, no network."""
    with tempfile.TemporaryDirectory(prefix="cardwarden-demo-") as name, phone() as here:
        folder = Path(name).resolve()
        (folder / "contacts").mkdir()
        settings = parse(_settings(_SETTINGS, folder), folder / "cardwarden.toml", {}, folder)
        with assembled(settings, Opening.GUARD, environ={"DEMO_PHONE": here.url}) as program:
            _play(program, folder / "contacts", here)
        _tell_of_the_copy(here)
    tell(phrase("demo-next", command=Code("cardwarden init")), "bold")
    return 0


def _settings(text: str, folder: Path) -> str:
    return text.format(folder=folder, language=reader().language)


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


def _tell_of_the_copy(here: Phone) -> None:
    """The second story: the address book is intact, and the app damages its own copy of it."""
    with tempfile.TemporaryDirectory(prefix="cardwarden-demo-") as name:
        folder = Path(name).resolve()
        (folder / "contacts").mkdir()
        settings = parse(_settings(_SETTINGS + _COPY, folder), folder / "cardwarden.toml", {}, folder)
        with assembled(settings, Opening.GUARD, environ={"DEMO_PHONE": here.url}) as program:
            _play_copy(program, folder, here)


def _play_copy(program: Program, folder: Path, here: Phone) -> None:
    good, export = book(), folder / "app.vcf"
    _tell(phrase("demo-copy-1"))
    _write(folder / "contacts", good)
    export.write_bytes(exported(first_pass(good)))
    _check(program, here, "family", "app")
    _tell(phrase("demo-copy-2", command=Code("cardwarden restore --mirror app")))
    request = RestoreRequest(mirror="app")
    shown = plans(program.store, request, program.judging)
    restore(program.store, request, shown, program.writer, program.judging, program.clock)
    _check(program, here, "app")
    _tell(phrase("demo-copy-3"))
    export.write_bytes(exported(poorer(good)))
    _check(program, here, "app")
    _tell(phrase("demo-copy-4"))
    export.write_bytes(exported(poorer(first_pass(good, only=YAMADA))))
    _check(program, here, "app")


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


def _check(program: Program, here: Phone, *sources: str) -> None:
    """One step of the story: check, deliver, and show what reached the phone. Raises DeliveryError."""
    checked = [book for source in sources or ("family",) for book in program.check(source)]
    done = checked[-1]
    resolved_now = sum(len(book.resolved) for book in checked)
    before = len(here.messages)
    delivered = program.deliver()
    if delivered.failures:
        raise DeliveryError(phrase("demo-not-received", why=delivered.failures[0]))
    outcome, cards = phrase(f"outcome-{done.outcome}"), phrase("count-cards", count=done.cards)
    said = phrase("demo-check", outcome=outcome, cards=cards)
    if resolved_now:
        resolved = phrase("count-findings", count=resolved_now)
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
