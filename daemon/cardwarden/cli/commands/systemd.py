"""`cardwarden systemd install`: the units that start the daemon, written where systemd finds them, and explained."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from cardwarden.cli.groups import Group
from cardwarden.cli.options import config_option
from cardwarden.cli.output import say
from cardwarden.errors import UsageError
from cardwarden.setup.units import EXPLAINED, brought, program_path, system_units, text_of, user_units

_NEXT_SYSTEM: Final = """\
Every line is explained in the files. What you want otherwise goes into a drop-in: sudo systemctl edit cardwarden

Next:
  sudo systemd-sysusers              makes the user
  sudo systemctl daemon-reload       lets systemd read the files
  sudo mkdir -p /etc/cardwarden      holds cardwarden.toml; "cardwarden config sample" prints one to begin with
  sudo -u cardwarden {program} config validate
  sudo systemctl enable --now cardwarden.service

Books in homes that are closed to others need a drop-in: {units}/books-in-home.conf
No daemon wanted? Enable cardwarden-check.timer instead of cardwarden.service."""
_NEXT_USER: Final = """\
Every line is explained in the files. What you want otherwise goes into a drop-in: systemctl --user edit cardwarden

Next:
  systemctl --user daemon-reload     lets systemd read the files
  {program} config validate
  systemctl --user enable --now cardwarden.service
  sudo loginctl enable-linger $USER  keeps it running while you are not logged in

No daemon wanted? Enable cardwarden-check.timer instead of cardwarden.service."""


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
    program = program_path()
    for unit in user_units(os.environ, Path.home()) if user else system_units():
        done = _write(root / unit.place.relative_to("/"), text_of(unit, program, user=user), user=user)
        say(f"{done:9}  {root / unit.place.relative_to('/')}")
        say(f"           {EXPLAINED[unit.name]}")
    say()
    say((_NEXT_USER if user else _NEXT_SYSTEM).format(program=program, units=brought()))


def _write(path: Path, text: str, *, user: bool) -> str:
    """What was done: "written", "replaced" or "unchanged". Raises UsageError."""
    try:
        before = path.read_text("utf-8") if path.exists() else None
        if before == text:
            return "unchanged"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        hint = "" if user else " Run the command with sudo, or with --user for yourself only."
        raise UsageError(f"{path} cannot be written ({error.strerror}).{hint}") from error
    path.chmod(0o644)
    return "written" if before is None else "replaced"
