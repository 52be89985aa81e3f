"""Channels of the settings: where messages go, what they may say, and where they lead."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from cardwarden.clock import Clock
from cardwarden.errors import CardwardenError
from cardwarden.logged import warn
from cardwarden.phrases.language import language_of_environment
from cardwarden.phrases.phrase import phrase
from cardwarden.settings.model import ChannelOptions, Settings
from cardwarden.settings.secrets import resolve
from cardwarden.sources.secret import given
from cardwarden.store.engine import Store

if TYPE_CHECKING:
    from cardwarden.alerts.channel import Channel
    from cardwarden.alerts.message import Pointer
    from cardwarden.alerts.templates import Templates

_log = logging.getLogger(__name__)


def channels_of(
    settings: Settings, environ: Mapping[str, str], store: Store | None = None, clock: Clock | None = None
) -> tuple[Channel, ...]:
    """The channels of the settings; with a store their messages lead to the page, or to the answers' topic."""
    channels = tuple(channel(name, settings, environ) for name in settings.alerts.channels)
    if store is None or clock is None:
        return channels
    return tuple(replace(channel, point=_point(channel.name, settings, environ, store, clock)) for channel in channels)


def _point(
    name: str, settings: Settings, environ: Mapping[str, str], store: Store, clock: Clock
) -> Callable[[int, str], Pointer | None] | None:
    """Where a channel's messages lead; None if neither the page nor a topic for answers is to be reached."""
    web, options = settings.web, settings.alerts.channels[name]
    if web.url is None and not given(options, "answers"):
        return None
    from cardwarden.actions.links import Links, pointer  # noqa: PLC0415 - only who has one of them needs it
    from cardwarden.actions.tokens import Verb, signer_beside, verbs_of  # noqa: PLC0415
    from cardwarden.alerts.topic import topic_of  # noqa: PLC0415

    def point(event_id: int, source: str) -> Pointer | None:
        try:
            signer = signer_beside(store.path)
            topic = (
                topic_of(resolve(options, "answers", f"alerts.channels.{name}", environ))
                if given(options, "answers")
                else None
            )
        except CardwardenError as error:  # the alert itself goes out all the same
            warn(_log, phrase("log-leads-nowhere", channel=name, why=error.said))
            return None
        allowed = settings.sources.get(source)
        can = frozenset(Verb) if allowed and allowed.restore else frozenset(Verb) - {Verb.RESTORE}
        links = Links(web.url, signer, web.links_for, verbs_of(web.links_may)) if web.url else None
        return pointer(event_id, links, topic, signer, verbs_of(options.answers_may) & can, can, clock.now())

    return point


def channel(name: str, settings: Settings, environ: Mapping[str, str]) -> Channel:
    """A channel of the settings. Its secret is read when it is used."""
    from cardwarden.alerts.channel import Channel  # noqa: PLC0415 - only who has one needs it
    from cardwarden.alerts.reader import Privacy  # noqa: PLC0415

    options = settings.alerts.channels[name]
    sources = None if options.sources is None else frozenset(options.sources)
    return Channel(
        name,
        _address(name, options, environ),
        options.min_severity,
        sources,
        digest=options.digest,
        timeout=options.timeout.total_seconds(),
        language=options.language or settings.language or language_of_environment(environ),
        privacy=Privacy(options.privacy),
        is_keeper=options.reader == "keeper",
        page=settings.web.url or "",
        household=settings.share.name if settings.share else None,
        templates=_templates(settings),
    )


def _address(name: str, options: ChannelOptions, environ: Mapping[str, str]) -> Callable[[], str]:
    return lambda: resolve(options, "url", f"alerts.channels.{name}", environ)


def _templates(settings: Settings) -> Templates | None:
    if settings.alerts.templates is None:
        return None
    from cardwarden.alerts.templates import Templates  # noqa: PLC0415 - only who has some needs it

    return Templates(settings.alerts.templates)
