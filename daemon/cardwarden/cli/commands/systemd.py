"""`cardwarden systemd install`: the units that start the daemon, written where systemd finds them, and explained."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from cardwarden.cli.groups import Group
from cardwarden.cli.options import config_option, household, speak_as_configured
from cardwarden.cli.output import say, say_whole, tell, tell_indented
from cardwarden.errors import UsageError, because
from cardwarden.phrases.phrase import Code, Phrase, phrase
from cardwarden.setup.units import EXPLAINED, brought, program_path, system_units, unit_text, user_units

_INDENT: Final = 6


@click.group(cls=Group)
@config_option
def command() -> None:
    """Run cardwarden under systemd."""


@command.command()
@click.option("--user", is_flag=True, help="For yourself only, with your own configuration and database.")
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("/"),
    metavar="DIR",
    help="Write below this directory instead of /, for packages and images.",
)
@config_option
def install(*, user: bool, root: Path) -> None:
    """Write the unit files and say what comes next. What was there under their names is replaced."""
    speak_as_configured()
    if household() is not None:
        raise UsageError(phrase("units-of-home", option=Code("--household")))
    program = program_path()
    for unit in user_units(os.environ, Path.home()) if user else system_units():
        path = root / unit.place.relative_to("/")
        done = _write(path, unit_text(unit, program, user=user), user=user)
        tell(phrase("units-file", done=phrase(f"units-{done}"), path=Code(str(path))))
        tell_indented(EXPLAINED[unit.name], _INDENT)
    say()
    edit = "systemctl --user edit cardwarden" if user else "sudo systemctl edit cardwarden"
    tell(phrase("units-drop-in", command=Code(edit)))
    say()
    tell(phrase("units-next"))
    for command, what in _next_for_user(program) if user else _next_for_system(program):
        say_whole(command, 2, "cyan")
        tell_indented(what, _INDENT)
    say()
    if not user:
        tell(phrase("units-books-in-homes", path=Code(str(brought() / "books-in-home.conf"))))
    timer, service = Code("cardwarden-check.timer"), Code("cardwarden.service")
    tell(phrase("units-no-daemon", timer=timer, service=service))


def _next_for_system(program: str) -> Iterator[tuple[str, Phrase]]:
    """What is to be typed after the units are there, and what that does."""
    yield "sudo systemd-sysusers", phrase("units-makes-user")
    yield "sudo systemctl daemon-reload", phrase("units-reads-files")
    yield "sudo mkdir -p /etc/cardwarden", phrase("units-holds-configuration")
    yield f"sudo -u cardwarden {program} config validate", phrase("units-says-what-is-wrong")
    yield "sudo systemctl enable --now cardwarden.service", phrase("units-starts")


def _next_for_user(program: str) -> Iterator[tuple[str, Phrase]]:
    yield "systemctl --user daemon-reload", phrase("units-reads-files")
    yield f"{program} config validate", phrase("units-says-what-is-wrong")
    yield "systemctl --user enable --now cardwarden.service", phrase("units-starts")
    yield "sudo loginctl enable-linger $USER", phrase("units-lingers")


def _write(path: Path, text: str, *, user: bool) -> str:
    """What was done: "written", "replaced" or "unchanged". Raises UsageError."""
    try:
        before = path.read_text("utf-8") if path.exists() else None
        if before == text:
            return "unchanged"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        if user:
            raise UsageError(phrase("error-path-unwritable", path=Code(str(path)), why=because(error))) from error
        raise UsageError(phrase("units-hint-sudo", path=Code(str(path)), why=because(error))) from error
    path.chmod(0o644)
    return "written" if before is None else "replaced"
