"""The unit files that cardwarden brings, and where systemd looks for them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cardwarden
from cardwarden.errors import UsageError
from cardwarden.phrases.phrase import Code, phrase

# A wheel brings the units along; a checkout has them at its top.
_PACKAGE: Final = Path(cardwarden.__file__).parent
_UNITS: Final = (_PACKAGE / "units", _PACKAGE.parents[1] / "systemd")
_PROGRAM: Final = "/opt/cardwarden/bin/cardwarden"  # as the unit files have it

EXPLAINED: Final = {
    "cardwarden.service": phrase("units-explained-service"),
    "cardwarden-check.service": phrase("units-explained-check-service"),
    "cardwarden-check.timer": phrase("units-explained-check-timer"),
    "cardwarden.sysusers.conf": phrase("units-explained-sysusers"),
}
"""What each file is for."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A file to write: its name among the units that cardwarden brings, and where systemd looks for it."""

    name: str
    place: Path


def system_units() -> list[Unit]:
    """For the whole machine."""
    units = [Unit(name, Path("/etc/systemd/system", name)) for name in EXPLAINED if "sysusers" not in name]
    return [Unit("cardwarden.sysusers.conf", Path("/etc/sysusers.d/cardwarden.conf")), *units]


def user_units(environ: Mapping[str, str], home: Path) -> list[Unit]:
    """For one user."""
    folder = Path(environ.get("XDG_CONFIG_HOME") or home / ".config").absolute() / "systemd/user"
    return [Unit(name, folder / name) for name in EXPLAINED if "sysusers" not in name]


def brought() -> Path:
    """The folder of the files that came with this installation."""
    return next(folder for folder in _UNITS if folder.is_dir())


def unit_text(unit: Unit, program: str, *, user: bool) -> str:
    """What a unit file says for a program at that path."""
    return (brought() / ("user" if user else ".") / unit.name).read_text("utf-8").replace(_PROGRAM, program)


def program_path() -> str:
    """The whole path of this installation's program, for a unit file. Raises UsageError if there is none."""
    program = Path(sys.executable).parent / "cardwarden"
    if not program.exists():
        raise UsageError(phrase("units-no-program", path=Code(str(program)), command=Code("make install")))
    if set(str(program)) & set(" \t\n\"'\\%$"):
        raise UsageError(phrase("units-odd-path", path=Code(str(program))))
    return str(program)
