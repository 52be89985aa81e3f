"""Contacts that are guarded closely: is anybody, if there are those whose names swindlers borrow?"""

from __future__ import annotations

from collections.abc import Iterator

from cardwarden.actions.guard import guarded_contacts, suggested_contacts
from cardwarden.doctor.checks.database import looking
from cardwarden.doctor.patient import Patient
from cardwarden.doctor.result import Result, ok, unknown
from cardwarden.settings.model import own_addresses


def are_chosen(patient: Patient) -> Iterator[Result]:
    """Advice, not a trouble: whom to guard closely is for the owner to say."""
    with looking(patient) as program:
        if program is None:
            return  # another check tells why
        settings = program.settings
        with program.store.read() as connection:
            count = len(settings.guarded.contacts) + len(guarded_contacts(connection))
            names = suggested_contacts(connection, settings.guarded.contacts, own_addresses(settings))
    if count:
        yield ok("guarded", count=count)
    elif names:
        yield unknown("guarded-nobody", mend=patient.command("guard", names[0]), names=", ".join(names))
