"""What programs ask: the same JSON as the commands print."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping

from starlette.responses import Response

from cardwarden.actions.queries.documents import Document, json_value
from cardwarden.actions.queries.documents.findings import EventsPageDocument
from cardwarden.actions.queries.events import EventsAsked, event_of, event_page
from cardwarden.actions.queries.listing import ListedEvent, findings_document, listed_events
from cardwarden.errors import SettingsError, UsageError
from cardwarden.phrases.phrase import phrase
from cardwarden.service.status import status_document
from cardwarden.settings.secrets import resolve
from cardwarden.sources.secret import given
from cardwarden.web.desk import Desk
from cardwarden.web.render import voice_of
from cardwarden.web.standing import status_now
from cardwarden.web.visit import Visit


def is_allowed(desk: Desk, headers: Mapping[str, str]) -> bool:
    """Whether a request carries the token of the settings; without one nobody is let in that way."""
    program = desk.program()
    web = program.settings.web
    if not given(web, "api_token"):
        return False
    try:
        token = resolve(web, "api_token", "web", program.environ)
    except SettingsError:
        return False
    kind, _, word = headers.get("authorization", "").partition(" ")
    return kind.lower() == "bearer" and hmac.compare_digest(word.strip().encode(), token.strip().encode())


def status(desk: Desk, _visit: Visit) -> Response:
    """What `cardwarden status --json` prints."""
    program = desk.program()
    return _answer(status_document(program, status_now(program)))


def events(desk: Desk, visit: Visit) -> Response:
    """What `cardwarden findings --json` prints, a page of events at a time: `?state=open|past|all&source=&page=`."""
    state = visit.query.get("state", "open")
    if state not in {"open", "past", "all"}:
        raise UsageError(phrase("api-state"))
    asked = EventsAsked(is_open={"open": True, "past": False}.get(state), source=visit.query.get("source") or None)
    with desk.program().store.read() as connection:
        page = event_page(connection, asked, number=visit.page)
        listed = listed_events(connection, [row.event.id for row in page.rows])
    listing = findings_document(listed, voice_of(desk, visit))
    return _answer(EventsPageDocument(listing.findings, listing.events, page.number, page.pages, page.total))


def event(desk: Desk, visit: Visit) -> Response:
    """What `cardwarden show e12 --json` prints."""
    listed = ListedEvent.stored(event_of(desk.program().store, visit.number("event")))
    return _answer(findings_document([listed], voice_of(desk, visit)))


def _answer(document: Document) -> Response:
    return Response(
        json.dumps(json_value(document), ensure_ascii=False).encode("utf-8", "replace"), media_type="application/json"
    )
