"""`cardwarden systemd install`: the units that start the daemon, written where systemd finds them, and explained."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

import cardwarden
from cardwarden.cli.options import config_option
from cardwarden.cli.output import say
from cardwarden.errors import UsageError

# A wheel brings the units along; a checkout has them at its top.
_PACKAGE: Final = Path(cardwarden.__file__).parent
_UNITS: Final = (_PACKAGE / "units", _PACKAGE.parents[1] / "systemd")
_PROGRAM: Final = "/opt/cardwarden/bin/cardwarden"  # as the unit files have it

_EXPLAINED: Final = {
    "cardwarden.service": "the daemon: guards the books all the time, and is started again whatever ends it",
    "cardwarden-check.service": "one check of all books, for those who want no daemon",
    "cardwarden-check.timer": "starts that check every quarter of an hour",
    "cardwarden.sysusers.conf": 'the user "cardwarden", which owns the database and nothing else',
}
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


@dataclass(frozen=True, slots=True)
class _Unit:
    """A file to write: its name among the units that cardwarden brings, and where systemd looks for it."""

    name: str
    place: Path


@click.group()
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
    units, program = _brought(), _program()
    for unit in _user_units() if user else _system_units():
        text = (units / ("user" if user else ".") / unit.name).read_text("utf-8").replace(_PROGRAM, program)
        done = _write(root / unit.place.relative_to("/"), text, user=user)
        say(f"{done:9}  {root / unit.place.relative_to('/')}")
        say(f"           {_EXPLAINED[unit.name]}")
    say()
    say((_NEXT_USER if user else _NEXT_SYSTEM).format(program=program, units=units))


def _system_units() -> list[_Unit]:
    units = [_Unit(name, Path("/etc/systemd/system", name)) for name in _EXPLAINED if "sysusers" not in name]
    return [_Unit("cardwarden.sysusers.conf", Path("/etc/sysusers.d/cardwarden.conf")), *units]


def _user_units() -> list[_Unit]:
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config").absolute() / "systemd/user"
    return [_Unit(name, folder / name) for name in _EXPLAINED if "sysusers" not in name]


def _brought() -> Path:
    return next(folder for folder in _UNITS if folder.is_dir())


def _program() -> str:
    """The whole path of this installation's program, for a unit file. Raises UsageError where there is none."""
    program = Path(sys.executable).parent / "cardwarden"
    if not program.exists():
        raise UsageError(
            f'There is no program {program} for systemd to start. Install cardwarden first: "make install".'
        )
    if set(str(program)) & set(" \t\n\"'\\%$"):
        raise UsageError(f"systemd cannot start {program!s} as its path has a space or a quote. Install it elsewhere.")
    return str(program)


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
