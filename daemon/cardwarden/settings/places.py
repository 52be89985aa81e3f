"""Where the configuration and the state lie; apart from the model, so that a health check needs no heavy library."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

SYSTEM = Path("/etc/cardwarden/cardwarden.toml")
USER = Path(".config/cardwarden/cardwarden.toml")
"""A user's own configuration, in the home folder."""
HOUSEHOLDS = "households"
"""The key that a server's configuration has, and a household's has not: the folder of its households' files."""
_HOUSEHOLD = re.compile(r"[a-z][a-z0-9-]{0,39}")


def find_configuration(config: Path | None, environ: Mapping[str, str], home: Path, system: Path = SYSTEM) -> Path:
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

    init, command = Code("cardwarden init"), Code("cardwarden config sample")
    raise SettingsError(
        phrase("settings-nowhere", own=Code(str(home / USER)), system=Code(str(system)), init=init, command=command)
    )


def state_directory(path: Path, environ: Mapping[str, str], home: Path) -> Path:
    """Where the database is kept if `[store]` does not say so; `path` is the configuration's."""
    if given := environ.get("STATE_DIRECTORY"):
        return Path(given.split(":")[0])  # systemd separates several with colons
    if path.absolute().is_relative_to("/etc"):
        return Path("/var/lib/cardwarden")
    return home / ".local/state/cardwarden"


def is_household_name(name: str) -> bool:
    """Whether a household may be called so: its name is part of paths, addresses and a schema's name."""
    return _HOUSEHOLD.fullmatch(name) is not None


def household_schema(name: str) -> str:
    """The schema of PostgreSQL's that holds a household's record."""
    return f"household_{name}"


def household_record(state: Path, name: str) -> Path:
    """A household's database file; if it is none, the name beside which a machine keeps what is the household's own."""
    return state / name / household_schema(name)


def server_state(document: Mapping[str, object], config: Path, environ: Mapping[str, str], home: Path) -> Path:
    """The folder of what a server keeps on this machine, a folder below it for each household."""
    store = document.get("store")
    given = store.get("state") if isinstance(store, dict) else None
    return Path(given).expanduser() if isinstance(given, str) else state_directory(config, environ, home)


def household_file(document: Mapping[str, object], name: str) -> Path | None:
    """Where a server's document has the settings of a household; None if there can be none of that name."""
    folder = document.get(HOUSEHOLDS)
    if not isinstance(folder, str) or not is_household_name(name):
        return None
    return Path(folder).expanduser() / f"{name}.toml"


def database(config: Path, environ: Mapping[str, str], home: Path, household: str | None = None) -> Path:
    """The database's path, from a configuration that is not validated. Raises SettingsError, UsageError."""
    import tomllib  # noqa: PLC0415 - a third of a health check, which does without

    from cardwarden.errors import SettingsError  # noqa: PLC0415
    from cardwarden.phrases.phrase import Code, phrase  # noqa: PLC0415

    try:
        document = tomllib.loads(config.read_bytes().decode("utf-8-sig"))
        url = str(document.get("store", {}).get("url", ""))
    except (OSError, ValueError, AttributeError) as error:
        command = Code("cardwarden config validate")
        raise SettingsError(phrase("settings-unreadable-see", path=Code(str(config)), command=command)) from error
    if HOUSEHOLDS in document or household is not None:
        from cardwarden.settings.households import one_of_server  # noqa: PLC0415 - a home has none

        name = one_of_server(document, config, household)
        return household_record(server_state(document, config, environ, home), name)
    return _path(url, config, environ, home)


def plain_database(config: Path, environ: Mapping[str, str], home: Path) -> Path | None:
    """The same without a TOML parser, None if the file must be read by one. Raises OSError and UnicodeDecodeError."""
    url = plain_url(config.read_bytes().decode("utf-8-sig"))
    return None if url is None else _path(url, config, environ, home)


def plain_url(text: str) -> str | None:
    """The address that a configuration of plain lines names for its database, "" if none; None if its lines are not plain.

    What may be something else than it looks is not plain: strings of several lines or with escapes, names of tables in
    quotes, a store written as an inline table or with dots. A server's names no database of its own.
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
        elif not table and ("store" in key or HOUSEHOLDS in key or "\\" in key) and not line.startswith("#"):
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
