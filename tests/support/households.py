"""A server with households: its configuration, their files, their books."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cardwarden.settings.households import Server, server_in
from support.world import card


@dataclass
class Households:
    """`more` is what the server's configuration says besides where its households and their records are."""

    root: Path
    more: str = ""
    store: str = ""
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)

    @property
    def folder(self) -> Path:
        return self.root / "etc/households"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def config(self) -> Path:
        path = self.root / "etc/cardwarden.toml"
        folders = f'households = "{self.folder}"\nbooks = "{self.root / "books"}"\n'
        said = f'{folders}[store]\nstate = "{self.state}"\n{self.store}\n{self.more}'
        path.write_text(said, "utf-8")
        return path

    @property
    def server(self) -> Server:
        return server_in(self.config, self.environ, self.root)

    def book(self, name: str) -> Path:
        """The folder of a household's one book, the source "family"."""
        return self.root / "books" / name

    def text(self, name: str, more: str = "", every: str = "15m") -> str:
        source = f'[sources.family]\ntype = "vdir"\npath = "{self.book(name)}"\nevery = "{every}"\n'
        return f'region = "JP"\n{more}\n{source}'

    def add(self, name: str, more: str = "", every: str = "15m") -> Path:
        """A household whose settings say `more` in front of its one source; gives its file."""
        self.book(name).mkdir(parents=True, exist_ok=True)
        file = self.folder / f"{name}.toml"
        file.write_text(self.text(name, more, every), "utf-8")
        return file

    def put(self, household: str, name: str, *lines: str) -> None:
        """Write a card into a household's book, whole at once, as a synchronisation does."""
        place = self.book(household) / f"{name}.vcf"
        unfinished = place.with_name(f".{place.name}.tmp")
        unfinished.write_bytes(card(name, *lines))
        unfinished.replace(place)
