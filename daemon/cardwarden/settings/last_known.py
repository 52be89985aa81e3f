"""The settings that a daemon guarded with last, beside its database: whom to tell if they are wrong at the next start."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cardwarden.errors import SettingsError
from cardwarden.own_file import replace_file
from cardwarden.settings.load import parse
from cardwarden.settings.model import Settings
from cardwarden.settings.places import SYSTEM, database, household_record, state_directory
from cardwarden.settings.shown import shown_settings


def keep(beside: Path, settings: Settings) -> None:
    """Note settings beside a database, readable by this user alone; secrets stay the references they are. Raises OSError."""
    path, text = _path(beside), shown_settings(settings).encode()
    try:
        if path.read_bytes() == text:
            return
    except FileNotFoundError:
        pass
    replace_file(path, text, synced=False)


def last_known(
    config: Path | None, environ: Mapping[str, str], home: Path, household: str | None = None
) -> Settings | None:
    """The last settings of the daemon whose configuration is `config`; None if there are none that can be read.

    A configuration that is no TOML any more does not say where its database is: that is looked for where it is usual.
    """
    config = config or SYSTEM
    try:
        beside = database(config, environ, home, household)
    except SettingsError:
        state = state_directory(config, environ, home)
        beside = household_record(state, household) if household else state / "cardwarden.db"
    try:
        return parse(_path(beside).read_text("utf-8"), config, environ, home)
    except (OSError, ValueError, SettingsError):
        return None


def _path(beside: Path) -> Path:
    return beside.with_name(beside.name + ".settings")
