"""Where the configuration and the state lie; apart from the model, so that a health check needs no heavy library."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from cardwarden.errors import SettingsError

SYSTEM = Path("/etc/cardwarden/cardwarden.toml")
USER = Path(".config/cardwarden/cardwarden.toml")
"""A user's own configuration, in the home folder."""


def find(config: Path | None, environ: Mapping[str, str], home: Path, system: Path = SYSTEM) -> Path:
    """The configuration's path: `config`, else $CARDWARDEN_CONFIG, else the user's own, else the system's.

    Raises SettingsError if there is none. What was named is not looked for here; `load` says what it finds.
    """
    if config:
        return config
    if named := environ.get("CARDWARDEN_CONFIG"):
        return Path(named)
    for candidate in (home / USER, system):
        try:
            candidate.stat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return candidate  # it may be there; reading it tells why it cannot be seen
        return candidate
    raise SettingsError(
        f"There is no configuration: neither {home / USER} nor {system} exists. "
        f'"cardwarden config sample" prints one to begin with.'
    )


def state_directory(path: Path, environ: Mapping[str, str], home: Path) -> Path:
    """Where the database is kept if `[store]` does not say so; `path` is the configuration's."""
    if given := environ.get("STATE_DIRECTORY"):
        return Path(given.split(":")[0])  # systemd separates several with colons
    if path.absolute().is_relative_to("/etc"):
        return Path("/var/lib/cardwarden")
    return home / ".local/state/cardwarden"


def database(config: Path, environ: Mapping[str, str], home: Path) -> Path:
    """The database's path, from a configuration that is not validated. Raises SettingsError."""
    try:
        document = tomllib.loads(config.read_bytes().decode("utf-8-sig"))
        url = str(document.get("store", {}).get("url", ""))
    except (OSError, ValueError, AttributeError) as error:
        raise SettingsError(f"The configuration {config} cannot be read. Run: cardwarden config validate") from error
    if url:
        return Path(url.removeprefix("sqlite:///"))
    return state_directory(config, environ, home) / "cardwarden.db"
