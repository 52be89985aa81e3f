"""A server with many households: where their settings lie, what they share, and what is not theirs to say.

A household's file is a configuration like any other, NAME.toml in the server's folder of them. Beside it a folder NAME may
hold its secrets.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from cardwarden.errors import SettingsError, UsageError, WrongValueError, because
from cardwarden.phrases.phrase import Code, Phrase, phrase
from cardwarden.settings.load import at, parse, problem_of, read_configuration, tables, toml_in, wrong
from cardwarden.settings.model import DoorOptions, Listen, LogOptions, Settings, StoreUrl
from cardwarden.settings.places import (
    HOUSEHOLDS,
    household_file,
    household_record,
    household_schema,
    is_household_name,
    server_state,
)
from cardwarden.settings.share import Share
from cardwarden.settings.tables import Table
from cardwarden.sources.files import Location
from cardwarden.sources.limits import HouseholdLimits
from cardwarden.sources.options import Options

OPTION: Final = "--household NAME"
DECIDED: Final[Mapping[str, frozenset[str] | None]] = {
    HOUSEHOLDS: None,
    "store": frozenset({"url", "db_schema", "state"}),
    "web": frozenset({"listen", "operators", *DoorOptions.model_fields}),
    "health": frozenset({"listen"}),
    "log": None,
    "workers": None,
    "limits": None,
}
"""What a household may not say, as the server decides it: some keys of a table, or all of it (None)."""
SQLITE: Final = "sqlite"
"""Stands for a file of SQLite's below the server's state."""
_SHARED: Final = frozenset({"env", "command", "credential"})
"""References to secrets that lead to what all households of a process have in common."""
_BOOKS: Final = "path"
"""The key of a source's books on this machine."""
_ANYWHERE: Final = frozenset({"access_log", "tls_ca"})
"""Keys of files that may lie wherever the server's operator keeps them, but where what is another household's."""
_OWN: Final = frozenset({"templates", "tls_cert", "tls_key"})
"""Keys of files that lie in a household's own folder, and so do all that end in `_file`."""


class ServerStoreOptions(Options):
    """Where the histories of all households are kept, each by itself."""

    url: StoreUrl | None = Field(
        default=None,
        description="PostgreSQL, a schema for each household: postgresql+psycopg://user@host/database; if this is left "
        "out, a file of SQLite's for each in `state`",
    )
    state: Location | None = Field(
        default=None, description="the folder of what is kept on this machine, a folder below it for each household"
    )

    @model_validator(mode="after")
    def _is_for_many(self) -> ServerStoreOptions:
        if self.url and self.url.startswith("sqlite:"):
            raise WrongValueError(
                phrase("write-store-of-many", example=Code("postgresql+psycopg://user@host/database"))
            )
        return self


class ServerWebOptions(DoorOptions):
    """The page of all households, each below its name: https://guard.example.org/smith."""

    operators: tuple[str, ...] = Field(
        default=(),
        description="who of those that the proxy names may see how all households stand, and nothing of theirs",
    )

    @model_validator(mode="after")
    def _is_reached(self) -> ServerWebOptions:
        if self.proxy_user and not self.url:
            raise WrongValueError(phrase("write-page-url-too", example=Code("https://guard.example.org")))
        return self


class WorkersOptions(LogOptions):
    """The processes that guard, and what they write to standard error."""

    listen: Listen | None = Field(
        default=None,
        description="where a worker answers monitors: /healthz, /readyz, /metrics; nowhere unless it is set",
    )
    at_once: int = Field(default=16, ge=4, le=64, description="jobs that one worker does at the same time")
    checks_per_host: int = Field(
        default=3,
        ge=1,
        le=64,
        description="checks that one provider's host gets at the same time, of all workers together",
    )
    requests_per_host: int = Field(
        default=10,
        ge=1,
        description="requests a second that one host or provider gets on the average, of all workers together",
    )


class LimitOptions(Options):
    """How much each household may have; as much as it likes of what is left out."""

    books: int | None = Field(default=None, ge=1, description="address books, of all its sources together")
    cards: int | None = Field(default=None, ge=1, description="contacts, in all its address books together")
    bytes: int | None = Field(default=None, ge=1_000_000, description="bytes that one check of a source may read")
    checks_a_day: int | None = Field(default=None, ge=1, description="checks, of all its sources together")


class ServerSettings(Options):
    """What a server with many households says once for all of them."""

    households: Location = Field(description="the folder with the settings of each household, NAME.toml")
    books: Location | None = Field(
        default=None,
        description="the folder of households' books on this machine, a folder of its name for each: no household can name "
        "another path",
    )
    store: Table[ServerStoreOptions] = Field(default_factory=ServerStoreOptions.model_construct)
    web: Table[ServerWebOptions] = Field(default_factory=ServerWebOptions.model_construct)
    workers: Table[WorkersOptions] = Field(default_factory=WorkersOptions.model_construct)
    limits: Table[LimitOptions] = Field(default_factory=LimitOptions.model_construct)


@dataclass(frozen=True, slots=True)
class Notes:
    """What commands decided of a household, noted beside its file.

    paused  whether it is neither checked nor told anything for now
    url     where its record is, None if that is where the server keeps all: `SQLITE`, or the address of a PostgreSQL
    was     where it was before it was moved, as long as what is left there has to be taken away; None if nothing is
    """

    paused: bool = False
    url: str | None = None
    was: str | None = None


def notes_in(path: Path) -> Notes:
    """What is noted in a file; nothing if it is not there. Raises SettingsError."""
    try:
        path.lstat()
    except FileNotFoundError:
        return Notes()
    except OSError:
        pass  # reading it says why
    noted = toml_in(read_configuration(path), path)
    try:
        return TypeAdapter(Notes).validate_python(noted)
    except ValidationError as error:
        raise wrong(path, [problem_of(fault["loc"], fault) for fault in error.errors(include_url=False)]) from None


def one_of_server(document: Mapping[str, Any], path: Path, household: str | None) -> str:
    """The household that is meant. Raises UsageError if none was named and a server has several, or the other way round."""
    if HOUSEHOLDS not in document:
        raise UsageError(phrase("household-of-home", path=Code(str(path)), option=Code(OPTION)))
    if household is None:
        raise UsageError(phrase("household-which", path=Code(str(path)), option=Code(OPTION)))
    if not is_household_name(household):
        raise UsageError(phrase("household-name", name=household))
    return household


@dataclass(frozen=True, slots=True)
class Server:
    """A server.

    path      where its settings stand
    document  what they say as TOML has it, valid
    state     the folder of what it keeps on this machine
    """

    path: Path
    settings: ServerSettings
    document: Mapping[str, Any]
    state: Path
    environ: Mapping[str, str] = field(repr=False)

    def names(self) -> list[str]:
        """The households that have a file, in order. Raises SettingsError if the folder cannot be read."""
        folder = self.settings.households
        try:
            return sorted(
                path.stem for path in folder.iterdir() if path.suffix == ".toml" and is_household_name(path.stem)
            )
        except OSError as error:
            raise SettingsError(phrase("households-unread", path=Code(str(folder)), why=because(error))) from error

    def file(self, name: str) -> Path:
        """Where the settings of a household stand. Raises UsageError for a name that none may have."""
        path = household_file({HOUSEHOLDS: str(self.settings.households)}, name)
        if path is None:
            raise UsageError(phrase("household-name", name=name))
        return path

    def folder(self, name: str) -> Path:
        """The folder of what a household's settings refer to, such as its secrets."""
        return self.file(name).with_suffix("")

    def notes_file(self, name: str) -> Path:
        """Where it is noted what commands decided of a household. Raises UsageError for a name that none may have."""
        return self.file(name).with_suffix(".server")

    def notes(self, name: str) -> Notes:
        """What commands decided of a household. Raises SettingsError, UsageError."""
        return notes_in(self.notes_file(name))

    def settings_of(self, name: str) -> Settings:
        """One household's settings, with what the server decides. Raises SettingsError, UsageError if there is none."""
        path = self.file(name)
        try:
            path.lstat()
        except FileNotFoundError:
            raise UsageError(phrase("household-none", name=name, path=Code(str(path.parent)))) from None
        except OSError:
            pass  # reading it says why
        return self.parsed(name, read_configuration(path))

    def parsed(self, name: str, text: str) -> Settings:
        """The settings that `text` says for a household. Raises SettingsError."""
        settings = parse(text, self.file(name), self.environ, self.folder(name), frame=_InServer(self, name))
        limits = HouseholdLimits(**dict(self.settings.limits))
        settings.join(Share(name, self.notes_file(name), limits, self.books_of(name), self.has_workers(name)))
        return settings

    def books_of(self, name: str) -> tuple[Path, ...]:
        """The folders of this machine in which a household's books may lie."""
        own = (self.folder(name), self.record(name).parent)
        return own if self.settings.books is None else (self.settings.books / name, *own)

    def record(self, name: str) -> Path:
        """The name beside which this machine keeps what is a household's own."""
        return household_record(self.state, name)

    def store(self, name: str) -> dict[str, str]:
        """Where a household's record is, as its settings would say it. Raises SettingsError."""
        return self.store_at(name, self.notes(name).url or self.address)

    def has_workers(self, name: str) -> bool:
        """Whether a household's record is in the database that all workers share. Raises SettingsError, UsageError."""
        return self.address != SQLITE and (self.notes(name).url or self.address) == self.address

    @property
    def address(self) -> str:
        """Where records are unless it is noted otherwise: the address of a PostgreSQL, or `SQLITE`."""
        return self.settings.store.url or SQLITE

    def store_at(self, name: str, address: str) -> dict[str, str]:
        """The same for a record at that address."""
        record = self.record(name)
        if address == SQLITE:
            return {"url": f"sqlite:///{record}"}
        return {"url": address, "db_schema": household_schema(name), "state": str(record.parent)}


def server_in(path: Path, environ: Mapping[str, str], home: Path) -> Server:
    """The server whose settings stand in the file `path`. Raises SettingsError, UsageError if it is a home's."""
    document = toml_in(read_configuration(path), path)
    if HOUSEHOLDS not in document:
        one_of_server(document, path, None)
    try:
        settings = ServerSettings.model_validate(document)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise wrong(path, [problem_of(fault["loc"], fault, _table(fault["loc"])) for fault in faults]) from None
    return Server(path, settings, document, server_state(document, path, environ, home), environ)


def _table(location: tuple[int | str, ...]) -> type[Options]:
    """The model of the table in which something is wrong."""
    tables: Mapping[object, type[Options]] = {
        "store": ServerStoreOptions, "web": ServerWebOptions, "workers": WorkersOptions, "limits": LimitOptions,
    }  # fmt: skip
    return tables.get(location[0] if len(location) > 1 else None, ServerSettings)


@dataclass(frozen=True, slots=True)
class _InServer:
    """What is around the configuration of one household."""

    server: Server
    name: str

    def fit(self, document: dict[str, Any], path: Path) -> Iterable[Phrase]:  # noqa: ARG002 - its own is not the server's
        """See `Frame`."""
        problems = [*self._refused(document), *self._shared(document), *self._strayed(document)]
        self._decide(document)
        return problems

    def _refused(self, document: Mapping[str, Any]) -> Iterator[Phrase]:
        """What the server says for all."""
        said = phrase("write-server-decides", path=Code(str(self.server.path)))
        for table, keys in DECIDED.items():
            value = document.get(table)
            if table in document and (keys is None or not isinstance(value, dict)):
                yield at((table,), said)
            elif keys is not None and isinstance(value, dict):
                yield from (at((table, key), said) for key in value if key in keys)

    def _shared(self, document: Mapping[str, Any]) -> Iterator[Phrase]:
        """Secrets that stand where another household's settings could name them, too, and links that lead anywhere."""
        folder = Code(str(self.server.folder(self.name)))
        for where, value in _values(document):
            key = str(where[-1])
            secret, _, kind = key.rpartition("_")
            if secret and kind in _SHARED:
                yield at(where, phrase("write-secret-as-file", key=Code(f"{secret}_file"), path=folder))
            if key == "follow_links" and value is True:
                yield at(where, phrase("write-no-links-here"))

    def _strayed(self, document: Mapping[str, Any]) -> Iterator[Phrase]:
        """Files of the server's, or of another household's."""
        own = self.server.folder(self.name)
        mine = [_real(folder) for folder in (own, self.server.record(self.name).parent)]
        for where, value in _values(document):
            key = str(where[-1])
            if not isinstance(value, str) or not is_of_file(key):
                continue
            places = {_real(value), _real(_without_pattern(value))}
            if _are_below(places, mine):
                continue
            if key == _BOOKS:
                books = self.server.books_of(self.name)
                if not _are_below(places, [_real(folder) for folder in books]):
                    yield at(where, phrase("write-own-path", path=Code(str(books[0]))))
            elif key not in _ANYWHERE:
                yield at(where, phrase("write-own-path", path=Code(str(own))))
            elif any(map(self._is_of_server, places)):
                yield at(where, phrase("write-path-of-server"))

    def _is_of_server(self, path: Path) -> bool:
        """Whether a path leads to what the server keeps, or to a folder that holds it."""
        settings = _real(self.server.path)
        own = [self.server.settings.books] if self.server.settings.books else []
        folders = [_real(folder) for folder in (self.server.settings.households, self.server.state, *own)]
        return path.parent == settings.parent or any(
            path.is_relative_to(folder) or folder.is_relative_to(path) for folder in (*folders, settings)
        )

    def _decide(self, document: dict[str, Any]) -> None:
        """Put what the server says into its place."""
        for table, keys in DECIDED.items():
            value = document.pop(table, None)
            if keys is not None and isinstance(value, dict):
                document[table] = {key: said for key, said in value.items() if key not in keys}
        workers = self.server.document.get("workers", {})
        document["store"] = {**document.get("store", {}), **self.server.store(self.name)}
        document["log"] = {key: said for key, said in workers.items() if key in LogOptions.model_fields}
        document["web"] = self._page(document.get("web", {}))
        for _, channel in tables(document, "alerts", "channels"):
            channel.setdefault("reader", "family")

    def _page(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """The household's page: below its name at the server's. Whom a proxy signs in may enter if its `own` table says so."""
        door = {key: value for key, value in self.server.document.get("web", {}).items() if key != "operators"}
        if url := self.server.settings.web.url:
            door["url"] = f"{url}/{self.name}"
        nobody: dict[str, Any] = {"users": []} if "proxy_user" in door else {}
        return {**nobody, **own, **door}


def is_of_file(key: str) -> bool:
    """Whether a key of the settings names a file or a folder."""
    return key.endswith("_file") or key == _BOOKS or key in _ANYWHERE or key in _OWN


def _real(path: str | Path) -> Path:
    """Where a path leads."""
    return Path(os.path.realpath(os.path.expanduser(path)))  # noqa: PTH111 - Path's raises for a user that is not there


def _are_below(paths: Iterable[Path], folders: Collection[Path]) -> bool:
    """Whether each of the paths lies in one of the folders."""
    return all(any(path.is_relative_to(folder) for folder in folders) for path in paths)


def _without_pattern(path: str) -> str:
    """The folder below which all lies that a pattern matches (`/srv/smith` of `/srv/smith/*.vcf`); a path as it is."""
    parts = Path(path).parts
    plain = list(takewhile(lambda part: not glob.has_magic(part), parts))
    return str(Path(*plain)) if plain else path


def _values(document: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Each value of a document that is no table, with the keys that lead to it."""
    for key, value in document.items():
        if isinstance(value, dict):
            yield from _values(value, (*above, key))
        else:
            yield (*above, key), value
