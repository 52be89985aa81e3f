"""One field of a card is put back as it was in an older state; the rest of the card stays as it is."""

from __future__ import annotations

from cardwarden.actions.queries.fields import field_key
from cardwarden.actions.restore.plan import Plan, RestoreStep, is_sound, step_for
from cardwarden.actions.terms import Judging
from cardwarden.errors import RefusedError
from cardwarden.phrases.phrase import Field, Person, phrase
from cardwarden.store import bodies as body_store
from cardwarden.store import cards as card_store
from cardwarden.store import versions as version_store
from cardwarden.store.books import StoredBook
from cardwarden.store.cards import StoredCard
from cardwarden.store.engine import Connection
from cardwarden.vcard.canonical import facts_of
from cardwarden.vcard.content import RawCard, visible_card
from cardwarden.vcard.diff import Change, diff_facts
from cardwarden.vcard.digest import digest_of
from cardwarden.vcard.encoding import charsets_of
from cardwarden.vcard.patch import put_back


def plan_of_field(connection: Connection, card_id: int, check: int | None, key: str, judging: Judging) -> Plan:
    """What would put back one field (`field_key`) as the state said it that `check` saw first.

    Raises RefusedError if the contact is gone, or has no such state any more.
    """
    book, row = card_store.card_by_id(connection, card_id)
    judging = judging.of_book(book)
    state = next(
        (version for version in version_store.versions(connection, card_id) if version.from_check == check), None
    )
    if not row.present:
        raise RefusedError(phrase("restore-field-gone"))
    if state is None:
        raise RefusedError(phrase("restore-field-no-state"))
    there, was = body_store.body(connection, row.entry.digest), body_store.body(connection, state.digest)
    changes = [change for change in _changes(was, there, judging) if field_key(change) == key]
    field = changes[0].name if changes else ""
    what = phrase("restored-field", what=Person(row.entry.name, row.entry.key), field=Field(field))
    if not changes:
        return Plan(book, what, already=1)
    wanted = put_back(there, was, changes, judging.region, judging.usual)
    if not is_sound(wanted, there, was, changes, judging):
        raise RefusedError(phrase("restore-field-unreadable"))
    return Plan(book, what, (_step(connection, book, row, wanted),))


def _step(connection: Connection, book: StoredBook, row: StoredCard, wanted: bytes) -> RestoreStep:
    """A card that nothing waits on is held to what is written; one that something waits on, to what it was held to."""
    return step_for(connection, book, row, wanted, digest_of(wanted) if row.is_accepted else row.base)


def _changes(was: bytes, there: bytes, judging: Judging) -> list[Change]:
    read = zip((was, there), charsets_of(was, there, judging.region, judging.usual), strict=True)
    return diff_facts(
        *(facts_of(visible_card(RawCard(body), charset), judging.region, judging.ignore) for body, charset in read)
    )
