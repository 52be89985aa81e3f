"""The page as an ASGI application: it lets in or turns away, reads a request whole, and asks the page that it is for."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs, quote

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cardwarden.actions.sessions import session_of
from cardwarden.errors import CardwardenError, RefusedError, SourceError, StoreError, UsageError, place_of
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Phrase, phrase
from cardwarden.text import visible
from cardwarden.web import api, pages
from cardwarden.web.desk import COOKIE, Desk
from cardwarden.web.door import Door
from cardwarden.web.password import SET_PASSWORD
from cardwarden.web.render import voice_of
from cardwarden.web.routes import Route, route_of
from cardwarden.web.visit import Admission, Visit, accepted_language
from cardwarden.web.words import OFFERED

_BODY = 64 * 1024  # bytes of a form
_ASKED = 500  # characters of what an address asks for
_PATIENCE = 10.0  # seconds for a form to come
_AT_ONCE = 4  # pages that are made at the same time: a flood waits here, and not where checks work
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # "no-referrer" would make browsers send "Origin: null" with our own forms
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex, nofollow",
}

_log = logging.getLogger(__name__)


def application(desk: Desk, at_once: int = _AT_ONCE) -> ASGIApp:
    """The page of a program. Whatever happens in it becomes an answer, and never reaches what serves it."""
    return answering_app(partial(_let_in, desk), at_once)


def answering_app(answer: Callable[[Scope, Request, bytes | None], Response], at_once: int) -> ASGIApp:
    """What reads a request whole, and has it answered on a thread, so many at a time; whatever fails becomes an answer."""
    limiter: list[CapacityLimiter] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if not limiter:  # it belongs to the loop that runs it
            limiter.append(CapacityLimiter(at_once))
        request = Request(scope, receive)
        try:
            form = await asyncio.wait_for(_form(request), _PATIENCE)
        except (ClientDisconnect, TimeoutError):
            return
        made = partial(_answer, answer, scope, request, form)
        response = await to_thread.run_sync(made, limiter=limiter[0], abandon_on_cancel=True)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        await response(scope, receive, send)

    return app


async def _form(request: Request) -> bytes | None:
    """The body, None for one that is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _BODY:
            return None
    return body


def _answer(
    answer: Callable[[Scope, Request, bytes | None], Response], scope: Scope, request: Request, body: bytes | None
) -> Response:
    try:
        return answer(scope, request, body)
    except StoreError as error:  # who asks is not known then, so the log alone says where the record is
        _log.warning("the page: %s", error)
        return text_response(headers_of(request), 503, phrase("web-no-record"))
    except Exception as error:  # noqa: BLE001 a bug of a page must not end the page, and its text may hold a contact's
        _log.error("the page: a bug, %s", place_of(error))
        return text_response(headers_of(request), 500, phrase("web-bug"))
    finally:
        # Templates and rows leave cycles behind. Let them grow old, and the daemon's memory keeps room for them: +27 MB
        # after all pages, and +21 if they go at once; going through what is young takes a millisecond.
        gc.collect(1)


def _let_in(desk: Desk, scope: Scope, request: Request, body: bytes | None) -> Response:
    """Answer a request: refuse it, ask for the password, or have its page made."""
    door = desk.door
    headers = headers_of(request)
    host = headers.get("host", "").lower()
    if not door.knows(host):
        return text_response(headers, 421, phrase("web-wrong-address"))
    if body is None:
        return text_response(headers, 413, phrase("web-too-much"))
    path = scope["path"]
    if door.prefix and (path == door.prefix or path.startswith(door.prefix + "/")):
        path = path.removeprefix(door.prefix)
    path = path or "/"
    matched = route_of(path, request.method)
    if matched == "method":
        return text_response(headers, 405, phrase("web-not-that-way"))
    route, places = matched or (None, {})
    peer = request.client.host if request.client else ""
    visit = _visit(desk, door, request, places, path, peer, headers, body)
    if route is None:
        return pages.refused(desk, visit, UsageError(phrase("web-no-page")), 404)
    if visit.entry is Admission.NOBODY and route.is_api:
        if not api.is_allowed(desk, headers):
            return text_response(headers, 401, phrase("web-needs-token"))
    elif visit.entry is Admission.NOBODY and not route.is_public:
        return _turned_away(desk, door, visit)
    if request.method == "POST" and not _may_change(door, route, visit):
        return text_response(headers, 403, phrase("web-not-ours"))
    return _made(desk, route, visit)


def _visit(
    desk: Desk,
    door: Door,
    request: Request,
    places: Mapping[str, str],
    path: str,
    peer: str,
    headers: Mapping[str, str],
    body: bytes,
) -> Visit:
    """Everything that pages may know of a request, with its words in the visitor's language."""
    text = body.decode("utf-8", "replace") if request.method == "POST" else ""
    is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    form = parse_qs(text, keep_blank_values=True) if is_form else {}
    cookies = cookies_in(headers.get("cookie", ""))
    host = headers["host"].lower()
    visit = Visit(
        method=request.method,
        path=path,
        places=places,
        query={name: visible(value)[:_ASKED] for name, value in request.query_params.items()},
        form={name: values[0] for name, values in form.items()},
        id_texts=tuple(form.get("id", ())),
        headers=headers,
        cookies=cookies,
        host=host,
        address=door.visitor(peer, headers),
        language=accepted_language(headers.get("accept-language", ""), OFFERED),
        now=desk.now(),
    )
    if who := door.named(peer, headers):
        return replace(visit, entry=Admission.PROXY, who=who)
    secret = cookies.get(COOKIE, "")
    if secret and desk.has_password and (session := session_of(desk.program().store, secret, visit.now)):
        return replace(visit, entry=Admission.PASSWORD, who=session.who, session=session.digest)
    if not desk.has_password and door.is_this_machine(peer, host, headers):
        return replace(visit, entry=Admission.THIS_MACHINE)
    return visit


def headers_of(request: Request) -> dict[str, str]:
    """The headers of a request by their names in lower case; of one that stands twice the last counts."""
    return {name.lower(): value for name, value in request.headers.items()}


def cookies_in(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def _turned_away(desk: Desk, door: Door, visit: Visit) -> Response:
    if not desk.has_password:
        said = phrase("web-password-unset", command=SET_PASSWORD)
        if door.may_be_behind_a_proxy:
            said = phrase("web-password-unset-proxy", command=SET_PASSWORD)
        if door.proxy_user:
            said = phrase("web-proxy-silent")
        return text_response(visit.headers, 403, said)
    back = quote(visit.path, safe="/") if visit.method == "GET" else "/"
    return RedirectResponse(f"{door.prefix}/sign-in?next={back}", 303)


def _may_change(door: Door, route: Route, visit: Visit) -> bool:
    """A form of ours; or what a token allows, which apps send that say of no page, unless a browser says that another asks."""
    if route.by_token and "origin" not in visit.headers:
        return visit.headers.get("sec-fetch-site", "none") in {"none", "same-origin"}
    return door.is_ours(visit.host, visit.headers)


def _made(desk: Desk, route: Route, visit: Visit) -> Response:
    try:
        return route.page(desk, visit)
    except CardwardenError as error:
        match error:
            case UsageError():
                status = 404 if visit.method == "GET" else 400
            case RefusedError():
                status = 409
            case StoreError() | SourceError():
                status = 503
            case _:
                status = 500
        if route.is_api:
            return Response(error.sentence(voice_of(desk, visit)) + "\n", status, media_type="text/plain")
        return pages.refused(desk, visit, error, status)


def text_response(headers: Mapping[str, str], status: int, said: Phrase) -> Response:
    """A line for whoever is not let in, in the language of the browser; it names no household, so that none is found out."""
    language = accepted_language(headers.get("accept-language", ""), OFFERED)
    return Response(Voice(language).say(said) + "\n", status, media_type="text/plain")
