"""The link in a message: one event for whoever holds its token, without signing in; and the buttons of a notification."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from starlette.responses import RedirectResponse, Response

from cardwarden import replies
from cardwarden.actions.queries.events import EventView, event_of, event_view, open_of, waiting_digest
from cardwarden.actions.restore.plan import RestoreRequest
from cardwarden.actions.tokens import Bad, Grant, Verb, use_up
from cardwarden.errors import CardwardenError, RefusedError
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Phrase, joined, phrase
from cardwarden.web.deeds import by
from cardwarden.web.desk import Desk
from cardwarden.web.pages import may_restore, true_of
from cardwarden.web.render import render, voice_of
from cardwarden.web.visit import Admission, Visit

_QUIET = timedelta(hours=24)
_NAMES = 200  # contacts in the list of all


def opened(desk: Desk, visit: Visit) -> Response:
    """The event of a token, on a page made for a phone. It only shows: chats and mail scanners open links, too."""
    grant = _granted(desk, visit)
    if not isinstance(grant, Grant):
        return grant
    return _shown(desk, visit, grant, visit.query.get("done", ""))


def _granted(desk: Desk, visit: Visit) -> Grant | Response:
    """What the token of a link allows; the page that says why, if it allows nothing."""
    grant = desk.signer.read(visit.places["token"], visit.now)
    if isinstance(grant, Bad):
        status = 410 if grant is Bad.EXPIRED else 404
        return render(desk, visit, "link_over", status=status, why=grant.value, trouble="")
    return grant


def _shown(desk: Desk, visit: Visit, grant: Grant, done: str, *, status: int = 200, trouble: str = "") -> Response:
    """The page of a signed link: its event and what the link allows, or that it is over."""
    program = desk.program()
    with program.store.read() as connection:
        try:
            view = event_view(connection, grant.event_id, visit.now, size=_NAMES)
        except CardwardenError:
            return render(desk, visit, "link_over", status=410, why="closed", trouble=trouble)
    verbs = grant.verbs
    way = _way_back(desk, view, voice_of(desk, visit)) if Verb.RESTORE in verbs and view.open else WayBack()
    return render(
        desk,
        visit,
        "link",
        status=status,
        view=view,
        grant=grant,
        verbs=verbs,
        may_restore=Verb.RESTORE in verbs and not way.why_not,
        removed=way.removed,
        why_not=way.why_not,
        base=f"/e/{visit.places['token']}",
        done=true_of(done, view, whole=True),
        trouble=trouble,
    )


class Hindrance(StrEnum):
    """Why nothing can be put back: the settings do not allow it, it is so already, or something that has to be said."""

    OFF = "off"
    ALREADY = "already"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why nothing can be put back; `said` in words if it is another reason than those that the page knows."""

    hindrance: Hindrance
    said: str = ""


@dataclass(frozen=True, slots=True)
class WayBack:
    """Whether it can be put back. `removed`: the contacts that this takes out of the book; 0 if it writes any as it was."""

    why_not: WhyNot | None = None
    removed: int = 0


def _way_back(desk: Desk, view: EventView, voice: Voice) -> WayBack:
    """By the record alone, for whoever opens a link asks no server."""
    program = desk.program()
    if not may_restore(program, view.event.source):
        return WayBack(WhyNot(Hindrance.OFF))
    try:
        planned = replies.foreseen(program, RestoreRequest(findings=tuple(outline.id for outline in view.open)))
    except CardwardenError as error:
        return WayBack(WhyNot(Hindrance.OTHER, error.sentence(voice)))
    if planned is None:
        return WayBack()
    if planned.steps:
        return WayBack(removed=0 if any(step.wanted for step in planned.steps) else len(planned.steps))
    if planned.left:
        return WayBack(WhyNot(Hindrance.OTHER, voice.value(joined(planned.left))))
    return WayBack(WhyNot(Hindrance.ALREADY))


def acted(desk: Desk, visit: Visit) -> Response:
    """A button of that page."""
    grant = _granted(desk, visit)
    if not isinstance(grant, Grant):
        return grant
    try:
        done = _do(
            desk, replace(visit, entry=Admission.TOKEN), grant, visit.places["verb"], visit.form.get("agreed", "")
        )
    except CardwardenError as error:
        return _shown(desk, visit, grant, "", status=409, trouble=error.sentence(voice_of(desk, visit)))
    return RedirectResponse(f"{desk.door.prefix}/e/{visit.places['token']}?done={done}", 303)


def _do(desk: Desk, visit: Visit, grant: Grant, verb: str, agreed: str | None) -> str:
    """Raises RefusedError for what the token does not allow."""
    if verb not in {verb_there.value for verb_there in grant.verbs}:
        raise RefusedError(phrase("web-link-may-not"))
    program = desk.program()
    event = event_of(program.store, grant.event_id)
    ids = open_of(event)
    if not ids:
        return "closed"
    match Verb(verb):
        case Verb.ACCEPT:
            replies.accept_findings(program, ids, by(visit))
            return "accepted"
        case Verb.RESTORE:
            request = RestoreRequest(findings=tuple(ids))
            if agreed is not None and agreed != waiting_digest(event):
                raise RefusedError(phrase("error-other-by-now"))
            done = replies.put_back(program, replies.prepare(program, request), by(visit), agreed=None)
            return "still" if done.still_open else "restored"
        case Verb.QUIET:
            replies.let_be(program, ids, _QUIET, by(visit))
            return "quiet"


def answered(desk: Desk, visit: Visit) -> Response:
    """A button of a notification: its token is for one verb, and counts once."""
    grant = desk.signer.read(visit.places["token"], visit.now)
    if isinstance(grant, Bad) or not grant.once or len(grant.verbs) != 1:
        return _plain(desk, visit, 410, phrase("web-button-worthless"))
    program = desk.program()
    if not use_up(program.store, visit.places["token"], grant, visit.now):
        return _plain(desk, visit, 410, phrase("web-button-used"))
    [verb] = grant.verbs
    try:
        done = _do(desk, replace(visit, entry=Admission.TOKEN), grant, verb.value, None)
    except CardwardenError as error:
        return Response(error.sentence(voice_of(desk, visit)) + "\n", 409, media_type="text/plain")
    return _plain(desk, visit, 200, phrase(f"page-done-{done}"))


def _plain(desk: Desk, visit: Visit, status: int, said: Phrase) -> Response:
    """A line for the app that shows the notification."""
    return Response(voice_of(desk, visit).say(said) + "\n", status, media_type="text/plain")
