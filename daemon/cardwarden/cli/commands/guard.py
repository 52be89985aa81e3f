"""`cardwarden guard`: contacts whose every change is told at once."""

from __future__ import annotations

from collections.abc import Iterator

import click

from cardwarden.actions.guard import (
    guard_card,
    guard_category,
    guarded_contacts,
    is_guarded_by_settings,
    suggested_contacts,
    unguard_card,
    unguard_category,
)
from cardwarden.actions.queries.documents.checks import GuardDocument, GuardedDocument, GuardedListDocument
from cardwarden.actions.queries.naming import card_named, known_source
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import Column, print_json, print_table, tell
from cardwarden.cli.person import person
from cardwarden.cli.speech import reader, sentence
from cardwarden.errors import RefusedError, UsageError
from cardwarden.phrases.phrase import Code, Person, enumerated, phrase
from cardwarden.settings.model import own_addresses
from cardwarden.wiring import Opening, Program, assembled

_HOW = Code("cardwarden guard NAME")


@click.command("guard")
@click.argument("contact", required=False, metavar="[NAME|UID|NUMBER]")
@click.option("--category", metavar="NAME", help="Every contact of this category instead, in every book.")
@click.option("--source", metavar="NAME", help="The contact in this source.")
@click.option("--remove", is_flag=True, help="Guard it as any other again.")
@click.option("--list", "listing", is_flag=True, help="List whom is guarded closely.")
@json_option
@config_option
def command(
    contact: str | None, *, category: str | None, source: str | None, remove: bool, listing: bool, as_json: bool
) -> int:
    """Guard a contact closely: each change of it is critical from now on, whoever made it, and its removal too.

    That counts from the next look at the contact. Those that the configuration names under [guarded] are guarded so, too.
    """
    if sum(map(bool, (contact, category, listing))) != 1:
        raise UsageError(phrase("guard-what"))
    with assembled(settings(), Opening.LOOK if listing else Opening.USE) as program:
        if listing:
            return _list(program, as_json=as_json)
        done = (
            _category(program, category, remove=remove, as_json=as_json)
            if category
            else _contact(program, contact or "", source, remove=remove, as_json=as_json)
        )
    if as_json:
        print_json(GuardDocument(changed=done, guarded=not remove))
    return 0


def _category(program: Program, name: str, *, remove: bool, as_json: bool) -> bool:
    """Begin or end guarding a category; gives whether that changed anything."""
    if remove:
        done = unguard_category(program.store, name)
        said = phrase("guard-category-ended", name=name) if done else phrase("guard-category-was-not", name=name)
    else:
        done = guard_category(program.store, name, program.clock, who=person())
        said = phrase("guard-category-done", name=name) if done else phrase("guard-category-already", name=name)
    if not as_json:
        tell(said)
    return done


def _contact(program: Program, named: str, source: str | None, *, remove: bool, as_json: bool) -> bool:
    """Begin or end guarding a contact; gives whether that changed anything."""
    with program.store.read() as connection:
        known_source(connection, program.settings.sources, source)
        contact = card_named(connection, named, source)
    who, there = Person(contact.card.entry.name, contact.card.entry.key), contact.source
    if remove:
        done = unguard_card(program.store, contact.card.id)
        if not done:
            judging = program.judging(there)
            if is_guarded_by_settings(judging.guarded, judging.region, contact):
                raise RefusedError(phrase("guard-by-settings", who=who, source=there))
        said = phrase("guard-ended", who=who, source=there) if done else phrase("guard-was-not", who=who, source=there)
    else:
        done = guard_card(program.store, contact.card.id, program.clock, who=person())
        said = phrase("guard-done", who=who, source=there) if done else phrase("guard-already", who=who, source=there)
    if not as_json:
        tell(said)
    return done


def _list(program: Program, *, as_json: bool) -> int:
    """Print whom is guarded closely, by whose wish, and whom else it would suit."""
    with program.store.read() as connection:
        chosen = guarded_contacts(connection)
        suggested = suggested_contacts(connection, program.settings.guarded.contacts, own_addresses(program.settings))
    if as_json:
        print_json(
            GuardedListDocument(
                settings=list(program.settings.guarded.contacts),
                guarded=[
                    GuardedDocument(
                        uid=guarded.card.card.entry.uid if guarded.card else None,
                        name=guarded.card.card.entry.name if guarded.card else None,
                        source=guarded.card.source if guarded.card else None,
                        category=guarded.category,
                        at=guarded.at,
                        who=sentence(guarded.who),
                    )
                    for guarded in chosen
                ],
                suggested=suggested,
            )
        )
        return 0
    rows = list(_rows(program))
    if rows:
        print_table([Column("guarded"), Column("source"), Column("when", whole=True), Column("by")], rows)
    else:
        tell(phrase("guard-nobody", command=_HOW))
    if suggested:
        tell(phrase("guard-suggested", names=enumerated(suggested), command=_HOW))
    return 0


def _rows(program: Program) -> Iterator[list[str]]:
    for word in program.settings.guarded.contacts:
        yield [sentence(word), "-", "-", sentence(phrase("guard-in-settings"))]
    with program.store.read() as connection:
        for guarded in guarded_contacts(connection):
            who = guarded.card.card.entry if guarded.card else None
            name = Person(who.name, who.key) if who else phrase("guard-category", name=guarded.category or "")
            yield [
                sentence(name),
                guarded.card.source if guarded.card else "-",
                reader().short(guarded.at),
                sentence(guarded.who),
            ]
