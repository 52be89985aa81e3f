"""The settings as typed, frozen values: what cardwarden.toml may say."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints
from urllib.parse import parse_qs, urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    StringConstraints,
    create_model,
    model_validator,
)

from cardwarden.detect.finding import Severity
from cardwarden.errors import WrongValueError
from cardwarden.phrases.language import Language
from cardwarden.phrases.phrase import Code, Phrase, phrase
from cardwarden.settings.kinds import AnySource
from cardwarden.settings.tables import Table
from cardwarden.settings.times import MomentText, Span, Zone
from cardwarden.sources.files import Location
from cardwarden.sources.options import Duration, Options, at_least
from cardwarden.sources.secret import CredentialName, EnvName, check_one_reference, given

if TYPE_CHECKING:  # a home has none
    from cardwarden.settings.share import Share

SEVERITY_WORDS = tuple(severity.word for severity in Severity)


def one_of(words: Iterable[str]) -> Phrase:
    """Which words may be written."""
    return phrase("write-one-of", words=Code(", ".join(f'"{word}"' for word in words)))


def _severity(value: object) -> object:
    if isinstance(value, Severity):
        return value
    if value not in SEVERITY_WORDS:
        raise WrongValueError(one_of(SEVERITY_WORDS))
    return Severity[str(value).upper()]


def store_url(url: str) -> str:
    """The address of a database that can be used, as it is. Raises WrongValueError for others, and for one with a password."""
    if url.startswith("postgresql"):
        return _postgresql_url(url)
    if not url.startswith("sqlite:"):
        raise WrongValueError(phrase("write-database", example=Code("postgresql+psycopg://user@host/database")))
    if not url.startswith("sqlite:////"):
        raise WrongValueError(phrase("write-sqlite-whole"))
    return url


def _postgresql_url(url: str) -> str:
    wrong = WrongValueError(phrase("write-postgresql", example=Code("postgresql+psycopg://user@host/database")))
    try:
        parts = urlsplit(url)
    except ValueError:
        raise wrong from None
    if parts.scheme != "postgresql+psycopg" or not parts.path.strip("/"):
        raise wrong
    asked = parse_qs(parts.query, keep_blank_values=True)
    if parts.password or "password" in asked:
        raise WrongValueError(phrase("write-no-database-password"))
    if "sslpassword" in asked:
        raise WrongValueError(phrase("write-no-key-password"))
    return url


def _positive(value: timedelta) -> timedelta:
    if not value:
        raise WrongValueError(phrase("write-more-than-nothing"))
    return value


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536) or (":" in host and not host.endswith("]")):
        raise WrongValueError(phrase("write-listen"))
    return value if host else f"127.0.0.1:{port}"


Listen = Annotated[str, AfterValidator(_listen)]
"""Where something is served: "HOST:PORT"; of ":PORT" and "PORT" the host is this machine alone."""


SeverityOption = Annotated[Severity, BeforeValidator(_severity)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+$")]
BookName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+(/.+)?$")]
PropertyName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$", to_upper=True)]


StoreUrl = Annotated[str, AfterValidator(store_url)]


class StoreOptions(Options):
    """Where the history is kept."""

    url: StoreUrl = Field(
        description="the database: an SQLite file, by its full path, or PostgreSQL: postgresql+psycopg://user@host/database"
    )
    db_schema: Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_-]{0,62}$")] = Field(
        default="cardwarden", description="of PostgreSQL: the schema that all of this is kept in"
    )
    state: Location | None = Field(
        default=None, description="of PostgreSQL: the folder for what each machine keeps of its own, such as its keys"
    )
    retain: Annotated[Duration, at_least("1d")] | None = Field(
        default=None, description="what a contact said before is kept this long, such as 2y; for ever if left out"
    )

    @property
    def is_file(self) -> bool:
        """Whether it is a file of SQLite's, not a server's."""
        return self.url.startswith("sqlite:")

    @property
    def of_libpq(self) -> str:
        """The address of a server as PostgreSQL's own programs take it (libpq, 34.1.1.2)."""
        return self.url.replace("postgresql+psycopg:", "postgresql:", 1)

    @property
    def path(self) -> Path:
        """The database file; if there is none, the name beside which a machine keeps what is its own."""
        if self.is_file:
            return Path(self.url.removeprefix("sqlite:///"))
        return (self.state or Path("/var/lib/cardwarden")) / self.db_schema


class ChannelOptions(Options):
    """One way to reach a person, and what it is told."""

    url_env: EnvName | None = Field(default=None, description="the environment variable that holds the Apprise URL")
    url_file: Location | None = Field(default=None, description="or the file that holds it")
    url_credential: CredentialName | None = Field(default=None, description="or the systemd credential that holds it")
    min_severity: SeverityOption = Field(default=Severity.WARNING, description="what is less severe is not sent here")
    sources: Annotated[tuple[str, ...], Field(min_length=1)] | None = Field(
        default=None, description="only findings of these sources; all of them if this is left out"
    )

    language: Language | None = Field(default=None, description="what its reader reads, if not what the rest speaks")
    reader: Literal["keeper", "family"] = Field(
        default="keeper", description='"family" reads no commands: if there is no page, it is told whom to ask'
    )
    privacy: Literal["full", "masked", "count"] = Field(
        default="full",
        description='how much a message gives away: "masked" shows +81 3-••••-1111 and N… S…, "count" how many and where; '
        "with [web] url its link still opens the event in full",
    )
    digest: bool = Field(default=True, description="whether what is less severe comes in the daily digest")
    timeout: Annotated[Duration, AfterValidator(_positive)] = Field(
        default=timedelta(seconds=20), description="how long one sending may take"
    )

    answers_env: EnvName | None = Field(
        default=None,
        description="the environment variable with the address of a second, secret ntfy topic: buttons answer there; "
        "or use answers_file, answers_credential",
    )
    answers_file: Location | None = Field(default=None, description="or the file that holds it")
    answers_credential: CredentialName | None = Field(
        default=None, description="or the systemd credential that holds it"
    )
    answers_may: tuple[Literal["accept", "restore", "quiet"], ...] = Field(
        default=("accept", "quiet"), description="what such an answer may do"
    )

    @model_validator(mode="after")
    def _has_one_url(self) -> ChannelOptions:
        check_one_reference(self, "url")
        if given(self, "answers"):
            check_one_reference(self, "answers")
        return self


class AlertsOptions(Options):
    """Who is told, and when."""

    digest: MomentText = Field(
        default="08:00", description='when what was not sent at once is told in one message, or "off"'
    )
    quiet: Span = Field(
        default="off", description='when only what is critical is sent, such as "22:00-07:00"; the rest waits'
    )
    group: Duration = Field(default=timedelta(), description="how long an alert waits for others to go with it")
    limit: int = Field(default=30, ge=2, description="messages an hour on one channel; the last one sums up the rest")
    remind: Duration = Field(
        default=timedelta(days=1), description="how often you are told again of what is critical; 0s for never"
    )
    unread_after: Annotated[Duration, AfterValidator(_positive)] = Field(
        default=timedelta(hours=3), description="for how long a book may be unreadable before you are told"
    )
    templates: Location | None = Field(
        default=None, description="a folder with templates of your own for what messages say, such as alarm.ja.txt"
    )
    channels: Mapping[Name, Table[ChannelOptions]] = Field(default_factory=dict)


class HealthOptions(Options):
    """How others see that the daemon is alive."""

    ping_url_env: EnvName | None = Field(
        default=None,
        description="the environment variable with an address that is called while every book is guarded; "
        "or use ping_url_file, ping_url_credential",
    )
    ping_url_file: Location | None = Field(default=None, description="or the file that holds it")
    ping_url_credential: CredentialName | None = Field(
        default=None, description="or the systemd credential that holds it"
    )
    ping_every: Annotated[Duration, AfterValidator(_positive)] = Field(
        default=timedelta(minutes=5), description="how often it is called"
    )
    listen: Listen | None = Field(
        default=None, description="where /healthz, /readyz and /metrics are served; they are not unless this is set"
    )

    @model_validator(mode="after")
    def _has_at_most_one_url(self) -> HealthOptions:
        if given(self, "ping_url"):
            check_one_reference(self, "ping_url")
        return self


def _web_url(value: str) -> str:
    wrong = WrongValueError(phrase("write-page-address", example=Code("https://home.example.org/cardwarden")))
    try:
        parts, port = urlsplit(value), urlsplit(value).port
    except ValueError:
        raise wrong from None
    other = parts.query or parts.fragment or parts.username or port == 0
    if parts.scheme not in {"http", "https"} or not parts.hostname or other:
        raise wrong
    return value.rstrip("/")


def _network(value: str) -> str:
    try:
        ip_network(value)
    except ValueError:
        raise WrongValueError(phrase("write-network")) from None
    return value


def _guarded_contact(text: str) -> str:
    from cardwarden.detect.guarded import guarded_contact  # noqa: PLC0415 - loads all that is known of vCard

    return guarded_contact(text)


class GuardedOptions(Options):
    """Contacts of which each change is critical, whoever made it: the people and banks you would pay or trust blindly."""

    contacts: tuple[Annotated[str, AfterValidator(_guarded_contact)], ...] = Field(
        default=(), description="by name, number, mail address, uid:UID, or category:CATEGORY"
    )


class MirrorOptions(Options):
    """Two books that are to say the same: an address book and a copy of it, such as a phone's nightly export."""

    origin: BookName = Field(description='the source that is right, or "SOURCE/BOOK" if it has several books')
    copy_: BookName = Field(alias="copy", description="the source that is to follow it")
    lag: Duration = Field(default=timedelta(days=1), description="how long a change may take to come to the copy")
    keeps: Annotated[tuple[PropertyName, ...], Field(min_length=1)] | None = Field(
        default=None, description="the vCard properties that the copy keeps; learnt if this is left out"
    )


class DoorOptions(Options):
    """How people reach the page, and who signs them in."""

    url: Annotated[str, AfterValidator(_web_url)] | None = Field(
        default=None, description="how people reach it, maybe through a proxy; then each message links to its event"
    )
    proxy_user: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")] | None = Field(
        default=None, description="the header in which your proxy names who is signed in; else there is one password"
    )
    proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = Field(
        default=(), description="the proxies whose headers are believed"
    )
    session: Annotated[Duration, AfterValidator(_positive)] = Field(
        default=timedelta(days=30), description="how long a sign-in lasts"
    )

    @model_validator(mode="after")
    def _believes_somebody(self) -> DoorOptions:
        if self.proxy_user and not self.proxies:
            raise WrongValueError(phrase("write-proxies-too"))
        return self


class WebOptions(DoorOptions):
    """The page, where people see what happened and put it right."""

    listen: Listen | None = Field(default=None, description="where the page is served; it is not unless this is set")
    users: tuple[str, ...] | None = Field(
        default=None, description="who of those that the proxy names may come in; all of them if this is left out"
    )
    links_for: Annotated[Duration, AfterValidator(_positive)] = Field(
        default=timedelta(days=7), description="how long the link in a message opens its event without signing in"
    )
    links_may: tuple[Literal["accept", "restore", "quiet"], ...] = Field(
        default=("accept", "restore", "quiet"), description="what may be done with its event through such a link"
    )
    api_token_env: EnvName | None = Field(
        default=None,
        description="the environment variable with the token that programs show at /api; there is no API without one; "
        "or use api_token_file, api_token_credential",
    )
    api_token_file: Location | None = Field(default=None, description="or the file that holds it")
    api_token_credential: CredentialName | None = Field(
        default=None, description="or the systemd credential that holds it"
    )

    @model_validator(mode="after")
    def _has_at_most_one_token(self) -> WebOptions:
        if given(self, "api_token"):
            check_one_reference(self, "api_token")
        return self


class MqttOptions(Options):
    """A broker where Home Assistant finds every book: guarded or not, what is open, when it was read."""

    host: str | None = Field(default=None, description="the broker; nothing is told there unless this is set")
    port: int = Field(default=1883, ge=1, le=65535, description="8883 is usual with tls")
    tls: bool = Field(default=False, description="whether the broker is spoken to by TLS")
    username: str | None = Field(default=None, description="who cardwarden is there")
    password_env: EnvName | None = Field(
        default=None,
        description="the environment variable with the password; or use password_file, password_credential",
    )
    password_file: Location | None = Field(default=None, description="or the file that holds it")
    password_credential: CredentialName | None = Field(
        default=None, description="or the systemd credential that holds it"
    )
    discovery: str = Field(
        default="homeassistant", description="the topic below which Home Assistant looks for devices"
    )
    topic: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_/-]+$")] = Field(
        default="cardwarden",
        description="the topic below which it is told how the books stand; of a server's household, below its name there",
    )

    @model_validator(mode="after")
    def _has_at_most_one_password(self) -> MqttOptions:
        if given(self, "password"):
            check_one_reference(self, "password")
        return self


class LogOptions(Options):
    """What the daemon writes to standard error."""

    format: Literal["auto", "journal", "text", "json"] = Field(
        default="auto", description='"auto" is "journal" under systemd and "text" elsewhere; "json" is a line per entry'
    )
    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="what is less is left out")


class Settings(Options):
    """Everything one run needs to know.

    `configured` holds every rule of the detector as the settings write it; none if they write nothing else than is usual.
    """

    region: str | None = Field(default=None, description="country of numbers without a country code (ISO 3166)")
    hold_at: SeverityOption = Field(
        default=Severity.WARNING,
        description="from this severity up, a finding stays open until the book is repaired or you accept the change",
    )
    believe_after: Duration = Field(
        default=timedelta(minutes=5),
        description="a book that looks empty, cut or broken is believed when it has looked exactly so for that long",
    )
    language: Language | None = Field(
        default=None, description="what alerts and commands speak; without it the machine's"
    )
    timezone: Zone | None = Field(default=None, description="where you live; the machine's if this is left out")
    deep_at: MomentText = Field(
        default="03:30", description='when every card is read, also those that look unchanged, or "off"'
    )
    store: StoreOptions
    sources: Annotated[Mapping[Name, AnySource], Field(min_length=1)]
    mirrors: Mapping[Name, Table[MirrorOptions]] = Field(default_factory=dict)
    guarded: Table[GuardedOptions] = Field(default_factory=GuardedOptions.model_construct)
    alerts: Table[AlertsOptions] = Field(default_factory=AlertsOptions.model_construct)
    health: Table[HealthOptions] = Field(default_factory=HealthOptions.model_construct)
    web: Table[WebOptions] = Field(default_factory=WebOptions.model_construct)
    mqtt: Table[MqttOptions] = Field(default_factory=MqttOptions.model_construct)
    log: Table[LogOptions] = Field(default_factory=LogOptions.model_construct)
    configured: tuple[Any, ...] = Field(default=(), alias="rules")
    _share: Share | None = PrivateAttr(default=None)

    @property
    def share(self) -> Share | None:
        """What it has of a server, if it is one of a server's households."""
        return self._share

    def join(self, share: Share) -> None:
        """Make these the settings of a server's household: once, as soon as they are read."""
        self._share = share

    @cached_property
    def rules(self) -> tuple[Any, ...]:
        """Every rule of the detector as a configured value, also those with `enabled` false."""
        return self.configured or usual_rules()


def usual_rules() -> tuple[Any, ...]:
    """Every rule of the detector as it is if the settings write nothing."""
    from cardwarden.detect.rules import USUAL  # noqa: PLC0415 - what asks what is open judges nothing

    return USUAL


def rule_options(rule: type[Any]) -> type[Options]:
    """The table `[rules.NAME]` of a rule: its dataclass fields, with severities as words and durations as text."""
    if rule not in _RULE_OPTIONS:
        _RULE_OPTIONS[rule] = _rule_options(rule)
    return _RULE_OPTIONS[rule]


_RULE_OPTIONS: dict[type[Any], type[Options]] = {}
"""Made once: that takes 2 ms for each rule, and a daemon reads its settings again and again."""


def _rule_options(rule: type[Any]) -> type[Options]:
    hints = get_type_hints(rule)
    written = {Severity: SeverityOption, timedelta: Duration}
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(rule):
        if not field.init:
            continue
        kind = hints[field.name]
        default = field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        fields[field.name] = (written.get(kind, kind), ... if default is dataclasses.MISSING else default)
    return create_model(f"{rule.__name__}Options", __base__=Options, **fields)


def own_addresses(settings: Settings) -> list[str]:
    """Mail addresses of the owner's, as far as the settings tell: what they log in with."""
    names = (getattr(source, "username", None) for source in settings.sources.values())
    return [name for name in names if name and "@" in name]
