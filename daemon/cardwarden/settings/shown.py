"""The effective settings as TOML: every default filled in, secrets as the references they are."""

from __future__ import annotations

import dataclasses

from cardwarden.settings.model import Settings
from cardwarden.settings.toml import table, toml


def shown(settings: Settings) -> str:
    """A configuration that means exactly these settings."""
    keys = ("region", "hold_at", "believe_after", "language", "timezone", "deep_at")
    top = [(key, value) for key in keys if (value := getattr(settings, key)) is not None]
    alerts = ((key, value) for key, value in settings.alerts if key != "channels")
    return "\n".join(
        [
            "".join(f"{key} = {toml(value)}\n" for key, value in top),
            table("store", settings.store),
            *(table(f"sources.{name}", options) for name, options in settings.sources.items()),
            *(
                table(f"mirrors.{name}", ((field.rstrip("_"), value) for field, value in options))
                for name, options in settings.mirrors.items()
            ),
            table("alerts", alerts),
            *(table(f"alerts.channels.{name}", options) for name, options in settings.alerts.channels.items()),
            table("guarded", settings.guarded),
            table("health", settings.health),
            table("web", settings.web),
            table("mqtt", settings.mqtt),
            table("log", settings.log),
            *(
                table(
                    f"rules.{rule.name}",
                    ((field.name, getattr(rule, field.name)) for field in dataclasses.fields(rule)),
                )
                for rule in settings.rules
            ),
        ]
    )
