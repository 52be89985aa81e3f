"""The clock and the time zone: history is told by them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import cardwarden
from cardwarden.doctor.patient import Patient
from cardwarden.doctor.result import Result, ok, trouble, unknown
from cardwarden.phrases.phrase import Moment

_SLACK: Final = timedelta(days=1)  # of the time zone of whoever built it
_SET: Final = "sudo timedatectl set-ntp true"
_INSTALL: Final = "sudo apt-get install systemd-timesyncd"


def is_right(patient: Patient) -> Iterator[Result]:
    """No clock is before the program itself was installed; a Pi without a battery starts years ago."""
    built = datetime.fromtimestamp(Path(cardwarden.__file__).stat().st_mtime, UTC)
    mend = _INSTALL if patient.machine.time_service() is False else _SET
    if patient.clock.now() < built - _SLACK:
        yield trouble("clock-behind", mend=mend, now=Moment(patient.clock.now()))
        return
    match patient.machine.synchronized():
        case True:
            yield ok("clock")
        case False:
            yield trouble("clock-unset", mend=mend)
        case None:
            yield unknown("clock-unknown")


def knows_its_zone(patient: Patient) -> Iterator[Result]:
    if patient.settings is None:
        return
    if patient.settings.timezone or patient.environ.get("TZ"):
        yield ok("zone", zone=patient.settings.timezone or patient.environ["TZ"])
        return
    real = patient.machine.local_time.resolve()
    zone = "/".join(real.parts[real.parts.index("zoneinfo") + 1 :]) if "zoneinfo" in real.parts else ""
    if zone and zone not in {"UTC", "Etc/UTC"}:
        yield ok("zone", zone=zone)
    else:
        yield unknown("zone-unknown", mend='timezone = "Asia/Tokyo"')
