"""Those who look at the daemon from outside: the ping and the endpoint, as the settings have them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cardwarden.errors import CardwardenError, StoreError
from cardwarden.phrases.language import english
from cardwarden.service.failures import guarded
from cardwarden.service.health import unguarded
from cardwarden.service.schedule import PING, Schedule
from cardwarden.service.sight import Sight
from cardwarden.settings.model import Settings
from cardwarden.settings.secrets import resolve
from cardwarden.sources.secret import given
from cardwarden.text import harmless
from cardwarden.wiring import Program

if TYPE_CHECKING:  # few need it
    from cardwarden.service.endpoint import Endpoint

_log = logging.getLogger(__name__)


class Monitors:
    """The ping and the endpoint of a daemon that `is_alive`."""

    def __init__(self, is_alive: Callable[[], bool], sight: Sight) -> None:
        self._is_alive = is_alive
        self._sight = sight
        self._endpoint: Endpoint | None = None
        self._started = False
        self._tell: Callable[[], None] = lambda: None

    def plan(self, program: Program, schedule: Schedule, now: datetime) -> None:
        """Have the ping called at its times, and serve the pages."""
        health = program.settings.health
        self._tell = lambda: None
        if given(health, "ping_url"):
            from cardwarden.service.ping import Call, Ping  # noqa: PLC0415 - few need it

            ping = Ping(lambda: resolve(health, "ping_url", "health", program.environ))
            if not self._started:
                self._started = True
                schedule.soon(lambda: ping.say(Call.START), pool=PING)

            def tell() -> None:
                ping.say(Call.FAIL if self._sight.trouble or not _is_guarded(program) else Call.SUCCESS)

            self._tell = guarded("ping", tell)
            first = now + min(health.ping_every, timedelta(minutes=2))
            schedule.every(health.ping_every, "ping", self._tell, first=first, pool=PING)
        self._serve(program)

    def ping(self, schedule: Schedule) -> None:
        """Have the ping called now: something happened that it tells of."""
        schedule.soon(self._tell, pool=PING)

    def _serve(self, program: Program) -> None:
        """Serve /healthz, /readyz and /metrics as the settings say now; what was served before is closed."""
        listen = program.settings.health.listen
        self.stop()
        if listen is None:
            return
        from cardwarden.service.endpoint import Endpoint, HttpReply  # noqa: PLC0415 - few need it
        from cardwarden.service.exposition import TYPE  # noqa: PLC0415
        from cardwarden.service.metrics import metrics  # noqa: PLC0415

        plain = "text/plain; charset=utf-8"

        def healthz() -> HttpReply:
            return (200, plain, b"ok\n") if self._is_alive() else (503, plain, b"the schedule stands still\n")

        def readyz() -> HttpReply:
            if trouble := self._sight.trouble:
                return 503, plain, f"{english(trouble)}\n".encode()
            try:
                missing = unguarded(program)
            except StoreError as error:
                return 503, plain, f"{error}\n".encode()
            text = "".join(f"no conclusive check in time: {harmless(name)}\n" for name in missing) or "ok\n"
            return 503 if missing else 200, plain, text.encode()

        def shown() -> HttpReply:
            try:
                return 200, TYPE, metrics(program)
            except CardwardenError as error:
                return 503, plain, f"{error}\n".encode()

        try:
            self._endpoint = Endpoint(listen, {"/healthz": healthz, "/readyz": readyz, "/metrics": shown})
        except OSError as error:
            _log.error("health.listen: %s cannot be used (%s). Choose another port.", listen, error.strerror)

    def stop(self) -> None:
        """Serve nothing any more."""
        if self._endpoint is not None:
            self._endpoint.stop()
            self._endpoint = None


def say_failing(settings: Settings, environ: Mapping[str, str]) -> None:
    """Tell whoever expects the ping that nothing is guarded."""
    if given(settings.health, "ping_url"):
        from cardwarden.service.ping import Call, Ping  # noqa: PLC0415 - few need it

        Ping(lambda: resolve(settings.health, "ping_url", "health", environ)).say(Call.FAIL)


def _is_guarded(program: Program) -> bool:
    """Whether every book was checked in time, as far as the database can tell."""
    try:
        return not unguarded(program)
    except StoreError:
        return False
