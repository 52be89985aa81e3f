"""The pages that only show."""

from __future__ import annotations

import dataclasses
import platform
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from cardwarden.actions.guard import is_guarded_by_settings, is_guarded_card
from cardwarden.actions.queries.contacts import contact as contact_of
from cardwarden.actions.queries.contacts import contacts_like
from cardwarden.actions.queries.events import EventsAsked, EventView, event_page, event_view
from cardwarden.actions.queries.mirrors import said_of_mirror
from cardwarden.actions.queries.overview import book_statuses, book_view, check_view, overview
from cardwarden.actions.sessions import sessions_now
from cardwarden.detect.finding import Severity, State
from cardwarden.detect.rule import Rule
from cardwarden.detect.rules import RULES
from cardwarden.errors import CardwardenError, SettingsError, UsageError
from cardwarden.phrases.phrase import Phrase, phrase
from cardwarden.phrases.rule_pages import rule_page
from cardwarden.service.guards import said_of_guards
from cardwarden.service.health import gap
from cardwarden.service.status import Status
from cardwarden.settings.shown import shown_settings
from cardwarden.text import harmless
from cardwarden.web.desk import Desk
from cardwarden.web.parts import parts
from cardwarden.web.render import pages_around, render, static_file, voice_of
from cardwarden.web.standing import status_now
from cardwarden.web.visit import Visit
from cardwarden.wiring import Program

_FIRST = 6  # events on the first page
_NAMES = 200  # contacts in a list
_UNFOLDED = 3  # contacts of an event that are shown in full at once; more are a list to open one by one


def gaps(program: Program) -> dict[str, timedelta]:
    """How long it usually takes from one check of each source to the next."""
    return {name: gap(program, options) for name, options in program.settings.sources.items()}


def now(desk: Desk, visit: Visit) -> Response:
    """Is all guarded?"""
    program = desk.program()
    names = [channel.name for channel in program.channels]
    with program.store.read() as connection:
        view = overview(program.store, connection, gaps(program), names, visit.now)
        waiting = event_page(connection, EventsAsked(is_open=True), worst_first=True)
    if not view.books and not waiting.total:
        return render(desk, visit, "first", sources=list(program.settings.sources), channels=names, view=view)
    status = status_now(program)
    alive = status.daemon if status.is_alive else None
    return render(
        desk,
        visit,
        "now",
        view=view,
        waiting=waiting,
        first=waiting.rows[:_FIRST],
        daemon=alive,
        unguarded=_unguarded(status),
        trouble=status.trouble or status.record,
        done=visit.query.get("done", ""),
        next_checks={name: at for name in program.settings.sources if (at := status.next_check(name))},
        watch=alive.watch if alive else {},
        mirrors=[list(said_of_mirror(mirror)) for mirror in status.mirrors],
    )


def _unguarded(status: Status) -> Phrase | None:
    """Why nobody checks by itself; None if a daemon or a worker does."""
    if status.is_alive or (status.guards and status.guards.is_guarding):
        return None
    return said_of_guards(status.guards) if status.guards else phrase("page-no-daemon")


def events(desk: Desk, visit: Visit) -> Response:
    """Events by what is asked for."""
    program, query = desk.program(), visit.query
    state = query.get("state", "open")
    asked = EventsAsked(
        is_open={"open": True, "past": False}.get(state),
        source=query.get("source") or None,
        severity=_severity(query.get("severity", "")),
        rule=query.get("rule") or None,
        since=_day(query.get("since", ""), desk),
        until=_day(query.get("until", ""), desk, days=1),
        person=query.get("person", "").strip(),
    )
    with program.store.read() as connection:
        page = event_page(connection, asked, number=visit.page)
    chosen = {key: value for key, value in query.items() if key != "page" and value}
    return render(
        desk,
        visit,
        "events",
        page=page,
        asked=chosen,
        state=state if state in {"open", "past", "all"} else "open",
        narrowed=any(key in chosen for key in ("source", "severity", "rule", "since", "until", "person")),
        sources=list(program.settings.sources),
        rules=[rule.name for rule in RULES],
        around=list(pages_around(page.number, page.pages)),
        link=lambda number: "/events?" + urlencode({**chosen, "page": number}),
        tab=lambda word: "/events?" + urlencode({**chosen, "state": word}),
    )


def _severity(word: str) -> Severity | None:
    return next((severity for severity in Severity if severity.word == word), None)


def _day(text: str, desk: Desk, *, days: int = 0) -> datetime | None:
    """The beginning of a day where the owner lives; None for what is no day."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date() + timedelta(days=days)  # noqa: DTZ007 - a day has no zone
        return datetime.combine(day, time(), desk.program().zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def event(desk: Desk, visit: Visit) -> Response:
    """One event in full."""
    program = desk.program()
    with program.store.read() as connection:
        view = event_view(connection, visit.number("event"), visit.now, region_of=program.region_of, number=visit.page)
    return render(
        desk,
        visit,
        "event",
        view=view,
        is_folded=view.contacts > _UNFOLDED,
        around=list(pages_around(view.number, view.pages)),
        link=lambda number: f"{visit.path}?page={number}#each",
        may_restore=may_restore(program, view.event.source),
        done=true_of(visit.query.get("done", ""), view),
    )


def true_of(done: str, view: EventView, *, whole: bool = False) -> str:
    """What an address says was done with an event, "" if the event does not bear it out; `whole` for all of it."""
    states = {outline.state for outline in view.findings}
    settled = not whole or not view.open
    is_true = {
        "accepted": State.ACCEPTED in states and settled,
        "restored": bool(states - {State.OPEN, State.ACCEPTED}) and settled,
        "closed": not view.open,
        "still": bool(view.open),
        "undone": bool(view.open) and not whole,
        "quiet": view.quiet_until is not None if whole else bool(view.quiet),
    }
    return done if is_true.get(done) else ""


def may_restore(program: Program, source: str) -> bool:
    """Whether the settings allow to write into a source."""
    options = program.settings.sources.get(source)
    return bool(options and options.restore)


def contacts(desk: Desk, visit: Visit) -> Response:
    """Contacts by part of a name, or a number."""
    program, text = desk.program(), visit.query.get("q", "").strip()
    with program.store.read() as connection:
        cards = contacts_like(connection, text) if text else []
        books = book_statuses(connection, program.settings.sources)
    return render(desk, visit, "contacts", q=text, found=cards[:_NAMES], more=max(0, len(cards) - _NAMES), books=books)


def contact(desk: Desk, visit: Visit) -> Response:
    """A contact's history, and two of its states side by side."""
    program, number = desk.program(), visit.number("card")
    with program.store.read() as connection:
        older, newer = visit.asked("older"), visit.asked("newer")
        region = program.region_of
        person = contact_of(connection, number, region, older=older, newer=newer)
        is_guarded = is_guarded_card(connection, number)
        about = event_page(connection, EventsAsked(card=number))
    is_guarded_always = is_guarded_by_settings(
        program.settings.guarded.contacts, region(person.book.source), person.found_card
    )
    return render(
        desk,
        visit,
        "contact",
        view=person,
        may_restore=may_restore(program, person.book.source),
        events=about.rows,
        is_guarded=is_guarded,
        is_guarded_always=is_guarded_always,
        done=visit.query.get("done", ""),
    )


def check(desk: Desk, visit: Visit) -> Response:
    """What one check of a book found changed."""
    with desk.program().store.read() as connection:
        view = check_view(connection, visit.number("book"), visit.number("check"), number=visit.page)
    return render(
        desk,
        visit,
        "check",
        view=view,
        around=list(pages_around(view.number, view.pages)),
        link=lambda number: f"{visit.path}?page={number}",
    )


def book(desk: Desk, visit: Visit) -> Response:
    """A book: its cards, and how it changes."""
    program = desk.program()
    with program.store.read() as connection:
        view = book_view(connection, visit.number("book"), gaps(program), visit.now, number=visit.page)
    return render(
        desk,
        visit,
        "book",
        view=view,
        around=list(pages_around(view.number, view.pages)),
        link=lambda number: f"/books/{view.book.status.id}?page={number}",
        is_ours=view.book.status.source in program.settings.sources,
        done=visit.query.get("done", ""),
    )


def rules(desk: Desk, visit: Visit) -> Response:
    """What is looked for."""
    return render(
        desk, visit, "rules", rules=[_page_of(rule, visit.language) for rule in desk.program().settings.rules]
    )


def rule(desk: Desk, visit: Visit) -> Response:
    """One rule."""
    rule_settings = next(
        (setting for setting in desk.program().settings.rules if setting.name == visit.places["rule"]), None
    )
    if rule_settings is None:
        raise UsageError(phrase("web-no-rule"))
    return render(desk, visit, "rule", rule=_page_of(rule_settings, visit.language))


@dataclasses.dataclass(frozen=True, slots=True)
class RulePage:
    """A rule for people: its paragraphs and its settings as they are in force."""

    name: str
    severity: Severity
    enabled: bool
    paragraphs: tuple[str, ...]
    options: tuple[tuple[str, str], ...]


def _page_of(rule: Rule, language: str) -> RulePage:
    paragraphs = rule_page(rule.name, type(rule).__doc__, language)
    values = {f.name: getattr(rule, f.name) for f in dataclasses.fields(rule)}  # type: ignore[arg-type]
    options = [(key, value.word if isinstance(value, Severity) else _written(value)) for key, value in values.items()]
    return RulePage(rule.name, rule.severity, bool(values.get("enabled", True)), paragraphs, tuple(options))


def _written(value: object) -> str:
    """A setting as it stands in a configuration."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def settings(desk: Desk, visit: Visit) -> Response:
    """The settings as they are in force, and who is signed in."""
    program = desk.program()
    text, sessions = harmless_lines(shown_settings(program.settings)), sessions_now(program.store, visit.now)
    return render(desk, visit, "settings", text=text, sessions=sessions)


def harmless_lines(text: str) -> str:
    return "\n".join(map(harmless, text.split("\n")))


def about(desk: Desk, visit: Visit) -> Response:
    """What this is, and what it is made of."""
    return render(desk, visit, "about", parts=parts(), python=platform.python_version())


def refused(desk: Desk, visit: Visit, error: CardwardenError, status: int) -> Response:
    """Why something was not done, or is not there."""
    voice = voice_of(desk, visit)
    details = (
        [voice.value(problem, width=400) for problem in error.problems] if isinstance(error, SettingsError) else ()
    )
    return render(
        desk,
        visit,
        "refused",
        status=status,
        text=error.sentence(voice),
        details=details,
        is_missing=status == 404,
        back=visit.path.rpartition("/")[0] if visit.method == "POST" and visit.places else "",
    )


def static(desk: Desk, visit: Visit) -> Response:
    """The stylesheet and the pictures."""
    content = static_file(visit.places["file"])
    if content is None:
        return Response(voice_of(desk, visit).say(phrase("web-no-file")) + "\n", 404, media_type="text/plain")
    data, kind, _ = content
    return Response(data, media_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"})
