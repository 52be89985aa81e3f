"""The dead man's switch: a service that expects to be called, and tells the owner when the calls stop."""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import StrEnum
from http.client import HTTPException
from typing import Final
from urllib.parse import urljoin

from cardwarden.carddav.deadline import Deadline, mind_deadlines
from cardwarden.carddav.no_redirects import NoRedirects
from cardwarden.errors import CardwardenError

_PATIENCE = 10.0  # seconds, in all
_ELSEWHERE: Final = 10
"""How often a service may say that it is somewhere else."""

_log = logging.getLogger(__name__)


class Call(StrEnum):
    """What is said, as healthchecks.io and its like have it: an ending of the address."""

    START = "/start"
    SUCCESS = ""
    FAIL = "/fail"


class Ping:
    """`address` is asked for at each call: it is a secret, and is never kept or logged."""

    def __init__(self, address: Callable[[], str]) -> None:
        self._address = address
        self._is_failing = False

    def say(self, what: Call) -> None:
        """Say it once. That it was not heard is logged the first time."""
        try:
            why = _asked(_web_address(self._address()) + what.value)
        except CardwardenError as error:
            why = str(error)
        except (OSError, HTTPException, ValueError):
            why = "the service could not be reached, or its address is not a web address."
        if why and not self._is_failing:
            _log.warning("health.ping_url: %s", why)
        self._is_failing = bool(why)


def _asked(url: str) -> str:
    """Ask for an address; gives why that was not heard, "" if it was. Only the status of the answer is waited for.

    Raises OSError, HTTPException, ValueError if there is none in time.
    """
    with NoRedirects() as session, Deadline(_PATIENCE) as deadline:
        mind_deadlines(session)
        for _ in range(_ELSEWHERE):
            with session.get(
                url, headers={"User-Agent": "cardwarden"}, timeout=_PATIENCE, allow_redirects=False, stream=True
            ) as answer:
                if deadline.is_over:  # headers that were cut look as if they had ended
                    raise TimeoutError
                if not answer.is_redirect:
                    return "" if 200 <= answer.status_code < 300 else f"the service answered {answer.status_code}."
                url = _web_address(urljoin(url, answer.headers["Location"]))
    return "the service leads from one address to another without an end."


def _web_address(text: str) -> str:
    url = text.strip().rstrip("/")
    if not url.startswith(("https://", "http://")):
        raise ValueError("no web address")
    return url
