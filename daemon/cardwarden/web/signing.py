"""Signing in and out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from starlette.responses import RedirectResponse, Response

from cardwarden.actions import sessions
from cardwarden.web.desk import COOKIE, Desk
from cardwarden.web.door import Door, network_of, safe_next
from cardwarden.web.render import render
from cardwarden.web.visit import Admission, Visit


def sign_in_page(desk: Desk, visit: Visit) -> Response:
    """Asks for the password."""
    back = safe_next(visit.query.get("next", "/"))
    if visit.entry is not Admission.NOBODY:
        return RedirectResponse(desk.door.prefix + back, 303)
    return render(desk, visit, "sign_in", back=back, wrong=False, wait=0)


def sign_in(desk: Desk, visit: Visit) -> Response:
    """Looks at the password."""
    back = safe_next(visit.form.get("next", "/"))
    done = desk.sign_in(visit.form.get("password", ""), network_of(visit.address))
    show = partial(render, desk, visit, "sign_in", back=back)
    return signed_in(done, show, desk.door, visit, COOKIE, desk.program().settings.web.session, back)


def signed_in(
    done: str | timedelta | None,
    show: Callable[..., Response],
    door: Door,
    visit: Visit,
    cookie: str,
    length: timedelta,
    back: str,
) -> Response:
    """The answer to a password: `done` is the new session's secret, how long to wait, or None for a wrong one.

    `show` shows the form again; `length` is that of a session.
    """
    match done:
        case None:
            return show(status=403, wrong=True, wait=0)
        case timedelta():
            wait = math.ceil(done.total_seconds())
            again = show(status=429, wrong=False, wait=wait)
            again.headers["Retry-After"] = str(wait)
            return again
    answer = RedirectResponse(door.prefix + back, 303)
    answer.set_cookie(
        cookie,
        done,
        max_age=int(length.total_seconds()),
        path=door.prefix or "/",
        secure=door.is_secure(visit.headers),
        httponly=True,
        samesite="lax",
    )
    return answer


def sign_out(desk: Desk, visit: Visit) -> Response:
    """Ends this session."""
    if visit.session:
        sessions.end_session(desk.program().store, visit.session)
    answer = RedirectResponse(f"{desk.door.prefix}/sign-in", 303)
    answer.delete_cookie(COOKIE, path=desk.door.prefix or "/")
    return answer


def end_session(desk: Desk, visit: Visit) -> Response:
    """Ends one session, or all of them."""
    store, session = desk.program().store, visit.form.get("session", "")
    if session == "all":
        sessions.end_sessions(store)
    elif re.fullmatch(r"[0-9a-f]{64}", session):
        sessions.end_session(store, session)
    return RedirectResponse(f"{desk.door.prefix}/settings", 303)
