"""The secrets that the settings refer to: are they there, and for nobody else to read?"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

from cardwarden.doctor.checks.configuration import is_closed
from cardwarden.doctor.patient import Patient, user_name
from cardwarden.doctor.result import Result, ok, trouble, unknown
from cardwarden.errors import SettingsError
from cardwarden.settings.secrets import resolve
from cardwarden.sources.options import Options
from cardwarden.sources.secret import given, references

_BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OF_ENGINE = Path("/run/secrets")
"""Where a container's engine puts secrets, 0444 by its own choice: nobody else is in there."""


def can_be_read(patient: Patient) -> Iterator[Result]:
    for options, secret, where, subject in _references(patient):
        [(kind, reference)] = given(options, secret).items()
        if kind == "credential" and "CREDENTIALS_DIRECTORY" not in patient.environ:
            yield unknown("secret-of-systemd", subject, key=f"{where}.{secret}_credential")
            continue
        try:
            resolve(options, secret, where, patient.environ)
        except SettingsError as error:
            yield trouble("secret-lost", subject, _mend(patient, kind, reference, secret, subject), problem=error.said)
            continue
        if kind == "file":
            path = Path(str(reference))
            if path.stat().st_mode & _BY_OTHERS and not path.is_relative_to(_OF_ENGINE):
                yield trouble("secret-open", subject, _for_us_alone(patient, path), path=path)
                continue
        yield ok("secret", subject, key=f"{where}.{secret}_{kind}")


def _references(patient: Patient) -> Iterator[tuple[Options, str, str, str]]:
    """The tables that refer to a secret: the table, the secret's name, its path in the settings, its short name."""
    if patient.settings is None:
        return
    for table, secret, where in references(patient.settings):
        above, _, name = where.rpartition(".")
        yield table, secret, where, name if above in {"sources", "alerts.channels"} else ""


def _mend(patient: Patient, kind: str, reference: object, secret: str, subject: str) -> str:
    match kind, reference, secret:
        case "env", _, _:
            file = patient.config.with_name("environment") if patient.config else "environment"
            return patient.root("sh", "-c", f"umask 077; echo {reference}=... >> {shlex.quote(str(file))}")
        case "file", Path(), _ if is_closed(reference):
            return _for_us_alone(patient, reference)
        case "file", _, "login":
            return patient.command("login", subject)
        case "file", _, _:
            file, ours = shlex.quote(str(reference)), f"; chown {user_name()}: " if patient.is_system else ""
            return patient.root("sh", "-c", f"umask 077; cat > {file}{ours}{file if ours else ''}")
        case "command", (str(program), *_), _:
            return program
        case _:
            return patient.systemctl("edit", patient.unit)


def _for_us_alone(patient: Patient, path: Path) -> str:
    """Root's file is given to whom the program runs as: closed to others alone, it would be closed to us."""
    close = shlex.join(["chmod", "600", str(path)])
    try:
        is_ours = path.stat().st_uid == os.geteuid()
    except OSError:
        is_ours = False
    if is_ours:
        return patient.root("chmod", "600", str(path))
    return shlex.join(["sudo", "sh", "-c", f"{shlex.join(['chown', f'{user_name()}:', str(path)])} && {close}"])
