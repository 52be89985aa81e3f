"""The effective settings as TOML: every default filled in, secrets as the references they are."""

from __future__ import annotations

import dataclasses

from cardwarden.settings.model import Settings
from cardwarden.settings.toml import table, toml


def shown(settings: Settings) -> str:
    """A configuration that means exactly these settings."""
    top = [f"region = {toml(settings.region)}\n"] if settings.region else []
    return "\n".join(
        [
            "".join([*top, f"hold_at = {toml(settings.hold_at)}\n"]),
            table("store", settings.store),
            *(table(f"sources.{name}", options) for name, options in settings.sources.items()),
            *(table(f"alerts.channels.{name}", options) for name, options in settings.alerts.channels.items()),
            *(
                table(
                    f"rules.{rule.name}",
                    ((field.name, getattr(rule, field.name)) for field in dataclasses.fields(rule)),
                )
                for rule in settings.rules
            ),
        ]
    )
