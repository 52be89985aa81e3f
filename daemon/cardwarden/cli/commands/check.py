"""`cardwarden check`: check the address books now."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from cardwarden.actions.checked import Checked
from cardwarden.actions.deliver import Delivered
from cardwarden.actions.queries.checking import AfterCheck, after_check, before_check
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import print_json, tell
from cardwarden.cli.progress import showing
from cardwarden.cli.waiting import say_waiting, somebody_waits
from cardwarden.detect.finding import FindingKind, Severity
from cardwarden.detect.outcome import Outcome
from cardwarden.errors import DeliveryError, RefusedError, SourceError
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Code, Value, enumerated, joined, phrase
from cardwarden.service.life import is_running
from cardwarden.wiring import Opening, assembled, told_if_blind

if TYPE_CHECKING:
    from cardwarden.actions.queries.documents.checks import CheckDocument
    from cardwarden.actions.queries.listing import Listed

_WHOLE = 4000  # columns: a reason is shown whole
_EXIT_CODES = {
    Outcome.CLEAN: 0,
    Outcome.FINDINGS: 1,
    Outcome.PARTIAL: SourceError.exit_code,
    Outcome.INCONCLUSIVE: SourceError.exit_code,
}


@click.command("check")
@click.option("--source", metavar="NAME", help="Only this source.")
@click.option("--deep", is_flag=True, help="Read every card, also those that look unchanged.")
@json_option
@config_option
def command(*, source: str | None, deep: bool, as_json: bool) -> int:
    """Check the address books now, and send what there is to tell."""
    chosen = settings()
    # The daemon tells that itself, and whoever waits reads it here.
    is_alone = not is_running(chosen.store.path)
    tells = told_if_blind(chosen) if is_alone and not somebody_waits() else nullcontext()
    with tells, assembled(chosen, Opening.GUARD, say=say_waiting, attended=somebody_waits(), helped=True) as program:
        names = [source] if source else list(program.settings.sources)
        put_off = {name: at for name in names if (at := program.may_check_at(name))}
        too_soon = program.too_soon(put_off) if put_off else None
        if too_soon and len(put_off) == len(names):
            raise RefusedError(too_soon)
        names = [name for name in names if name not in put_off]
        with program.store.read() as connection:
            before = before_check(connection)
        with showing(quiet=as_json) as progress:
            books = [book for name in names for book in program.check(name, deep=deep, progress=progress)]
        # The daemon may reach channels that this shell cannot: their secrets may stand where only systemd reads them.
        delivered = program.deliver() if is_alone else Delivered()
        if is_alone:
            program.note_checked(names)
        with program.store.read() as connection:
            after = after_check(connection, before, names, (event for book in books for event in book.events))
        blind, voice = [name for name in program.without_region if name in names], program.voice
    outcome = _outcome(books, after.waiting)
    if as_json:
        print_json(_document(outcome, books, after, voice))
    else:
        first = [book for book in books if (book.source, book.book) not in before.read]
        _print(after, books, delivered, blind, first, voice)
        if too_soon:
            tell(too_soon, "yellow")
    if any(book.refused for book in books):
        return RefusedError.exit_code
    if outcome is Outcome.CLEAN and delivered.failures:
        return DeliveryError.exit_code
    return _EXIT_CODES[outcome]


def _document(outcome: Outcome, books: list[Checked], after: AfterCheck, voice: Voice) -> CheckDocument:
    """What a check came to, for programs."""
    from cardwarden.actions.queries.documents.checks import CheckDocument, CheckedBookDocument  # noqa: PLC0415 - for programs
    from cardwarden.actions.queries.listing import findings_document  # noqa: PLC0415

    listing = findings_document(after.events, voice)
    return CheckDocument(
        outcome=outcome,
        books=[
            CheckedBookDocument(
                book.source, book.title, book.outcome, voice.value(book.reason, width=_WHOLE), book.cards
            )
            for book in books
        ],
        findings=listing.findings,
        events=listing.events,
        resolved=[number for book in books for number in book.resolved],
        open=len(after.waiting),
    )


def _outcome(books: Iterable[Checked], waiting: Iterable[Listed]) -> Outcome:
    """Of all books together; what is open counts more than what could not be read, which a condition only tells of."""
    wrong = (listed.finding for listed in waiting if listed.finding.kind is not FindingKind.CONDITION)
    if any(finding.severity >= Severity.WARNING for finding in wrong):
        return Outcome.FINDINGS
    outcomes = {book.outcome for book in books}
    return next((outcome for outcome in (Outcome.INCONCLUSIVE, Outcome.PARTIAL) if outcome in outcomes), Outcome.CLEAN)


def _print(
    after: AfterCheck,
    books: list[Checked],
    delivered: Delivered,
    blind: list[str],
    first: list[Checked],
    voice: Voice,
) -> None:
    """Say what a check of several books found, what waits, and what was not delivered."""
    waiting = after.waiting
    if after.events:
        from cardwarden.cli.listing import say_event  # noqa: PLC0415 - mostly nothing was found

        for event in after.events:
            say_event(event, voice)
    for book in books:
        tell(_said(book, is_first=book in first), "yellow" if book.reason else "")
    if waiting:
        worst = max(waiting, key=lambda listed: listed.finding.severity)
        command = Code(f"cardwarden show e{worst.event}")
        if len({listed.event for listed in waiting}) == 1:
            tell(phrase("check-open-one", count=len(waiting), command=command))
        else:
            everything = Code("cardwarden findings")
            tell(phrase("check-open-several", count=len(waiting), command=command, all=everything))
    for failure in delivered.failures:
        tell(phrase("check-not-delivered", why=failure), "yellow")
    if blind:
        tell(phrase("check-no-region", sources=enumerated(blind), line=Code('region = "JP"')), "yellow")


def _said(book: Checked, *, is_first: bool) -> Value:
    """How a book stands, why, and what that means for its owner."""
    named: Value = book.source
    if book.title and book.title != book.source:
        named = phrase("check-titled", source=book.source, title=book.title)
    outcome, cards = phrase(f"outcome-{book.outcome}"), phrase("count-cards", count=book.cards)
    said = phrase("check-book", book=named, outcome=outcome, cards=cards)
    if book.resolved:
        resolved = phrase("count-findings", count=len(book.resolved))
        said = phrase("check-book-resolved", book=named, outcome=outcome, cards=cards, resolved=resolved)
    more: list[Value] = [book.reason] if book.reason else []
    if book.outcome is Outcome.CLEAN and not book.cards and not book.resolved:
        more.append(phrase("check-nothing-there", source=book.source))
    elif is_first and book.outcome.is_conclusive:
        more.append(phrase("check-first-look"))
    return joined([said, *more])
