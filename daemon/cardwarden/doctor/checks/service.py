"""The service: are its units those of this program, does the daemon live, and does it stay?"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import cardwarden
from cardwarden.doctor.patient import Patient, user_name
from cardwarden.doctor.result import Result, ok, trouble, unknown
from cardwarden.errors import StoreError, UsageError
from cardwarden.service import heartbeat
from cardwarden.service.guards import Guards, said_of_guards
from cardwarden.service.life import is_running
from cardwarden.setup.units import Unit, program_path, system_units, unit_text, user_units

_WORKER: Final = "cardwarden-worker@1"


def units_fit(patient: Patient) -> Iterator[Result]:
    """Units of another version, or of a program that is gone, start something else than what was installed."""
    install = patient.root("cardwarden", "systemd", "install", *([] if patient.is_system else ["--user"]))
    mend = f"{install} && {patient.systemctl('daemon-reload')}"
    there = [(unit, place) for unit in _units(patient) if (place := _place(patient, unit.place)).exists()]
    if not there:
        return
    try:
        program = program_path()
    except UsageError as error:
        yield unknown("units-unknown", why=error.said)
        return
    for unit, place in there:
        text = place.read_text("utf-8", "replace")
        starts = next(
            (line.partition("=")[2].split()[0] for line in text.splitlines() if line.startswith("ExecStart=")), ""
        )
        if starts and not Path(starts).exists():
            yield trouble("unit-starts-nothing", mend=mend, unit=unit.name, path=starts)
        elif text != unit_text(unit, program, user=not patient.is_system):
            yield trouble("unit-is-another", mend=mend, unit=unit.name)
        else:
            yield ok("unit", unit=unit.name)


def lives(patient: Patient) -> Iterator[Result]:
    if (database := patient.database) is None:
        return
    beat = heartbeat.read(heartbeat.life_beside(database))
    try:
        guards = None if is_running(database) else _guards(patient)
    except StoreError as error:
        yield unknown("workers-unknown", why=error.said)
        return
    if guards and (guards.living or beat is None):
        yield _guarded(patient, guards)
    elif beat is None:
        yield trouble("daemon-stopped", mend=patient.systemctl("enable", "--now", patient.unit))
    elif not beat.is_alive(patient.clock.monotonic()):
        yield trouble("daemon-silent", mend=patient.systemctl("restart", patient.unit))
    else:
        yield from _awake(patient, beat)


def _guards(patient: Patient) -> Guards | None:
    """The workers that may guard it. Raises SettingsError, StoreError."""
    if patient.settings is None or patient.settings.share is None:
        return None
    from cardwarden.fleet.guards import guards_of  # noqa: PLC0415 - a home has no workers

    return guards_of(patient.settings)


def _guarded(patient: Patient, guards: Guards) -> Result:
    """Whether workers guard the household, in place of a daemon."""
    if guards.is_guarding:
        return ok("workers", count=guards.living)
    if guards.state == "paused":
        return unknown("workers-paused")
    if not guards.living:
        by_hand = shlex.join(["cardwarden", "worker", "--config", str(patient.config)])
        return trouble(
            "workers-none", mend=patient.systemctl("enable", "--now", _WORKER) if patient.is_system else by_hand
        )
    return trouble("workers-not", problem=said_of_guards(guards))


def _awake(patient: Patient, beat: heartbeat.Heartbeat) -> Iterator[Result]:
    restart = patient.systemctl("restart", patient.unit)
    installed = datetime.fromtimestamp(Path(cardwarden.__file__).stat().st_mtime, UTC)
    if datetime.fromisoformat(beat.started_at) < installed < patient.clock.now():
        yield trouble("daemon-is-older", mend=restart)
    if patient.database and (problem := beat.trouble_now(patient.database)):
        yield trouble("daemon-is-blind", mend=patient.command("status"), problem=problem)
    sources = patient.settings.sources if patient.settings else {}
    if beat.watch.keys() != sources.keys():
        yield trouble("daemon-has-other-settings", mend=patient.systemctl("reload", patient.unit))
    yield ok("daemon")


def outlives_the_login(patient: Patient) -> Iterator[Result]:
    """A user's services end with the last login, unless the user lingers (loginctl(1))."""
    unit = next(unit for unit in user_units(patient.environ, patient.home) if unit.name == "cardwarden.service")
    if patient.is_system or not unit.place.exists() or os.geteuid() == 0:
        return
    if (patient.machine.linger / user_name()).exists():
        yield ok("lingers")
    else:
        yield trouble("lingers-not", mend=f"sudo loginctl enable-linger {user_name()}")


def _units(patient: Patient) -> list[Unit]:
    return system_units() if patient.is_system else user_units(patient.environ, patient.home)


def _place(patient: Patient, usual: Path) -> Path:
    """Where the machine has it; system units may be looked for elsewhere."""
    system = Path("/etc/systemd/system")
    return patient.machine.system_units / usual.relative_to(system) if usual.is_relative_to(system) else usual
