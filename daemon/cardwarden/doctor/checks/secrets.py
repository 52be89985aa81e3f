"""The secrets that the settings refer to: are they there, and for nobody else to read?"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from cardwarden.doctor.patient import Patient
from cardwarden.doctor.result import Result, ok, trouble, unknown
from cardwarden.errors import SettingsError
from cardwarden.settings.secrets import resolve
from cardwarden.sources.options import Options
from cardwarden.sources.secret import given

_BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def can_be_read(patient: Patient) -> Iterator[Result]:
    for options, secret, where, subject in _references(patient):
        [(kind, reference)] = given(options, secret).items()
        if kind == "credential" and "CREDENTIALS_DIRECTORY" not in patient.environ:
            yield unknown("secret-of-systemd", subject, key=f"{where}.{secret}_credential")
            continue
        try:
            resolve(options, secret, where, patient.environ)
        except SettingsError as error:
            yield trouble("secret-lost", subject, _mend(patient, kind, reference), problem=error.said)
            continue
        if kind == "file":
            path = Path(str(reference))
            if path.stat().st_mode & _BY_OTHERS:
                yield trouble("secret-open", subject, patient.root("chmod", "600", str(path)), path=path)
                continue
        yield ok("secret", subject, key=f"{where}.{secret}_{kind}")


def _references(patient: Patient) -> Iterator[tuple[Options, str, str, str]]:
    """The tables that refer to a secret: the table, the secret's name, its path in the settings, its short name."""
    settings = patient.settings
    if settings is None:
        return
    tables: list[tuple[Options, tuple[str, ...], str, str]] = [
        *(
            (table, ("password", "bearer", "login"), f"sources.{name}", name)
            for name, table in settings.sources.items()
        ),
        *((table, ("url",), f"alerts.channels.{name}", name) for name, table in settings.alerts.channels.items()),
        (settings.health, ("ping_url",), "health", ""),
    ]
    for table, secrets, where, name in tables:
        yield from ((table, secret, where, name) for secret in secrets if given(table, secret))


def _mend(patient: Patient, kind: str, reference: object) -> str:
    match kind, reference:
        case "env", _:
            file = patient.config.with_name("environment") if patient.config else "environment"
            return patient.root("sh", "-c", f"umask 077; echo {reference}=... >> {file}")
        case "file", _:
            return patient.root("sh", "-c", f"umask 077; cat > {reference}")
        case "command", (str(program), *_):
            return program
        case _:
            return patient.systemctl("edit", patient.unit)
