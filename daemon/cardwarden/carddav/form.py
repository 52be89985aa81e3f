"""A form that is sent to a login, and the JSON that it answers with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import requests

from cardwarden import __version__
from cardwarden.carddav.failure import unconnected

_SECONDS: Final = 30
_BYTES: Final = 1 << 16


def post_form(url: str, data: dict[str, str], tls_ca: Path | None) -> tuple[int, dict[str, Any]]:
    """The status and the JSON of an answer, {} if it is none. Raises DavError if there is none at all."""
    headers = {"User-Agent": f"cardwarden/{__version__}", "Accept": "application/json"}
    try:
        with requests.post(
            url, data, headers=headers, timeout=_SECONDS, allow_redirects=False, stream=True,
            verify=str(tls_ca) if tls_ca else None,
        ) as response:  # fmt: skip
            body = response.raw.read(_BYTES, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise unconnected(error, url) from None
    try:
        answer = json.loads(body)
    except ValueError:
        answer = {}
    return response.status_code, answer if isinstance(answer, dict) else {}
