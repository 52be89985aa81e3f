"""Contacts that are guarded closely: is anybody, if there are those whose names swindlers borrow?"""

from __future__ import annotations

from collections.abc import Iterator

from cardwarden.actions.guard import guarded_contacts, suggested_contacts
from cardwarden.doctor.checks.database import store_of
from cardwarden.doctor.patient import Patient
from cardwarden.doctor.result import Result, ok, unknown
from cardwarden.settings.model import own_addresses
from cardwarden.store.engine import Store


def are_chosen(patient: Patient) -> Iterator[Result]:
    """Advice, not a trouble: whom to guard closely is for the owner to say."""
    store = store_of(patient)
    if patient.settings is None or not isinstance(store, Store):
        return  # another check tells why
    try:
        with store.read() as connection:
            count = len(patient.settings.guarded.contacts) + len(guarded_contacts(connection))
            names = suggested_contacts(connection, patient.settings.guarded.contacts, own_addresses(patient.settings))
    finally:
        store.close()
    if count:
        yield ok("guarded", count=count)
    elif names:
        yield unknown("guarded-nobody", mend=patient.command("guard", names[0]), names=", ".join(names))
