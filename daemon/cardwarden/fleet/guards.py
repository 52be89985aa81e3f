"""Asks the workers' ledger about one household, for whoever wants to know how that one stands."""

from __future__ import annotations

from dataclasses import replace

from cardwarden.service.guards import Guards
from cardwarden.settings.households import notes_in
from cardwarden.settings.model import Settings


def guards_of(settings: Settings) -> Guards | None:
    """The workers that may guard the household of these settings; None if none can. Raises SettingsError, StoreError.

    What is noted of a pause counts at once; a worker may need a while to see it.
    """
    share = settings.share
    if share is None or not share.has_workers:
        return None
    try:
        from cardwarden.fleet.ledger import Ledger  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    ledger = Ledger(settings.store.url)
    try:
        guards = ledger.guards(share.name)
    finally:
        ledger.close()
    if notes_in(share.notes).paused:
        return replace(guards, state="paused")
    return replace(guards, state="new") if guards.state == "paused" else guards
