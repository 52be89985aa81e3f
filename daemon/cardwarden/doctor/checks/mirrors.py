"""Each pair of copies: is the copy compared with its origin?"""

from __future__ import annotations

from collections.abc import Iterator

from cardwarden.actions.queries.mirrors import MirrorState, mirrors_now
from cardwarden.doctor.checks.database import store_of
from cardwarden.doctor.patient import Patient
from cardwarden.doctor.result import Result, ok, trouble, unknown
from cardwarden.store.engine import Store
from cardwarden.wiring import mirrors_of


def are_compared(patient: Patient) -> Iterator[Result]:
    """Whether each pair was compared, and its books are copies at all."""
    if patient.settings is None or not patient.settings.mirrors:
        return
    store = store_of(patient)
    if not isinstance(store, Store):
        return  # another check tells why
    try:
        with store.read() as connection:
            found = mirrors_now(connection, mirrors_of(patient.settings))
    finally:
        store.close()
    for one in found:
        source = one.copy.partition("/")[0]
        match one.state:
            case MirrorState.COMPARED:
                yield ok("mirror-compared", one.name, origin=one.origin, copy=one.copy)
            case MirrorState.NEVER:
                yield unknown("mirror-never", one.name, patient.command("check"), origin=one.origin, copy=one.copy)
            case MirrorState.APART:
                mend = patient.command("diff", "--source", one.origin, "--source", one.copy)
                yield trouble("mirror-apart", one.name, mend, origin=one.origin, copy=one.copy)
            case MirrorState.UNCLEAR:
                yield trouble("mirror-unclear", one.name, patient.command("status"), origin=one.origin, copy=source)
