"""The dead man's switch: a service that expects to be called, and tells the owner when the calls stop."""

from __future__ import annotations

import logging
import urllib.error
import urllib.request
from collections.abc import Callable
from enum import StrEnum

from cardwarden.errors import CardwardenError

_PATIENCE = 10.0  # seconds

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
            url = _web_address(self._address()) + what.value
            request = urllib.request.Request(url, headers={"User-Agent": "cardwarden"})  # noqa: S310 - a web address
            with urllib.request.urlopen(request, timeout=_PATIENCE):  # noqa: S310
                self._is_failing = False
                return
        except CardwardenError as error:
            why = str(error)
        except urllib.error.HTTPError as error:
            why = f"the service answered {error.code}."
        except (OSError, ValueError):
            why = "the service could not be reached, or its address is not a web address."
        if not self._is_failing:
            _log.warning("health.ping_url: %s", why)
        self._is_failing = True


def _web_address(text: str) -> str:
    url = text.strip().rstrip("/")
    if not url.startswith(("https://", "http://")):
        raise ValueError("no web address")
    return url
