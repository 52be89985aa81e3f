"""What follows a check, whoever made it: its lines in the log, and when its source is to be looked at again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from cardwarden.actions.checked import Checked
from cardwarden.detect.outcome import MAY_BE_BELIEVED
from cardwarden.errors import StoreError
from cardwarden.phrases.language import english
from cardwarden.store.members import is_unsettled
from cardwarden.wiring import Program

_SECOND_LOOK = timedelta(seconds=2.5)  # longer than the coarsest step of a file's times
_LONGEST_PAUSE = timedelta(hours=1)  # between two tries of a source that fails, unless `every` is longer

_log = logging.getLogger(__name__)


def pause_after(failures: int, every: timedelta) -> timedelta:
    """How long a source is left alone that failed so many times in a row and is checked `every` so often."""
    return min(every * 2.0 ** min(failures - 1, 10), max(every, _LONGEST_PAUSE))


def look_again_in(program: Program, name: str, done: Sequence[Checked], seconds: float) -> timedelta | None:
    """Log a line for each book; gives after how long what looked doubtful is looked at again, None if nothing did.

    `seconds` is how long the check of the source took.
    """
    try:
        with program.store.read() as connection:
            again = is_unsettled(connection, name)
    except StoreError:
        again = False  # the check itself has told of it
    for checked in done:
        fields = {
            "source": name, "book": checked.title, "check": checked.check or None, "outcome": checked.outcome,
            "cards": checked.cards, "events": len(checked.events), "seconds": round(seconds, 2),
        }  # fmt: skip
        if not checked.outcome.is_conclusive:
            _log.warning("inconclusive: %s", english(checked.reason), extra=fields)
        elif checked.reason:
            _log.warning("checked in part: %s", english(checked.reason), extra=fields)
        else:
            _log.info("checked", extra=fields)
    if again:
        return _SECOND_LOOK
    if any(checked.doubt in MAY_BE_BELIEVED for checked in done):
        return program.settings.believe_after + _SECOND_LOOK
    return None
