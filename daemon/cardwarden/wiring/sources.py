"""Sources in use: what options name becomes a reader and a writer, and stays as long as the options do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from cardwarden.clock import Clock
from cardwarden.phrases.phrase import Phrase
from cardwarden.settings.kinds import AnySource
from cardwarden.settings.secrets import resolve

if TYPE_CHECKING:
    from cardwarden.carddav.hosts import Hosts, ServerWait
    from cardwarden.sources.carddav import CardDav
    from cardwarden.sources.carddav_options import CarddavOptions
    from cardwarden.sources.graph_options import GraphOptions
    from cardwarden.sources.jmap_options import JmapOptions
    from cardwarden.sources.people_options import PeopleOptions
    from cardwarden.sources.source import Source
    from cardwarden.sources.vcf_file_options import VcfFileOptions
    from cardwarden.sources.vdir_options import VdirOptions
    from cardwarden.writers.writer import Writer


@dataclass(frozen=True, slots=True)
class OpenedSource:
    """A source as its options describe it: its reader and its writer, which share what they know of a server."""

    options: AnySource
    source: Source
    make_writer: Callable[[], Writer]

    @property
    def writer(self) -> Writer:
        """What puts cards back into its books."""
        return self.make_writer()


class OpenedSources:
    """The sources in use. Each is made when it is first needed, and lives as long as its options stay as they are.

    That keeps its password, its connections and the list of its books from one check to the next.
    """

    def __init__(
        self,
        clock: Clock,
        environ: Mapping[str, str],
        say: Callable[[Phrase], None] | None,
        *,
        attended: bool = False,
        hosts: Hosts | None = None,
    ) -> None:
        self._clock = clock
        self._environ = environ
        self._say = say
        self._attended = attended
        self._opened: dict[str, OpenedSource] = {}
        self._hosts = hosts
        self._lock = threading.Lock()

    def of(self, name: str, options: AnySource) -> OpenedSource:
        """The source of that name with these options."""
        with self._lock:
            there = self._opened.get(name)
            if there is not None and there.options == options:
                return there
            if there is not None:
                there.source.close()
            made = self._opened[name] = self._open(name, options)
            return made

    def keep_only(self, wanted: Mapping[str, AnySource]) -> None:
        """Close every source that is not among these."""
        with self._lock:
            for name in [name for name, opened in self._opened.items() if wanted.get(name) != opened.options]:
                self._opened.pop(name).source.close()

    def rest(self) -> None:
        """Let go of what the sources hold open that nobody uses now, such as connections; all else that they know stays."""
        with self._lock:
            for opened in self._opened.values():
                opened.source.close()

    def close(self) -> None:
        """Close all of them."""
        self.keep_only({})

    def _open(self, name: str, options: AnySource) -> OpenedSource:
        """What reads and writes the books of a source; its module is loaded here, for a question reads none."""
        match options.type:
            case "vdir":
                from cardwarden.sources.vdir import Vdir  # noqa: PLC0415

                return OpenedSource(
                    options, Vdir(name, options, self._clock), cache(partial(_vdir_writer, name, options))
                )
            case "vcf-file":
                from cardwarden.sources.vcf_file import VcfFile  # noqa: PLC0415

                return OpenedSource(
                    options, VcfFile(name, options, self._clock), cache(partial(_file_writer, name, options))
                )
            case "google-people" | "microsoft":
                return self._open_account(name, options)
            case "jmap":
                return self._open_jmap(name, options)
            case _:  # of CardDAV, or a service that speaks it
                return self._open_carddav(name, options)

    def _open_carddav(self, name: str, options: CarddavOptions) -> OpenedSource:
        from cardwarden.sources.carddav import CardDav  # noqa: PLC0415 - its network library takes long to load

        source = CardDav(name, options, self._secret(name, options), self._clock, self._known_hosts())
        return OpenedSource(options, source, cache(partial(_carddav_writer, name, source, options)))

    def _open_account(self, name: str, options: PeopleOptions | GraphOptions) -> OpenedSource:
        from cardwarden.sources.contacts_api import ContactsApi, signed_in_client  # noqa: PLC0415 - a network library
        from cardwarden.sources.graph import GraphAccount  # noqa: PLC0415
        from cardwarden.sources.people import PeopleAccount  # noqa: PLC0415

        client = signed_in_client(
            name, options.url, options.login_file, options.tls_ca, self._secret(name, options), self._clock,
            self._known_hosts(),
        )  # fmt: skip
        account = PeopleAccount(client) if options.type == "google-people" else GraphAccount(client)
        return OpenedSource(options, ContactsApi(name, client, account), cache(partial(_no_writer, name)))

    def _open_jmap(self, name: str, options: JmapOptions) -> OpenedSource:
        from cardwarden.carddav.auth import Bearer, Login  # noqa: PLC0415 - a network library
        from cardwarden.carddav.client import Client  # noqa: PLC0415
        from cardwarden.sources.contacts_api import ContactsApi, bringer  # noqa: PLC0415
        from cardwarden.sources.jmap import JmapAccount  # noqa: PLC0415

        bring = bringer(self._secret(name, options))
        login = (
            Login(options.username, lambda: bring("password")) if options.username else Bearer(lambda: bring("bearer"))
        )
        client = Client(
            options.url, login, self._clock, hosts=self._known_hosts(), credential_hosts=options.credential_hosts,
            tls_ca=options.tls_ca,
        )  # fmt: skip
        account = JmapAccount(name, client, options.collections)
        return OpenedSource(options, ContactsApi(name, client, account), cache(partial(_no_writer, name)))

    def _secret(self, name: str, options: AnySource) -> Callable[[str], str]:
        """Brings a secret of that source from where its options say it stands."""
        return lambda key: resolve(options, key, f"sources.{name}", self._environ)

    def _known_hosts(self) -> Hosts:
        """What this run knows of the servers that it asks, shared by all sources."""
        from cardwarden.carddav.hosts import ATTENDED, UNATTENDED, Hosts, logged  # noqa: PLC0415
        from cardwarden.sources.presets import PROVIDERS  # noqa: PLC0415

        if self._hosts is None:
            patience = ATTENDED if self._attended else UNATTENDED
            self._hosts = Hosts(self._clock, patience, self._say or logged, providers=PROVIDERS)
        return self._hosts

    def waits(self) -> Sequence[ServerWait]:
        """What is waited for now, as servers asked for it or do not answer."""
        return self._hosts.waits() if self._hosts else ()


# Writers are loaded by who puts something back.


def _vdir_writer(name: str, options: VdirOptions) -> Writer:
    from cardwarden.writers.vdir import VdirWriter  # noqa: PLC0415

    return VdirWriter(name, options.path)


def _file_writer(name: str, options: VcfFileOptions) -> Writer:
    from cardwarden.writers.vcf_file import VcfFileWriter  # noqa: PLC0415

    return VcfFileWriter(name, options.path)


def _carddav_writer(name: str, source: CardDav, options: CarddavOptions) -> Writer:
    from cardwarden.writers.carddav import CardDavWriter  # noqa: PLC0415

    return CardDavWriter(name, source.client, version4=options.vcard == "4.0")


def _no_writer(name: str) -> Writer:
    from cardwarden.writers.none import NoWriter  # noqa: PLC0415

    return NoWriter(name)
