"""What stands beside the daemon on threads of its own: the page, the ears for answers, the teller of a broker.

Each begins if the settings ask for it, and ends if they do so no more, also when they are read again while the daemon runs.
If one cannot begin, that is logged, and the books are guarded all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from cardwarden.errors import CardwardenError
from cardwarden.settings.model import Settings
from cardwarden.sources.secret import given
from cardwarden.wiring import Program

_log = logging.getLogger(__name__)


@dataclass
class _Part:
    """One of them. `wanted` is what it stands on, None if it is not asked for; `begin` gives it for that.

    `anew` is for what holds a secret by reference: it begins anew whenever the settings are read, for that may have changed.
    """

    name: str
    extra: str
    wanted: Callable[[Settings], Any]
    begin: Callable[[Any], AbstractContextManager[None]]
    anew: bool
    current: Any = None
    stack: ExitStack = field(default_factory=ExitStack)

    def settle(self, settings: Settings) -> None:
        """End, begin or leave it, as the settings ask."""
        wanted, before = self.wanted(settings), self.current
        if wanted == before and not self.anew:
            return
        self.close()
        if wanted is None or self._begun(wanted):
            return
        if before is not None and not self.anew:
            _log.warning("%s stays as it was", self.name)
            self._begun(before)

    def close(self) -> None:
        self.current = None
        self.stack.close()

    def _begun(self, wanted: Any) -> bool:
        try:
            self.stack.enter_context(self.begin(wanted))
        except ImportError as error:
            _log.error("%s is missing: %s is not installed. Install cardwarden[%s].", self.name, error.name, self.extra)
        except CardwardenError as error:
            _log.error("%s is missing: %s", self.name, error)
        else:
            self.current = wanted
            return True
        return False


class Beside:
    """All of them, beside the daemon whose program `program` gives as it is now; without `page` what needs no door."""

    def __init__(self, program: Callable[[], Program], *, page: bool = True) -> None:
        self._program = program
        pages = (_Part("the page", "web", lambda settings: settings.web.listen, self._page, anew=False),)
        self._parts = (
            *(pages if page else ()),
            _Part("what hears answers", "", _channels_with_answers, self._answers, anew=True),
            _Part("what tells the MQTT broker", "mqtt", _broker, self._broker, anew=True),
        )

    def settle(self, settings: Settings) -> None:
        """Have what these settings ask for. They are those of the program already."""
        for part in self._parts:
            part.settle(settings)

    def close(self) -> None:
        """End all of them."""
        for part in self._parts:
            with suppress(Exception):
                part.close()

    def _page(self, listen: str) -> AbstractContextManager[None]:
        from cardwarden.web.server import listener, serving  # noqa: PLC0415 - not a byte of it unless it is wanted

        return serving(self._program, listener(listen))

    def _answers(self, _channels: object) -> AbstractContextManager[None]:
        from cardwarden.answers.listen import listening  # noqa: PLC0415 - its network library takes long to load

        return listening(self._program)

    def _broker(self, _options: object) -> AbstractContextManager[None]:
        from cardwarden.service.mqtt import telling  # noqa: PLC0415 - an extra

        return telling(self._program)


def wanted_beside(settings: Settings) -> bool:
    """Whether a household's settings ask for ears, or for a teller of a broker."""
    return _channels_with_answers(settings) is not None or _broker(settings) is not None


@contextmanager
def beside_household(program: Program) -> Iterator[None]:
    """Ears and teller of a household whose page others serve, as long as the block lasts."""
    beside = Beside(lambda: program, page=False)
    beside.settle(program.settings)
    try:
        yield
    finally:
        beside.close()


def _channels_with_answers(settings: Settings) -> object:
    return [name for name, options in settings.alerts.channels.items() if given(options, "answers")] or None


def _broker(settings: Settings) -> object:
    return settings.mqtt if settings.mqtt.host is not None else None
