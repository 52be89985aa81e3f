"""What the daemon looks after besides checking: checks that hang, channels that are gone, what is too old to keep."""

from __future__ import annotations

import logging
from collections.abc import Callable

from cardwarden.errors import ReplacedError, StoreError
from cardwarden.service.checks import Checks
from cardwarden.service.failures import guarded
from cardwarden.service.sight import Sight
from cardwarden.store import outbox
from cardwarden.text import plural
from cardwarden.wiring import Program

_log = logging.getLogger(__name__)


class Upkeep:
    """Looks after `program()`, the daemon's settings as they are now."""

    def __init__(
        self, program: Callable[[], Program], checks: Checks, sight: Sight, on_replaced: Callable[[], None]
    ) -> None:
        """`on_replaced` is called when the database's file is not the one any more that was opened."""
        self._program = program
        self._checks = checks
        self._sight = sight
        self._on_replaced = on_replaced
        self.retain = sight.noting("care of the history", self._retain, rare=True)
        """The daily care of the history."""
        self.try_again = sight.noting("trying the channels again", self._try_again, rare=True)
        """Try every failing channel at once: what was in the way may have been put right."""
        self.catch_up = sight.noting("catching up", checks.catch_up, rare=True)
        """Have every source read deeply that was not within a day."""
        self._review_stuck = sight.noting("upkeep of the checks", checks.review_stuck)
        self._review_channels = sight.noting("upkeep of the channels", self._hand_over)

    def run(self) -> None:
        """What is looked after each minute, and when somebody could not use the database; each part by itself."""
        if self._probe():
            self._sight.again()
        guarded("telling of the database", self._sight.review)()
        self._review_stuck()
        self._review_channels()

    def _probe(self) -> bool:
        """Whether the database can be used."""
        try:
            self._program().store.probe()
        except StoreError as error:
            self._sight.failed("upkeep", error)
            if isinstance(error, ReplacedError):
                guarded("telling of the database", self._sight.review)()
                self._on_replaced()
            return False
        self._sight.worked("upkeep")
        return True

    def _hand_over(self) -> None:
        program = self._program()
        for name, count in program.hand_over().items():
            _log.warning(
                "the channel is gone from the settings; what waited there (%d) goes to the others",
                count,
                extra={"channel": name},
            )

    def _retain(self) -> None:
        retained = self._program().retain()
        if retained.waits:
            _log.warning("nothing old was taken out: %s", retained.waits)
        if retained.versions:
            _log.info("took out %s that nobody needs any more", plural(retained.versions, "old version"))

    def _try_again(self) -> None:
        program = self._program()
        with program.store.write() as connection:
            outbox.try_again(connection, program.clock.now())
