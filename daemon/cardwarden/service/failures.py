"""A failure of one job is logged, and ends nothing else."""

from __future__ import annotations

import logging
from collections.abc import Callable

from cardwarden.errors import CardwardenError, place_of

_log = logging.getLogger(__name__)


def guarded(name: str, job: Callable[[], None]) -> Callable[[], None]:
    """A job whose failure is logged; the next run tries again."""

    def run() -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 the daemon goes on
            log_failure(name, error)

    return run


def log_failure(name: str, error: Exception) -> None:
    """Log that a job failed, and why."""
    _log.log(
        logging.WARNING if isinstance(error, CardwardenError) else logging.ERROR, "%s: %s", name, why_failed(error)
    )


def why_failed(error: Exception) -> str:
    """Of a bug only the place: its text may hold what stands in a contact."""
    return str(error) if isinstance(error, CardwardenError) else f"a bug, {place_of(error)}"
