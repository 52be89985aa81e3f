"""`cardwarden restore`: put back what a finding, a contact or a book said before."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from cardwarden.actions.checked import Checked
from cardwarden.actions.new_files import new_files
from cardwarden.actions.queries.documents.restores import (
    ImportFileDocument,
    PastRestoreDocument,
    RecheckDocument,
    RestoredBookDocument,
    RestoredCardDocument,
    RestoreDocument,
    RestoresDocument,
)
from cardwarden.actions.queries.naming import card_named, findings_named, known_source
from cardwarden.actions.queries.restores import past_restores, still_open
from cardwarden.actions.restore.drift import missing_cards
from cardwarden.actions.restore.perform import Restored, looked_at, plans, restore
from cardwarden.actions.restore.plan import Plan, RestoreRequest, RestoreStep
from cardwarden.cli import times
from cardwarden.cli.difference import difference, shown_lines
from cardwarden.cli.listing import with_reason
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import INDENT, Column, print_json, print_table, say_value, tell
from cardwarden.cli.person import person
from cardwarden.cli.progress import showing
from cardwarden.cli.questions import confirmed
from cardwarden.cli.speech import sentence
from cardwarden.cli.waiting import say_waiting, somebody_waits
from cardwarden.errors import RefusedError, UsageError, because
from cardwarden.phrases.phrase import Code, phrase, together
from cardwarden.progress import Progress
from cardwarden.vcard.digest import digest_of
from cardwarden.wiring import Opening, Program, assembled
from cardwarden.writers.writer import ChangedError

_SHOWN_OF_MANY = 20


@click.command("restore")
@click.argument("ids", nargs=-1, metavar="[ID | eID]...")
@click.option("--card", metavar="NAME|UID|NUMBER", help="The whole contact.")
@click.option("--source", metavar="NAME", help="Every contact of this source; with --card: the one in this source.")
@click.option("--mirror", metavar="NAME", help="What a copy says otherwise than its origin, as the origin says it.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With --mirror: write a .vcf of just those contacts, to import into the copy.",
)
@click.option("--at", metavar="TIME", help=f"As it was then, with --card or --source: {times.HELP}.")
@click.option("--undo", type=int, metavar="N", help="Take back what restore N wrote.")
@click.option("--list", "listing", is_flag=True, help="List what was restored.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@config_option
def command(
    ids: tuple[str, ...],
    *,
    card: str | None,
    source: str | None,
    at: str | None,
    mirror: str | None,
    output: Path | None,
    undo: int | None,
    listing: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Put back findings (12), events (e12), a contact or a whole source, as they were expected to be or at a time.

    Of a finding only its own lines go back, with the bytes they had. The difference is shown first, and nothing is written
    before you agree. Nothing is written either if the contact is not what the last check saw. Every restore is recorded
    and can be undone.

    Restoring is off until the configuration says restore = true for the source.
    """
    opening = Opening.LOOK if listing else Opening.USE
    with assembled(settings(), opening, say=say_waiting, attended=somebody_waits()) as program:
        if listing:
            return _list(program, as_json=as_json)
        request = _request(program, ids, card, source, mirror, at, undo)
        with showing(quiet=as_json) as progress:
            planned = plans(program.store, request, program.judging, progress)
            is_for_import = bool(mirror) and (output is not None or not _may_write(program, planned))
            shown = (
                planned if is_for_import else [_looked_at(program, plan, progress, as_json=as_json) for plan in planned]
            )
        steps = [step for plan in shown for step in plan.steps]
        if not as_json:
            _show(program, shown, every=dry_run)
        if mirror and is_for_import and not dry_run:
            return _write_file(program, mirror, output, steps, as_json=as_json)
        if dry_run or not steps:
            if as_json:
                print_json(_document(shown, [], [], dry_run=dry_run))
            return _nothing_to_do(shown, steps)
        for plan in shown:  # who may not write is told so before anybody is asked
            if plan.steps:
                program.writer(plan.book.source)
        if not yes and not _agreed(len(steps)):
            tell(phrase("restore-nothing-written"))
            return RefusedError.exit_code
        done, checks, waiting = _put_back(program, request, shown, as_json=as_json)
    if as_json:
        print_json(_document(shown, done, checks, dry_run=False))
    else:
        _report(done, checks)
    for restored in done:
        if restored.stopped:
            _show_there(program, restored.plan, restored.stopped, as_json=as_json)
            raise restored.stopped
    if waiting:
        command = Code(f"cardwarden show {waiting[0]}")
        tell(phrase("restore-still-open", count=len(waiting), command=command))
        return 1
    return 0


def _put_back(
    program: Program, request: RestoreRequest, shown: Sequence[Plan], *, as_json: bool
) -> tuple[list[Restored], list[Checked], list[int]]:
    """Write what was shown and check these sources: what was done, how the checks ended, which of the findings are open still."""
    with showing(quiet=as_json) as progress:
        done = restore(
            program.store,
            request,
            shown,
            program.writer,
            program.judging,
            program.clock,
            who=person(),
            progress=progress,
        )
        names = dict.fromkeys(restored.plan.book.source for restored in done)
        checks = [book for name in names for book in program.check(name, progress=progress)]
    repaired = (number for restored in done for number in restored.plan.repairs)
    with program.store.read() as connection:
        return done, checks, still_open(connection, repaired)


def _request(
    program: Program,
    ids: tuple[str, ...],
    card: str | None,
    source: str | None,
    mirror: str | None,
    at: str | None,
    undo: int | None,
) -> RestoreRequest:
    """What is meant. Raises UsageError if that is nothing, or several things at once."""
    meant = [bool(ids), bool(card or source), bool(mirror), undo is not None]
    if sum(meant) != 1:
        raise UsageError(phrase("restore-what"))
    if at and not (card or source):
        raise UsageError(phrase("restore-at-alone"))
    now = program.clock.now()
    when = times.moment(at, now, program.zone) if at else None
    with program.store.read() as connection:
        known_source(connection, program.settings.sources, source)
        ids_of_findings = tuple(stored.id for stored in findings_named(connection, ids))
        named = card_named(connection, card, source, gone_too=when is not None).card.id if card else None
    return RestoreRequest(ids_of_findings, named, None if card else source, when, undo=undo, asked=now, mirror=mirror)


def _may_write(program: Program, shown: Sequence[Plan]) -> bool:
    """Whether the settings allow to write into the books of these plans."""
    return all(program.settings.sources[plan.book.source].restore for plan in shown)


def _write_file(
    program: Program, mirror: str, output: Path | None, steps: Sequence[RestoreStep], *, as_json: bool
) -> int:
    """A file of the contacts that the copy has otherwise or not at all, as the origin says them; nothing is overwritten."""
    file = output or Path(f"{mirror}-import.vcf")
    with program.store.read() as connection:
        cards = [step.wanted for step in steps if step.wanted and step.seen] + missing_cards(connection, mirror)
    if cards:
        try:
            with new_files() as made:
                made.file(file, b"".join(card if card.endswith(b"\n") else card + b"\r\n" for card in cards))
        except OSError as error:
            raise UsageError(phrase("error-file-not-made", file=Code(str(file)), problem=because(error))) from error
    if as_json:
        print_json(ImportFileDocument(str(file) if cards else None, len(cards)))
    else:
        said = phrase("mirror-file-made", count=len(cards), file=Code(str(file))) if cards else phrase("mirror-agrees")
        tell(said)
    return 0


def _looked_at(program: Program, plan: Plan, progress: Progress, *, as_json: bool) -> Plan:
    if not plan.steps:
        return plan
    try:
        return looked_at(plan, program.writer_to_ask(plan.book.source), progress)
    except ChangedError as error:
        _show_there(program, plan, error, as_json=as_json)
        raise


def _nothing_to_do(shown: Sequence[Plan], steps: Sequence[RestoreStep]) -> int:
    """The exit code if nothing is written. Raises RefusedError if that is because nothing can be put back."""
    left = [reason for plan in shown for reason in plan.left]
    if steps or any(plan.already for plan in shown):
        return 0
    if not left:
        tell(phrase("restore-nothing-to-do"))
        return 0
    raise RefusedError(together(phrase("restore-nothing-written"), *left))


def _agreed(count: int) -> bool:
    if not sys.stdin.isatty():
        raise RefusedError(phrase("restore-nobody-to-ask"))
    return confirmed(sentence(phrase("restore-ask", count=count)), err=True)


def _show(program: Program, shown: Sequence[Plan], *, every: bool) -> None:
    """The difference, contact by contact."""
    for plan in shown:
        region, usual = program.region_of(plan.book.source), plan.book.charset
        for step in plan.steps[: None if every else _SHOWN_OF_MANY]:
            tell(phrase(f"restore-{_what_happens(step)}", who=step.who, source=plan.book.source), "bold")
            for line in difference(step.seen, step.wanted, region, usual):
                say_value(line, INDENT)
        if not every and len(plan.steps) > _SHOWN_OF_MANY:
            tell(phrase("restore-more", count=len(plan.steps) - _SHOWN_OF_MANY))
        for reason in plan.left:
            tell(reason, "yellow")
        if plan.already and not plan.steps:
            tell(phrase("error-so-already"))


def _what_happens(step: RestoreStep) -> str:
    if step.seen is None:
        return "comes-back"
    return "goes" if step.wanted is None else "changes"


def _show_there(program: Program, plan: Plan, error: Exception, *, as_json: bool) -> None:
    if isinstance(error, ChangedError) and error.now is not None and not as_json:
        tell(phrase("restore-there-now"), "bold")
        for line in shown_lines(error.now, program.region_of(plan.book.source), plan.book.charset):
            say_value(line, INDENT)


def _report(done: Sequence[Restored], checks: Sequence[Checked]) -> None:
    for restored in done:
        source = restored.plan.book.source
        if not restored.done:
            tell(phrase("restore-none-done", source=source))
            continue
        command = Code(f"cardwarden restore --undo {restored.id}")
        tell(phrase("restore-done", count=restored.done, source=source, id=str(restored.id), command=command))
    for book in checks:
        outcome = phrase(f"outcome-{book.outcome}")
        said = phrase("restore-checked", source=book.source, outcome=outcome)
        if book.resolved:
            resolved = phrase("count-findings", count=len(book.resolved))
            said = phrase("restore-checked-resolved", source=book.source, outcome=outcome, resolved=resolved)
        tell(with_reason(said, book.reason))


def _document(
    shown: Sequence[Plan], done: Sequence[Restored], checks: Sequence[Checked], *, dry_run: bool
) -> RestoreDocument:
    """Plans and what became of them."""
    by_book = {restored.plan.book.id: restored for restored in done}
    books = []
    for plan in shown:
        made = by_book.get(plan.book.id)
        written = made.written if made else frozenset()
        books.append(
            RestoredBookDocument(
                source=plan.book.source,
                book=plan.book.title,
                restore=made.id if made else None,
                cards=[
                    RestoredCardDocument(
                        uid=step.card.entry.uid,
                        name=step.card.entry.name,
                        href=step.card.entry.href,
                        before=digest_of(step.seen) if step.seen else None,
                        after=digest_of(step.wanted) if step.wanted else None,
                        written=step.card.id in written,
                    )
                    for step in plan.steps
                ],
                already=plan.already,
                left=[sentence(reason) for reason in plan.left],
            )
        )
    return RestoreDocument(
        dry_run=dry_run,
        books=books,
        checks=[RecheckDocument(b.source, b.title, b.outcome, sentence(b.reason)) for b in checks],
    )


def _list(program: Program, *, as_json: bool) -> int:
    """Print every restore that was ever made, the newest first; gives the exit code."""
    with program.store.read() as connection:
        restores = past_restores(connection)
    if as_json:
        print_json(
            RestoresDocument(
                [
                    PastRestoreDocument(
                        id=restore.id,
                        at=restore.at,
                        who=program.voice.value(restore.who),
                        source=restore.source,
                        what=program.voice.say(restore.what),
                        undoes=restore.undoes,
                        state=restore.state,
                        cards=restore.cards,
                        written=restore.written,
                    )
                    for restore in restores
                ]
            )
        )
    elif not restores:
        tell(phrase("restore-never"))
    else:
        print_table(
            [Column("number", right=True, whole=True), Column("when", whole=True), Column("by"), Column("source"), Column("what"),
             Column("contacts", right=True), Column("state", whole=True)],
            [
                [
                    str(restore.id), program.voice.short(restore.at), program.voice.value(restore.who), restore.source,
                    program.voice.say(restore.what, width=40),
                    sentence(phrase("restore-some-of", done=restore.written, all=restore.cards)),
                    sentence(phrase(f"restore-state-{restore.state}")),
                ]
                for restore in restores
            ],
        )  # fmt: skip
    return 0
