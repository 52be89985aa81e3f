"""Where the configuration and the state lie; apart from the model, so that a health check needs no heavy library."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

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
    from cardwarden.errors import SettingsError  # noqa: PLC0415 - a health check that finds one needs no errors
    from cardwarden.phrases.phrase import Code, phrase  # noqa: PLC0415

    command = Code("cardwarden config sample")
    raise SettingsError(
        phrase("settings-nowhere", own=Code(str(home / USER)), system=Code(str(system)), command=command)
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
    import tomllib  # noqa: PLC0415 - a third of a health check, which does without

    from cardwarden.errors import SettingsError  # noqa: PLC0415
    from cardwarden.phrases.phrase import Code, phrase  # noqa: PLC0415

    try:
        document = tomllib.loads(config.read_bytes().decode("utf-8-sig"))
        url = str(document.get("store", {}).get("url", ""))
    except (OSError, ValueError, AttributeError) as error:
        command = Code("cardwarden config validate")
        raise SettingsError(phrase("settings-unreadable-see", path=Code(str(config)), command=command)) from error
    return _path(url, config, environ, home)


def plain_database(config: Path, environ: Mapping[str, str], home: Path) -> Path | None:
    """The same without a TOML parser, None if the file must be read by one. Raises OSError and UnicodeDecodeError."""
    url = plain_url(config.read_bytes().decode("utf-8-sig"))
    return None if url is None else _path(url, config, environ, home)


def plain_url(text: str) -> str | None:
    """The address that a configuration of plain lines names for its database, "" if none; None if its lines are not plain.

    What may be something else than it looks is not plain: strings of several lines or with escapes, names of tables in
    quotes, a store written as an inline table or with dots.
    """
    if '"""' in text or "'''" in text:
        return None
    table, url = "", ""
    for line in map(str.strip, text.splitlines()):
        key = line.partition("=")[0]
        if line.startswith("["):
            table = line.partition("#")[0].strip()
            if not table.strip("[]").replace(".", "").replace("-", "").replace("_", "").isalnum() or "store." in table:
                return None
        elif not table and "store" in key and not line.startswith("#"):
            return None
        elif table == "[store]" and "url" in key and not line.startswith("#"):
            value = line.partition("=")[2].strip()
            if url or key.strip() != "url" or len(value) < 3 or value[0] + value[-1] != '""':
                return None
            url = value[1:-1]
            if '"' in url or "\\" in url:
                return None
    return url


def _path(url: str, config: Path, environ: Mapping[str, str], home: Path) -> Path:
    if url:
        return Path(url.removeprefix("sqlite:///"))
    return state_directory(config, environ, home) / "cardwarden.db"
