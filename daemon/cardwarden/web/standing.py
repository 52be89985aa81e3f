"""How a program stands, and who guards it, for the page and for programs."""

from __future__ import annotations

from cardwarden.service.status import Status, status_of
from cardwarden.wiring import Program


def status_now(program: Program) -> Status:
    """See `status_of`. Raises SettingsError, StoreError."""
    if program.settings.share is None:
        return status_of(program)
    from cardwarden.fleet.guards import guards_of  # noqa: PLC0415 - a home has no workers

    return status_of(program, guards_of(program.settings))
