"""Each pair of copies: is the copy compared with its origin?"""

from __future__ import annotations

from collections.abc import Iterator

from cardwarden.actions.queries.mirrors import MirrorState, mirrors_now
from cardwarden.doctor.checks.database import looking
from cardwarden.doctor.patient import Patient
from cardwarden.doctor.result import Result, ok, trouble, unknown
from cardwarden.phrases.phrase import Code


def are_compared(patient: Patient) -> Iterator[Result]:
    """Whether each pair was compared, and its books are copies at all."""
    if patient.settings is None or not patient.settings.mirrors:
        return
    with looking(patient) as program:
        if program is None:
            return  # another check tells why
        with program.store.read() as connection:
            mirrors = mirrors_now(connection, program.mirrors)
    for mirror in mirrors:
        source = mirror.copy.partition("/")[0]
        match mirror.state:
            case MirrorState.COMPARED:
                yield ok("mirror-compared", mirror.name, origin=mirror.origin, copy=mirror.copy)
            case MirrorState.NEVER:
                yield unknown(
                    "mirror-never", mirror.name, patient.command("check"), origin=mirror.origin, copy=mirror.copy
                )
            case MirrorState.APART:
                mend = patient.command("diff", "--source", mirror.origin, "--source", mirror.copy)
                yield trouble("mirror-apart", mirror.name, mend, origin=mirror.origin, copy=mirror.copy)
            case MirrorState.FAILED:
                mend = patient.command("check")
                place = Code(mirror.fault)
                yield trouble("mirror-failed", mirror.name, mend, origin=mirror.origin, copy=mirror.copy, place=place)
            case MirrorState.UNCLEAR:
                yield trouble(
                    "mirror-unclear", mirror.name, patient.command("status"), origin=mirror.origin, copy=source
                )
