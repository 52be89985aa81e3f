"""Which classes of Apprise's, or of ours in their place, send for an address; and an ntfy message that replaces its repeat.

Only `channel.py` uses this module. Ours stand in for Apprise's own in the way that Apprise has for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, Final, cast
from urllib.parse import quote

from apprise import plugins
from apprise.plugins import N_MGR
from apprise.plugins.base import NotifyBase
from apprise.utils.parse import parse_list, parse_urls

_LOCK: Final = Lock()


def keep_empty_lines(service: Any) -> None:
    """Let a message to Telegram have the empty lines that its text has.

    Apprise makes HTML of the text, one `<br/>` for each line's end, and of several of them in a row one when it makes that
    fit what Telegram reads. Telegram itself shows each (core.telegram.org/bots/api#html-style).
    """
    fitting = service.dialect_convert

    def fitting_by_line(body: str, *more: Any, **named: Any) -> str:
        return "\n".join(fitting(line, *more, **named) for line in body.split("<br/>"))

    service.dialect_convert = fitting_by_line


def identify_ntfy(service: Any, message_id: str) -> None:
    """Give an ntfy message its id, so that a repeat replaces it (docs.ntfy.sh/publish, "Updating notifications").

    Apprise has no parameter for that; ntfy takes every header as a part of the address, too. Servers before 2.16 ignore it.
    """
    query = f"/?sequence-id={quote(message_id, safe='')}"
    service.cloud_notify_url = f"{service.cloud_notify_url}{query}"
    if service.host:
        port = f":{service.port}" if isinstance(service.port, int) else ""
        service.host, service.port = f"{service.host}{port}{query}", None


def in_use(address: str) -> None:
    """From now on Apprise knows the service of that address, and makes these instead of its own.

    Left alone it loads every service that it has, when it is first asked for one: 140 modules and 22 MB for a daemon that
    needs one of them. What no module says that it takes (the address of a service's web page, a mistake) it looks for
    itself, among all.
    """
    services, urls = cast("Any", N_MGR), cast("Any", parse_urls)
    with _LOCK:
        if not services:
            with TemporaryDirectory() as nothing:
                services.load_modules(path=nothing)
        for url in urls(address):
            scheme = url.partition("://")[0].strip().lower()
            if own := _own(scheme):
                if own not in services.plugins():
                    services.add(own, force=True)
            elif scheme not in services and not any(services.add(plugin) for plugin in _plugins(scheme)):
                services.load_modules()


def _own(scheme: str) -> Any | None:
    """Our class for the service that takes such addresses, loaded now; None if Apprise's own is right."""
    match scheme:
        case "mailto" | "mailtos":
            from cardwarden.alerts.mail import Mail  # noqa: PLC0415

            return Mail
        case "gotify" | "gotifys":
            from cardwarden.alerts.gotify import Gotify  # noqa: PLC0415

            return Gotify
        case _:
            return None


def _plugins(scheme: str) -> Iterator[Any]:
    """Apprise's classes for the services that take such addresses."""
    said = re.compile(rf'^    \w*protocol\b[^=\n]* = [^=]*"{re.escape(scheme)}"', re.MULTILINE)
    folder, schemes = Path(plugins.__file__).parent, cast("Any", parse_list)
    for file in sorted(folder.rglob("*.py")):
        if said.search(file.read_text("utf-8")):
            module = import_module(f"{plugins.__name__}.{file.relative_to(folder).parts[0].removesuffix('.py')}")
            for plugin in vars(module).values():
                is_service = isinstance(plugin, type) and issubclass(plugin, NotifyBase) and plugin is not NotifyBase
                if is_service and scheme in schemes(plugin.protocol, plugin.secure_protocol):
                    yield plugin
