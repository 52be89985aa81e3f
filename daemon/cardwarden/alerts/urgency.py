"""How urgent a message is, and which one it is, in the words of each service that has words for it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cardwarden.alerts.message import Message
from cardwarden.detect.finding import Severity

# By what Apprise calls the service: its priorities for info, notice, warning and critical. Pushover's 2 and Prowl's would
# ring until somebody answers, which is the owner's to ask for.
_PRIORITIES: dict[str, tuple[int | str, ...]] = {
    "ntfy": ("low", "default", "high", "max"),  # docs.ntfy.sh/publish/#message-priority
    "Pushover": (-1, -1, 0, 1),  # pushover.net/api#priority
    "Prowl": (-1, -1, 0, 1),  # prowlapp.com/api.php
    "Gotify": (3, 3, 5, 8),  # gotify.net/docs/pushmsg
}
_IMPORTANCE = ("low", "normal", "normal", "high")  # RFC 2156, 2.2.10; RFC 4021, 2.1.53
_X_PRIORITY = ("5", "3", "3", "1")  # what most mail programs show


def mark(service: Any, address: str, message: Message) -> None:
    """Give Apprise's object of a service the message's urgency and id. What the address itself says counts more."""
    severity = message.severity
    said = {name.lower() for name, _ in parse_qsl(urlsplit(address.strip()).query, keep_blank_values=True)}
    priorities = _PRIORITIES.get(str(service.service_name))
    if priorities and not said & {"priority", "p"}:
        service.priority = _of(priorities, severity)
    headers = getattr(service, "headers", None)
    if not isinstance(headers, dict):
        return
    extra = {"X-Cardwarden-Message": message.id} if message.id else {}
    if str(service.service_name) == "E-Mail":
        extra |= {"Importance": str(_of(_IMPORTANCE, severity)), "X-Priority": str(_of(_X_PRIORITY, severity))}
        if message.id:
            extra["References"] = f"<{message.id}@cardwarden.invalid>"  # a repeat stands in one thread with the first
    service.headers = {**extra, **headers}


def _of(values: tuple[int | str, ...], severity: Severity) -> int | str:
    return values[int(severity)]
