"""The page of a server with many households: each below its name, and at the front, for its operator, how all of them stand."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cardwarden.clock import Clock
from cardwarden.errors import CardwardenError, SettingsError, StoreError
from cardwarden.phrases.phrase import phrase
from cardwarden.web import password
from cardwarden.web.application import answering_app, application, cookies_in, headers_of, text_response
from cardwarden.web.desk import Desk
from cardwarden.web.door import Door, network_of
from cardwarden.web.password import SET_PASSWORD, Throttle
from cardwarden.web.render import rendered, static_file
from cardwarden.web.signing import signed_in
from cardwarden.web.visit import Admission, Visit, accepted_language
from cardwarden.web.words import OFFERED
from cardwarden.wiring import Program

FRONT: Final = "_"
"""What stands in the place of a household's name; none can be called so."""
_COOKIE: Final = "cardwarden-operator"
_AT_ONCE: Final = 2  # pages of one household, or of the front, that are made at the same time
_MOST_SESSIONS: Final = 100

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HouseholdStatus:
    """How one household stands, in words and numbers; of its contacts nothing. None: not known here.

    state    guarded, behind, failing, stopped, wrong, paused, elsewhere or removed
    open     findings that wait for their owner, `critical` of them
    waiting  alerts that are not sent yet; `failing` channels take none
    seen_at  when its numbers were noted
    """

    name: str
    state: str
    books: int | None = None
    cards: int | None = None
    open: int | None = None
    critical: int | None = None
    waiting: int | None = None
    failing: int | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """All households, and the workers that guard them; `lag` is for how many seconds the work is due that is due longest."""

    households: tuple[HouseholdStatus, ...]
    workers: int | None = None
    lag: float = 0.0


@dataclass
class Front:
    """What the page of a server works with.

    door      of the operator's page
    password  the file of the operator's password
    board     how all households stand; raises SettingsError, StoreError
    using     the program of a household, held open while the block lasts; raises CardwardenError if there is none
    has_password  whether one is set for the page of a household
    """

    door: Door
    password: Path
    session: timedelta
    zone: tzinfo
    clock: Clock
    board: Callable[[], Board]
    using: Callable[[str], AbstractContextManager[Program]]
    has_password: Callable[[str], bool]
    throttle: Throttle = field(init=False)
    sessions: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.throttle = Throttle(self.clock)


def front(desk: Front) -> ASGIApp:
    """The whole page of a server."""
    operator = answering_app(lambda scope, request, body: _answered(desk, scope, request, body), _AT_ONCE)
    away = answering_app(lambda _scope, request, _body: _away(request), _AT_ONCE)
    nobody = answering_app(lambda _scope, request, _body: _unset(request), _AT_ONCE)
    prefix = desk.door.prefix.removesuffix(f"/{FRONT}")
    pages: dict[str, ASGIApp] = {}

    def opened(name: str) -> tuple[ExitStack, ASGIApp]:
        stack = ExitStack()
        stack.enter_context(desk.using(name))
        if name not in pages:
            pages[name] = application(Desk.of(lambda: _current(desk, name)), _AT_ONCE)
        return stack, pages[name]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        name = scope["path"].removeprefix(prefix).lstrip("/").partition("/")[0]
        if name in {"", FRONT}:
            await operator(scope, receive, send)
            return
        try:
            stack, page = await to_thread.run_sync(opened, name)
        except CardwardenError as error:
            await (away if _is_away(desk, name, error) else nobody)(scope, receive, send)
            return
        with stack:
            await page(scope, receive, send)

    return app


def _current(desk: Front, name: str) -> Program:
    with desk.using(name) as program:
        return program


def _unset(request: Request) -> Response:
    return text_response(headers_of(request), 403, phrase("web-password-unset-proxy", command=SET_PASSWORD))


def _is_away(desk: Front, name: str, error: CardwardenError) -> bool:
    """Whether to say that a household's page cannot be shown now.

    Whoever tries names is told of one that is not there what is told of one that has no password.
    """
    if not isinstance(error, SettingsError | StoreError) or not desk.has_password(name):
        return False
    _log.warning("the page of %s: %s", name, error)
    return True


def _away(request: Request) -> Response:
    return text_response(headers_of(request), 503, phrase("web-no-record"))


def _answered(desk: Front, scope: Scope, request: Request, body: bytes | None) -> Response:
    headers = headers_of(request)
    try:
        return _let_in(desk, scope["path"], request, headers, body)
    except StoreError:
        raise
    except CardwardenError:  # no bug: settings that are wrong by now
        return text_response(headers, 500, phrase("web-bug"))


def _let_in(desk: Front, path: str, request: Request, headers: dict[str, str], body: bytes | None) -> Response:
    """Answer a request for the operator's page."""
    door = desk.door
    host = headers.get("host", "").lower()
    if not door.knows(host):
        return text_response(headers, 421, phrase("web-wrong-address"))
    if body is None:
        return text_response(headers, 413, phrase("web-too-much"))
    inner = path.removeprefix(door.prefix)
    if inner == path or request.method not in {"GET", "HEAD", "POST"}:
        return RedirectResponse(f"{door.prefix}/", 303)
    visit = _visit(desk, request, inner or "/", headers, host, body)
    if inner.startswith("/static/") and (content := static_file(inner.removeprefix("/static/"))):
        return Response(content[0], 200, {"Cache-Control": "max-age=31536000, immutable"}, content[1])
    if request.method == "POST" and not door.is_ours(host, headers):
        return text_response(headers, 403, phrase("web-not-ours"))
    match request.method, inner:
        case "POST", "/sign-in":
            return _sign_in(desk, visit)
        case "POST", "/sign-out":
            desk.sessions.pop(visit.session, None)
            return RedirectResponse(f"{door.prefix}/", 303)
        case (("GET" | "HEAD"), ("/" | "")):
            return _board(desk, visit) if visit.entry is not Admission.NOBODY else _asked(desk, visit)
        case _:
            return RedirectResponse(f"{door.prefix}/", 303)


def _visit(desk: Front, request: Request, path: str, headers: dict[str, str], host: str, body: bytes) -> Visit:
    """What is known of a request, and how somebody came in."""
    peer = request.client.host if request.client else ""
    form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True) if request.method == "POST" else {}
    cookies, now = cookies_in(headers.get("cookie", "")), desk.clock.now()
    visit = Visit(
        request.method, path, {}, {}, {name: values[0] for name, values in form.items()}, (), headers, cookies, host,
        desk.door.visitor(peer, headers), accepted_language(headers.get("accept-language", ""), OFFERED), now,
    )  # fmt: skip
    if who := desk.door.named(peer, headers):
        return replace(visit, entry=Admission.PROXY, who=who)
    digest = _digest(cookies.get(_COOKIE, ""))
    if any(hmac.compare_digest(digest, known) and now < until for known, until in list(desk.sessions.items())):
        return replace(visit, entry=Admission.PASSWORD, session=digest)
    return visit


def _asked(desk: Front, visit: Visit) -> Response:
    if not desk.password.exists():
        return text_response(visit.headers, 403, phrase("web-password-unset-proxy", command=SET_PASSWORD))
    return rendered(desk.door.prefix, desk.zone, visit, "sign_in", back="/", wrong=False, wait=0)


def _sign_in(desk: Front, visit: Visit) -> Response:
    """Looks at the operator's password."""
    word = visit.form.get("password", "")
    right = password.looked_at(desk.password, word, desk.throttle, network_of(visit.address))
    done = _new_session(desk, visit) if right is True else right or None
    show = partial(rendered, desk.door.prefix, desk.zone, visit, "sign_in", back="/")
    return signed_in(done, show, desk.door, visit, _COOKIE, desk.session, "/")


def _new_session(desk: Front, visit: Visit) -> str:
    secret = secrets.token_urlsafe(32)
    while len(desk.sessions) >= _MOST_SESSIONS:
        desk.sessions.pop(next(iter(desk.sessions)))
    desk.sessions[_digest(secret)] = visit.now + desk.session
    return secret


def _board(desk: Front, visit: Visit) -> Response:
    """All households at a look: those first that need somebody."""
    board = desk.board()
    order = {state: place for place, state in enumerate(("failing", "wrong", "behind", "stopped", "elsewhere"))}
    rows: Sequence[HouseholdStatus] = sorted(board.households, key=lambda row: (order.get(row.state, 9), row.name))
    states: dict[str, int] = {}
    for row in rows:
        states[row.state] = states.get(row.state, 0) + 1
    return rendered(
        desk.door.prefix, desk.zone, visit, "operator", board=board, rows=rows, states=states, lag=round(board.lag / 60)
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
