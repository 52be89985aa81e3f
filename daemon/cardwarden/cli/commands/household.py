"""`cardwarden household`: add, list, let be, move or remove the households of a server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from cardwarden.actions.queries.documents.setup import HouseholdDocument, HouseholdsDocument
from cardwarden.cli.groups import Group
from cardwarden.cli.options import config_option, json_option, server
from cardwarden.cli.output import Column, print_json, print_table, tell, tell_indented
from cardwarden.cli.questions import confirmed
from cardwarden.cli.speech import sentence
from cardwarden.clock import SystemClock
from cardwarden.errors import RefusedError, UsageError, because
from cardwarden.phrases.phrase import Code, Phrase, phrase
from cardwarden.setup import households
from cardwarden.setup.households import Household, HouseholdState

_INDENT: Final = 4

_STYLES: Final[dict[HouseholdState, str]] = {"wrong": "bold red", "stopped": "yellow", "paused": "yellow"}


@click.group("household", cls=Group)
@config_option
def command() -> None:
    """Add, list, move or remove the households of a server. They are for whoever runs it, as the service's user."""


@command.command("add")
@click.argument("name", metavar="NAME")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--with-history", is_flag=True, help="Go on with the history that was kept of one of that name.")
@config_option
def add(name: str, file: Path, *, with_history: bool) -> int:
    """Add the household NAME, whose settings FILE says (- for standard input), and make a folder for its secrets.

    Nothing is written if its settings are wrong, or say what the server decides.
    """
    here = server()
    settings = households.add(here, name, _text(file), with_history=with_history)
    tell(phrase("household-added", name=name, path=Code(str(here.file(name)))))
    for path in households.missing_secrets(settings):
        tell(phrase("household-secret-missing", path=Code(str(path))), "yellow")
    tell(phrase("household-next", command=Code(f"cardwarden check --household {name}")))
    return 0


def _text(file: Path) -> str:
    """What a file says, or standard input for "-". Raises UsageError."""
    try:
        said = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return said.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(phrase("error-path-unreadable", path=Code(str(file)), why=because(error))) from error
    except UnicodeDecodeError:
        raise UsageError(phrase("household-no-text", path=Code(str(file)))) from None


@command.command("list")
@json_option
@config_option
def list_command(*, as_json: bool) -> int:
    """List the households: whether each is guarded, where its history is, and what is wrong with its settings."""
    known = households.households(server())
    if as_json:
        print_json(
            HouseholdsDocument(
                [
                    HouseholdDocument(
                        home.name, home.state, home.record, [sentence(problem) for problem in home.problems]
                    )
                    for home in known
                ]
            )
        )
        return 0
    if not known:
        tell(phrase("household-nobody", command=Code("cardwarden household add NAME FILE")))
        return 0
    print_table(
        [Column("household", whole=True), Column("state", whole=True), Column("record")],
        [[home.name, sentence(_standing(home)), home.record] for home in known],
    )
    for home in known:
        if home.problems:
            tell(phrase("household-wrong", name=home.name), _STYLES["wrong"])
            for problem in home.problems:
                tell_indented(problem, _INDENT)
    return 0


def _standing(home: Household) -> Phrase:
    """How it stands; if nobody guards it, who is to."""
    is_for_worker = home.state == "stopped" and home.guard != "daemon"
    return phrase(f"household-state-{f'stopped-{home.guard}' if is_for_worker else home.state}")


@command.command("pause")
@click.argument("name", metavar="NAME")
@click.option("--end", is_flag=True, help="Go on.")
@config_option
def pause(name: str, *, end: bool) -> int:
    """Let a household be: nothing is read and nothing is sent for it until --end. A daemon that runs notices by itself."""
    is_new = households.pause(server(), name, paused=not end)
    said = ("ended" if end else "paused") + ("" if is_new else "-already")
    tell(phrase(f"household-pause-{said}", name=name))
    return 0


@command.command("move")
@click.argument("name", metavar="NAME")
@click.option("--to", "address", required=True, metavar="ADDRESS", help='"sqlite", or postgresql+psycopg://....')
@config_option
def move(name: str, address: str) -> int:
    """Carry a household's whole history to another database, and use that from then on.

    Every link of its chain is gone through on both sides. If something does not fit, all stays as it was. Stop its daemon
    before. What stands at the old place is taken away; links in messages and the page's password stay as they are.
    """
    here = server()
    moved = households.move(here, name, address, SystemClock())
    if moved is None:
        tell(phrase("household-moved-already", name=name, path=Code(address)))
        return 0
    tell(phrase("household-moved", name=name, path=Code(address), count=moved.rows, proof=moved.proof))
    return 0


@command.command("remove")
@click.argument("name", metavar="NAME")
@click.option("--keep-history", "keep", is_flag=True, help="Keep its history; `add --with-history` goes on with it.")
@click.option(
    "--export",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write its history into a new file of SQLite's before, for the family to keep.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@config_option
def remove(name: str, *, keep: bool, export: Path | None, yes: bool) -> int:
    """Take a household out: its settings, its secrets, and its history unless that is to be kept. Stop its daemon before.

    What is removed is gone for good: what its contacts said before cannot be put back.
    """
    here = server()
    what = "settings" if keep else "all"
    if not yes:
        question = phrase(f"household-ask-{what}", name=name)
        if not confirmed(sentence(question), err=True):
            raise RefusedError(phrase("household-not-removed"))
    exported = households.remove(here, name, SystemClock(), keep=keep, export=export and export.absolute())
    if exported is not None:
        tell(phrase("household-exported", path=Code(str(export)), count=exported.rows, proof=exported.proof))
    tell(phrase(f"household-removed-{what}", name=name))
    return 0
