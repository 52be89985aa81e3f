"""`cardwarden run`: guard the books until stopped."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from cardwarden.cli.options import config_option, settings
from cardwarden.errors import CardwardenError
from cardwarden.service import logs
from cardwarden.service.only import the_only_daemon
from cardwarden.service.runner import Daemon
from cardwarden.settings.model import Settings
from cardwarden.sources.secret import given
from cardwarden.wiring import assembled, told_if_blind

_log = logging.getLogger(__name__)


@click.command("run")
@config_option
def command() -> int:
    """Guard the address books until stopped (SIGTERM or Ctrl-C). SIGHUP reads the configuration again."""
    chosen = settings()
    logs.start(chosen.log.format, chosen.log.level, os.environ)
    with told_if_blind(chosen), assembled(chosen) as program, the_only_daemon(program.store.path, program.clock):
        daemon = Daemon(program, settings, os.environ)
        with _page(chosen, daemon), _answers(chosen, daemon), _broker(chosen, daemon):
            daemon.run()
    return 0


@contextmanager
def _page(chosen: Settings, daemon: Daemon) -> Iterator[None]:
    """The page beside the daemon; if it cannot be served, the books are guarded all the same."""
    listen = chosen.web.listen
    if listen is None:
        yield
        return
    try:
        from cardwarden.web.server import listener, serving  # noqa: PLC0415 - not a byte of it unless it is wanted

        page = serving(lambda: daemon.program, listener(listen))
    except ImportError as error:
        _log.error("the page is not served: %s is not installed. Install cardwarden[web].", error.name)
        yield
    except CardwardenError as error:
        _log.error("the page is not served: %s", error)
        yield
    else:
        with page:
            yield


@contextmanager
def _answers(chosen: Settings, daemon: Daemon) -> Iterator[None]:
    """The ears for answers to notifications, where a channel has a topic for them."""
    if not any(given(options, "answers") for options in chosen.alerts.channels.values()):
        yield
        return
    from cardwarden.answers.listen import listening  # noqa: PLC0415 - its network library takes long to load

    try:
        ears = listening(lambda: daemon.program)
    except CardwardenError as error:
        _log.error("answers are not heard: %s", error)
        yield
    else:
        with ears:
            yield


@contextmanager
def _broker(chosen: Settings, daemon: Daemon) -> Iterator[None]:
    """A broker that is told how the books stand; if it cannot be, they are guarded all the same."""
    if chosen.mqtt.host is None:
        yield
        return
    try:
        from cardwarden.service.mqtt import telling  # noqa: PLC0415 - an extra
    except ImportError as error:
        _log.error("the MQTT broker is told nothing: %s is not installed. Install cardwarden[mqtt].", error.name)
        yield
        return
    try:
        broker = telling(lambda: daemon.program)
    except CardwardenError as error:
        _log.error("the MQTT broker is told nothing: %s", error)
        yield
    else:
        with broker:
            yield
