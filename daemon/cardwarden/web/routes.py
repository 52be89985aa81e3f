"""Which page is at which address, who may see it, and by which method."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response

from cardwarden.web import api, deeds, links, pages, signing
from cardwarden.web.desk import Desk
from cardwarden.web.visit import Visit

Page = Callable[[Desk, Visit], Response]


@dataclass(frozen=True, slots=True)
class Route:
    """A page. `pattern` names its variable parts in braces; `by_token` for what proves itself by a part of its address,
    `is_api` for what answers programs."""

    method: Literal["GET", "POST"]
    pattern: str
    page: Page
    is_public: bool = False
    by_token: bool = False
    is_api: bool = False

    def match(self, path: str) -> Mapping[str, str] | None:
        match = re.fullmatch(re.sub(r"\{([a-z]+)\}", r"(?P<\1>[^/]{1,200})", self.pattern), path)
        return match.groupdict() if match else None


ROUTES = (
    Route("GET", "/", pages.now),
    Route("GET", "/events", pages.events),
    Route("GET", "/events/{event}", pages.event),
    Route("POST", "/events/{event}/accept", deeds.accept_event),
    Route("POST", "/events/{event}/undo", deeds.take_back_event),
    Route("POST", "/events/{event}/restore", deeds.restore_event),
    Route("POST", "/events/{event}/quiet", deeds.quiet_event),
    Route("GET", "/events/{event}/evidence.zip", deeds.evidence_of_event),
    Route("GET", "/contacts", pages.contacts),
    Route("GET", "/contacts/{card}", pages.contact),
    Route("GET", "/contacts/{card}/evidence.zip", deeds.evidence_of_contact),
    Route("POST", "/contacts/{card}/restore", deeds.restore_contact),
    Route("POST", "/contacts/{card}/guard", deeds.guard_contact),
    Route("POST", "/contacts/{card}/unguard", deeds.unguard_contact),
    Route("POST", "/contacts/{card}/forget", deeds.forget_contact),
    Route("GET", "/books/{book}", pages.book),
    Route("GET", "/books/{book}/checks/{check}", pages.check),
    Route("POST", "/books/{book}/check", deeds.check_book),
    Route("POST", "/books/{book}/expect", deeds.expect_changes),
    Route("POST", "/verify", deeds.verify),
    Route("GET", "/rules", pages.rules),
    Route("GET", "/rules/{rule}", pages.rule),
    Route("GET", "/settings", pages.settings),
    Route("GET", "/about", pages.about),
    Route("GET", "/sign-in", signing.sign_in_page, is_public=True),
    Route("POST", "/sign-in", signing.sign_in, is_public=True),
    Route("POST", "/sign-out", signing.sign_out),
    Route("POST", "/sessions/end", signing.end_session),
    Route("GET", "/e/{token}", links.opened, is_public=True, by_token=True),
    Route("POST", "/e/{token}/{verb}", links.acted, is_public=True, by_token=True),
    Route("POST", "/a/{token}", links.answered, is_public=True, by_token=True),
    Route("GET", "/static/{file}", pages.static, is_public=True),
    Route("GET", "/api/status", api.status, is_api=True),
    Route("GET", "/api/events", api.events, is_api=True),
    Route("GET", "/api/events/{event}", api.event, is_api=True),
)


def route_of(path: str, method: str) -> tuple[Route, Mapping[str, str]] | Literal["method"] | None:
    """The route of a request with its variable parts; "method" if the address takes only another one."""
    known = [(route, places) for route in ROUTES if (places := route.match(path)) is not None]
    wanted = "GET" if method == "HEAD" else method
    for route, places in known:
        if route.method == wanted:
            return route, places
    return "method" if known else None
