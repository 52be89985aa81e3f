"""The commands that make cardwarden a service of systemd, as a person would type them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cardwarden.errors import RefusedError, because
from cardwarden.phrases.phrase import Code, Sentence, phrase
from cardwarden.setup.home import SERVICE_USER, Home, InstallKind, service_owner

_BOOTED: Final = Path("/run/systemd/system")  # sd_booted(3)
_PATIENCE: Final = 360.0  # seconds: the unit's own TimeoutStartSec, and some more
Argv = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """What to run before the files are written (the service's user has to own them), and after."""

    before: tuple[Argv, ...] = ()
    after: tuple[Argv, ...] = ()


def has_systemd(booted: Path = _BOOTED) -> bool:
    """Whether this machine was started by systemd."""
    return booted.is_dir()


def steps(home: Home, program: str) -> Steps:
    """What starts the service for a home; `program` is the whole path of cardwarden."""
    match home.kind:
        case InstallKind.CONTAINER:
            return Steps()
        case InstallKind.USER:
            control: Argv = ("systemctl", "--user")
            return Steps(
                after=(
                    (program, "systemd", "install", "--user"),
                    (*control, "daemon-reload"),
                    (*control, "enable", "cardwarden.service"),
                    (*control, "restart", "cardwarden.service"),
                )
            )
        case InstallKind.SERVICE:
            makes_user: tuple[Argv, ...] = (
                () if service_owner() else (("systemd-sysusers", "/etc/sysusers.d/cardwarden.conf"),)
            )
            return Steps(
                before=((program, "systemd", "install"), *makes_user),
                after=(
                    ("systemctl", "daemon-reload"),
                    ("systemctl", "enable", "cardwarden.service"),
                    ("systemctl", "restart", "cardwarden.service"),
                ),
            )


def run(commands: Sequence[Argv]) -> None:
    """Run commands, one after the other. Raises RefusedError, which names the one that failed and what it said."""
    for command in commands:
        typed = Code(" ".join(command))
        try:
            done = subprocess.run(  # noqa: S603 - they are our own, and were shown
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            why = because(error) if isinstance(error, OSError) else Code(type(error).__name__)
            raise RefusedError(phrase("setup-not-run", command=typed, why=why)) from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            code = str(done.returncode)
            if said:
                last = Sentence(said[-1])
                raise RefusedError(phrase("setup-failed-saying", command=typed, code=code, said=last))
            raise RefusedError(phrase("setup-failed", command=typed, code=code))


def as_user(home: Home) -> str:
    """What stands before a command that is for this home's user."""
    return f"sudo -u {SERVICE_USER} " if home.kind is InstallKind.SERVICE else ""
