"""A form that is sent to a login, and the JSON that it answers with."""

from __future__ import annotations

import json
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final

import requests

from cardwarden import __version__
from cardwarden.carddav.deadline import Deadline, mind_deadlines
from cardwarden.carddav.failure import slow, unconnected
from cardwarden.carddav.no_redirects import NoRedirects

_SECONDS: Final = 30
_BYTES: Final = 1 << 16


def post_form(url: str, data: dict[str, str], tls_ca: Path | None) -> tuple[int, dict[str, Any]]:
    """The status and the JSON of an answer, {} if it is none. Raises DavError if there is none at all."""
    headers = {"User-Agent": f"cardwarden/{__version__}", "Accept": "application/json"}
    deadline = Deadline(_SECONDS)
    try:
        with NoRedirects() as session, deadline:
            mind_deadlines(session)
            with session.post(
                url, data, headers=headers, timeout=_SECONDS, allow_redirects=False, stream=True,
                verify=str(tls_ca) if tls_ca else None,
            ) as response:  # fmt: skip
                body = _beginning(response)
    except (requests.RequestException, HTTPException, OSError) as error:
        raise (slow(url) if deadline.is_over else unconnected(error, url)) from None
    if deadline.is_over:
        raise slow(url)
    try:
        answer = json.loads(body)
    except ValueError:
        answer = {}
    return response.status_code, answer if isinstance(answer, dict) else {}


def _beginning(response: requests.Response) -> bytes:
    """As much of the body as an answer may have."""
    body = b""
    for part in response.iter_content(_BYTES):
        body += part
        if len(body) > _BYTES:
            break
    return body
