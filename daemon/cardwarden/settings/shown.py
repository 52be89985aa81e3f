"""The effective settings as TOML: every default filled in, secrets as the references they are."""

from __future__ import annotations

import dataclasses

from cardwarden.settings.model import Settings
from cardwarden.settings.toml import toml, toml_table


def shown_settings(settings: Settings) -> str:
    """A configuration that means exactly these settings."""
    keys = ("region", "hold_at", "believe_after", "language", "timezone", "deep_at")
    top = [(key, value) for key in keys if (value := getattr(settings, key)) is not None]
    alerts = ((key, value) for key, value in settings.alerts if key != "channels")
    return "\n".join(
        [
            "".join(f"{key} = {toml(value)}\n" for key, value in top),
            toml_table("store", settings.store),
            *(toml_table(f"sources.{name}", options) for name, options in settings.sources.items()),
            *(
                toml_table(f"mirrors.{name}", ((field.rstrip("_"), value) for field, value in options))
                for name, options in settings.mirrors.items()
            ),
            toml_table("alerts", alerts),
            *(toml_table(f"alerts.channels.{name}", options) for name, options in settings.alerts.channels.items()),
            toml_table("guarded", settings.guarded),
            toml_table("health", settings.health),
            toml_table("web", settings.web),
            toml_table("mqtt", settings.mqtt),
            toml_table("log", settings.log),
            *(
                toml_table(
                    f"rules.{rule.name}",
                    ((field.name, getattr(rule, field.name)) for field in dataclasses.fields(rule)),
                )
                for rule in settings.rules
            ),
        ]
    )
