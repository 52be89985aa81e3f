"""What a household's settings ask for, as pieces of work."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cardwarden.carddav.href import authority
from cardwarden.errors import CardwardenError
from cardwarden.fleet.ledger import PlannedWork
from cardwarden.fleet.work import Key, WorkKind
from cardwarden.service.health import gap
from cardwarden.settings.model import Settings
from cardwarden.settings.secrets import resolve
from cardwarden.settings.times import time_of
from cardwarden.sources.options import OnDiskOptions
from cardwarden.wiring import Program

IDLE = timedelta(minutes=10)
"""After how long a channel is looked after on which nothing waits: something may have been accepted, or be due as a reminder."""
_DAY = timedelta(days=1)
_SPREAD = timedelta(minutes=1)


def wanted(program: Program, now: datetime) -> Iterator[PlannedWork]:
    """All that is to be done for a household; each for the first time soon, and not all at once."""
    settings, share = program.settings, program.settings.share
    household = share.name if share else ""
    has_deep = time_of(settings.deep_at) is not None
    for name, options in settings.sources.items():
        between = gap(program, options)
        url = getattr(options, "url", None)
        host, is_local = authority(url) if url else "", isinstance(options, OnDiskOptions)
        first = now + random.random() * min(between / 10, _SPREAD)  # noqa: S311 - who is first is no secret
        yield PlannedWork(Key(household, WorkKind.CHECK, name), host, is_local, between, first)
        if has_deep:
            yield PlannedWork(Key(household, WorkKind.DEEP, name), host, is_local, _DAY, next_deep(program, now))
    for name in settings.alerts.channels:
        host = _host_of_channel(settings, name, program)
        yield PlannedWork(Key(household, WorkKind.DELIVER, name), host, False, IDLE, now)
        yield PlannedWork(Key(household, WorkKind.DIGEST, name), host, False, _DAY, None)
    yield PlannedWork(Key(household, WorkKind.CARE, ""), "", False, _DAY, now + random.random() * _DAY)  # noqa: S311


def next_deep(program: Program, now: datetime) -> datetime | None:
    """When a household's books are read deeply next: some time within the hour after `deep_at`."""
    moment = time_of(program.settings.deep_at)
    if moment is None:
        return None
    return program.policy.next_at(moment, now) + random.random() * timedelta(hours=1)  # noqa: S311


def _host_of_channel(settings: Settings, name: str, program: Program) -> str:
    """Whom a channel's messages go to, so that no secret can be told from it: an address may have one in any part."""
    try:
        address = resolve(settings.alerts.channels[name], "url", f"alerts.channels.{name}", program.environ)
    except CardwardenError:
        return ""  # the delivery meets it, too, and tells
    parts = urlsplit(address)
    host = parts.hostname or ""
    digest = hashlib.sha256(f"{host}:{_port(address)}".encode()).hexdigest()[:12]
    return f"{parts.scheme}:{digest}" if "." in host or host == "localhost" else f"{parts.scheme}:"


def _port(address: str) -> int | None:
    try:
        return urlsplit(address).port
    except ValueError:
        return None
