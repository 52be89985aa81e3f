"""The pages that do something: each is asked for by a form of ours, does it, and shows what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from cardwarden import replies
from cardwarden.actions.expect import expect
from cardwarden.actions.forget import forget
from cardwarden.actions.guard import guard_card, unguard_card
from cardwarden.actions.queries.contacts import contact, found_contact, state_at
from cardwarden.actions.queries.events import event_of, open_of, waiting_of
from cardwarden.actions.queries.fields import FieldRow, FieldSign, compare_fields
from cardwarden.actions.queries.lines import changed_lines
from cardwarden.actions.queries.overview import book_statuses
from cardwarden.actions.report.archive import packed
from cardwarden.actions.report.evidence import Evidence
from cardwarden.actions.report.gather import card_evidence, findings_evidence
from cardwarden.actions.restore.plan import Plan, RestoreRequest, RestoreStep
from cardwarden.actions.verify import verify_now
from cardwarden.detect.finding import State
from cardwarden.detect.outcome import Outcome
from cardwarden.errors import RefusedError, UsageError
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Phrase, phrase
from cardwarden.web.desk import Desk
from cardwarden.web.pages import may_restore
from cardwarden.web.render import render, voice_of
from cardwarden.web.visit import Admission, Visit
from cardwarden.wiring import Program

_RECORD = 0  # stands among the books that are busy for the record itself
_HOURS = 24 * 7
_MINUTES = 24 * 60
_SHOWN = 50  # contacts whose lines are shown before something is written
_LINE = 160


def by(visit: Visit) -> Phrase:
    """Who did it, as the history keeps it."""
    match visit.entry:
        case Admission.PROXY:
            return phrase("by-page-named", name=visit.who)
        case Admission.TOKEN:
            return phrase("by-link")
        case _:
            return phrase("by-page", address=visit.address)


def accept_event(desk: Desk, visit: Visit) -> Response:
    """That is right: the findings that are named, or all of the event."""
    program, number = desk.program(), visit.number("event")
    ids = open_of(event_of(program.store, number), visit.ids)
    replies.accept_findings(program, ids, by(visit))
    return _back(desk, f"/events/{number}", "accepted", visit.page)


def take_back_event(desk: Desk, visit: Visit) -> Response:
    """It was not right after all."""
    program, number, only = desk.program(), visit.number("event"), set(visit.ids)
    event = event_of(program.store, number)
    ids = [stored.id for stored in event.findings if stored.state is State.ACCEPTED and (not only or stored.id in only)]
    replies.take_back_findings(program, ids, by(visit))
    return _back(desk, f"/events/{number}", "undone", visit.page)


def restore_event(desk: Desk, visit: Visit) -> Response:
    """Put it back: shows what will be written, and writes what was agreed to."""
    number = visit.number("event")
    event = event_of(desk.program().store, number)
    ids = tuple(waiting_of(event, visit.ids))
    return _restore(desk, visit, RestoreRequest(findings=ids), event.source, f"/events/{number}", ids)


def restore_contact(desk: Desk, visit: Visit) -> Response:
    """Give a contact one of its states back."""
    program, number = desk.program(), visit.number("card")
    with program.store.read() as connection:
        person = contact(connection, number, lambda _: "")
    version, field = visit.asked("version"), visit.form.get("field", "")
    at = None if version is None else state_at(person, version)
    request = RestoreRequest(card=number, at=at, check=version, field=field)
    return _restore(desk, visit, request, person.book.source, f"/contacts/{number}", ())


def _restore(
    desk: Desk, visit: Visit, request: RestoreRequest, source: str, back: str, ids: tuple[int, ...]
) -> Response:
    """Show what would be put back, and put it back once that was agreed to."""
    program = desk.program()
    if not may_restore(program, source):
        program.writer(source)  # it says how to allow it
    prepared = replies.prepare(program, request)
    agreed, voice = visit.form.get("agreed", ""), voice_of(desk, visit)
    if agreed:
        done = replies.put_back(program, prepared, by(visit), agreed=agreed)
        return _back(desk, back, "still" if done.still_open else "restored", visit.page)
    return render(
        desk,
        visit,
        "restore",
        prepared=prepared,
        shown=list(islice(_shown(program, prepared.plans, voice), _SHOWN)),
        more=max(0, len(prepared.steps) - _SHOWN),
        back=back,
        action=visit.path,
        ids=ids,
        state=visit.form.get("version", ""),
        page=visit.page,
        field_key=request.field,
    )


@dataclass(frozen=True, slots=True)
class WillBe:
    """A contact that will be written: its fields that change, and the lines that go ("-") and come ("+").

    As a whole it "comes" back, "goes", or "stays".
    """

    who: str
    whole: str
    fields: tuple[FieldRow, ...]
    lines: tuple[tuple[str, str], ...]


def _shown(program: Program, plans: Iterable[Plan], voice: Voice) -> Iterator[WillBe]:
    for plan in plans:
        region = program.region_of(plan.book.source)
        yield from (_will_be(step, voice, region, plan.book.charset) for step in plan.steps)


def _will_be(step: RestoreStep, voice: Voice, region: str, usual: str) -> WillBe:
    rows = compare_fields(step.seen, step.wanted, region, usual=usual)
    changed = tuple(row for row in rows if row.sign in {FieldSign.CHANGED, FieldSign.CAME, FieldSign.WENT})
    whole = "comes" if step.seen is None else "goes" if step.wanted is None else "stays"
    lines = tuple(
        (sign, line)
        for change in changed_lines(step.seen, step.wanted, region, usual, width=_LINE)
        for sign, those in (("-", change.gone), ("+", change.come))
        for line in those
    )
    return WillBe(voice.value(step.who), whole, changed, lines)


def quiet_event(desk: Desk, visit: Visit) -> Response:
    """Let it be for a while: the findings that are named, or all of the event."""
    program, number = desk.program(), visit.number("event")
    hours = visit.asked("hours") or 24
    ids = waiting_of(event_of(program.store, number), visit.ids)
    replies.let_be(program, ids, timedelta(hours=min(hours, _HOURS)), by(visit))
    return _back(desk, f"/events/{number}", "quiet", visit.page)


def check_book(desk: Desk, visit: Visit) -> Response:
    """Check now. One check of a book at a time: who asks again meanwhile is told so."""
    program, number = desk.program(), visit.number("book")
    source = _source(desk, number)
    if at := program.may_check_at(source):
        raise RefusedError(program.too_soon({source: at}))
    with _alone(desk, number):
        done = program.check(source, deep=visit.form.get("deep") == "yes")
    is_read = all(book.outcome is not Outcome.INCONCLUSIVE for book in done)
    return _back(desk, f"/books/{number}", "checked" if is_read else "unread")


@contextmanager
def _alone(desk: Desk, book: int) -> Iterator[None]:
    with desk.lock:
        if book in desk.busy:
            raise RefusedError(phrase("web-being-checked"))
        desk.busy.add(book)
    try:
        yield
    finally:
        with desk.lock:
            desk.busy.discard(book)


def expect_changes(desk: Desk, visit: Visit) -> Response:
    """Let meant changes pass for a while."""
    program, number = desk.program(), visit.number("book")
    minutes = min(visit.asked("minutes") or 30, _MINUTES)
    expect(program.store, _source(desk, number), timedelta(minutes=minutes), program.clock, who=by(visit))
    return _back(desk, f"/books/{number}", "expected")


def _source(desk: Desk, book: int) -> str:
    program = desk.program()
    with program.store.read() as connection:
        books = book_statuses(connection, program.settings.sources)
    for status in books:
        if status.id == book:
            return status.source
    raise UsageError(phrase("web-no-book"))


def guard_contact(desk: Desk, visit: Visit) -> Response:
    """Guard a contact closely from now on."""
    program, number = desk.program(), visit.number("card")
    try:
        guard_card(program.store, number, program.clock, who=by(visit))
    except KeyError:
        raise UsageError(phrase("page-no-such-contact")) from None
    return _back(desk, f"/contacts/{number}", "guarded")


def unguard_contact(desk: Desk, visit: Visit) -> Response:
    """Guard a contact as any other again."""
    number = visit.number("card")
    unguard_card(desk.program().store, number)
    return _back(desk, f"/contacts/{number}", "unguarded")


def verify(desk: Desk, _visit: Visit) -> Response:
    """Go through the whole record: was anything altered, added or taken out?"""
    program = desk.program()
    with _alone(desk, _RECORD):
        verify_now(program.store, program.clock)
    return _back(desk, "/", "verified")


def forget_contact(desk: Desk, visit: Visit) -> Response:
    """Take a contact out of the history, once it was agreed to."""
    program, number = desk.program(), visit.number("card")
    with program.store.read() as connection:
        person = contact(connection, number, lambda _: "")
    if person.card.present or visit.form.get("agreed") != "yes":
        return render(desk, visit, "forget", view=person)
    forget(program.store, person.found_card, program.clock)
    return _back(desk, "/contacts", "forgotten")


def evidence_of_event(desk: Desk, visit: Visit) -> Response:
    """Proof for others: what was found."""
    program, number = desk.program(), visit.number("event")
    event = event_of(program.store, number)
    with program.store.read() as connection:
        evidence = findings_evidence(
            connection,
            event.findings,
            program.region_of,
            visit.now,
            voice_of(desk, visit),
            redact=False,
        )
    return _download(evidence, f"evidence-e{number}.zip")


def evidence_of_contact(desk: Desk, visit: Visit) -> Response:
    """Proof for others: what a contact said at every check."""
    program, number = desk.program(), visit.number("card")
    with program.store.read() as connection:
        evidence = card_evidence(
            connection,
            found_contact(connection, number),
            visit.now.replace(year=1971),
            visit.now,
            program.region_of,
            visit.now,
            voice_of(desk, visit),
            redact=False,
        )
    return _download(evidence, f"evidence-contact-{number}.zip")


def _download(evidence: Evidence, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(packed(evidence), media_type="application/zip", headers=headers)


def _back(desk: Desk, path: str, done: str, page: int = 1) -> Response:
    """To the page that shows it, and in a list to where one was: a reload asks for nothing again."""
    where = f"&page={page}" if page > 1 else ""
    return RedirectResponse(f"{desk.door.prefix}{quote(path)}?done={done}{where}", 303)
