"""Members and their stamps."""

from __future__ import annotations

from cardwarden.store.engine import Store
from cardwarden.store.members import Stamp, load_members, save_members
from support.store import check


def test_members_are_set_changed_and_forgotten(store: Store) -> None:
    with store.write() as connection:
        book, _ = check(connection)
        first = {"a.vcf": Stamp("1"), "caf\udce9.vcf": Stamp("1"), "gone.vcf": Stamp("1")}
        save_members(connection, book, list(first), first.__getitem__, [])
        later = {"a.vcf": Stamp("2", settled=False), "new.vcf": Stamp("1")}
        save_members(connection, book, list(later), later.__getitem__, ["gone.vcf"])
    with store.read() as connection:
        assert load_members(connection, book) == {
            "a.vcf": Stamp("2", settled=False),
            "caf\udce9.vcf": Stamp("1"),
            "new.vcf": Stamp("1"),
        }
        assert load_members(connection, book + 1) == {}
