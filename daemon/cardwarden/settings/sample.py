"""The example configuration, generated from the model so that it cannot fall behind."""

from __future__ import annotations

from collections import abc
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_origin

from pydantic.fields import FieldInfo

from cardwarden.detect.rules import RULES
from cardwarden.settings.load import state_directory
from cardwarden.settings.model import (
    AlertsOptions,
    ChannelOptions,
    GuardedOptions,
    HealthOptions,
    LogOptions,
    MirrorOptions,
    MqttOptions,
    Settings,
    StoreOptions,
    WebOptions,
    rule_options,
)
from cardwarden.settings.toml import toml
from cardwarden.sources.carddav_options import CarddavOptions
from cardwarden.sources.graph_options import GraphOptions
from cardwarden.sources.jmap_options import JmapOptions
from cardwarden.sources.options import Options
from cardwarden.sources.people_options import PeopleOptions
from cardwarden.sources.vcf_file_options import VcfFileOptions
from cardwarden.sources.vdir_options import VdirOptions

_HEAD = """\
# What cardwarden guards, and whom it tells. "cardwarden config validate" checks this file.
# A line that begins with "#" and no space shows a default or an example.
"""


def sample(rules: Sequence[type[Any]] = RULES) -> str:
    """A complete cardwarden.toml with comments; it is valid as it stands."""
    store = state_directory(Path("/etc/cardwarden/cardwarden.toml"), {}, Path("/"))
    parts = [
        _HEAD,
        _keys(
            Settings,
            {"region": "JP"},
            {"language": "ja", "timezone": "Asia/Tokyo"},
            [key for key, field in Settings.as_written().items() if not _is_table(field)],
        ),
        "# Where the history is kept.\n"
        + _table("store", StoreOptions, {}, {"url": f"sqlite:///{store}/cardwarden.db", "retain": "2y"}),
        "# A folder with one file per contact.\n"
        + _table(
            "sources.family",
            VdirOptions,
            {"type": "vdir", "path": "/srv/contacts"},
            {"region": "JP", "ignore": ["X-SOMETHING"], "cron": "30 6 * * 1-5"},
        ),
        "# One file with many contacts, such as an export.\n"
        + _table("sources.phone", VcfFileOptions, {}, {"type": "vcf-file", "path": "/srv/contacts.vcf"}),
        "# A CardDAV server, with all its address books or some.\n"
        + _table(
            "sources.cloud",
            CarddavOptions,
            {},
            {
                "type": "carddav",
                "url": "https://contacts.example.org/",
                "username": "anna",
                "password_file": "/etc/cardwarden/anna-password",
                "credential_hosts": ["*.example.org"],
                "tls_ca": "/etc/cardwarden/authority.pem",
                "access_log": "/var/log/nginx/access.log",
            },
        ),
        "# Google Contacts by the People API: labels of one's own and birthdays without a year, too. Read only.\n"
        + _table(
            "sources.google",
            PeopleOptions,
            {},
            {
                "type": "google-people",
                "login_file": "/var/lib/cardwarden/google-login",
                "tls_ca": "/etc/cardwarden/authority.pem",
            },
        ),
        "# Outlook.com or Microsoft 365. Read only.\n"
        + _table(
            "sources.outlook",
            GraphOptions,
            {},
            {
                "type": "microsoft",
                "login_file": "/var/lib/cardwarden/outlook-login",
                "tls_ca": "/etc/cardwarden/authority.pem",
            },
        ),
        "# A server that speaks JMAP, such as Fastmail's. Read only.\n"
        + _table(
            "sources.mail",
            JmapOptions,
            {},
            {
                "type": "jmap",
                "url": "https://api.fastmail.com/jmap/session",
                "bearer_file": "/etc/cardwarden/anna-token",
                "credential_hosts": ["*.example.org"],
                "tls_ca": "/etc/cardwarden/authority.pem",
            },
        ),
        "# Whom nobody may change unseen: each change of these contacts is critical, whoever made it.\n"
        + _table(
            "guarded",
            GuardedOptions,
            {},
            {"contacts": ["Mother", "+81 3-1234-5678", "category:Bank"]},
        ),
        "# Two books that are to say the same: what the copy says otherwise is told.\n"
        + _table("mirrors.phone", MirrorOptions, {}, {"origin": "family", "copy": "phone", "keeps": ["FN", "TEL"]}),
        "# When you are told.\n"
        + _table("alerts", AlertsOptions, {}, {}, [key for key in AlertsOptions.model_fields if key != "channels"]),
        "# Who is told: any service that Apprise knows. Its URL is a secret and stands elsewhere.\n"
        + _table(
            "alerts.channels.phone",
            ChannelOptions,
            {"url_file": "/etc/cardwarden/phone-url"},
            {
                "url_env": "NTFY_URL",
                "url_credential": "ntfy-url",
                "sources": ["family"],
                "answers_env": "NTFY_ANSWERS",
            },
        ),
        "# How others see that the daemon is alive: a service such as healthchecks.io, or a monitor in your network.\n"
        + _table(
            "health",
            HealthOptions,
            {},
            {
                "ping_url_env": "PING_URL",
                "listen": "127.0.0.1:9218",
            },
        ),
        "# The page, where people see what happened and put it right. Its password: cardwarden web password\n"
        + _table(
            "web",
            WebOptions,
            {},
            {
                "listen": "127.0.0.1:9219",
                "url": "https://home.example.org/cardwarden",
                "proxy_user": "Remote-User",
                "proxies": ["127.0.0.1", "172.18.0.0/16"],
                "users": ["anna"],
                "api_token_env": "CARDWARDEN_API",
            },
            sorted(WebOptions.model_fields, key=lambda key: key != "listen"),
        ),
        "# An MQTT broker, for Home Assistant.\n"
        + _table(
            "mqtt", MqttOptions, {}, {"host": "127.0.0.1", "username": "cardwarden", "password_env": "MQTT_PASSWORD"}
        ),
        "# What the daemon writes to standard error.\n" + _table("log", LogOptions, {}, {}),
        *(_table(f"rules.{rule.name}", rule_options(rule), {}, {}) for rule in rules),
    ]
    return "\n".join(parts)


def _is_table(field: FieldInfo) -> bool:
    """Whether a setting is a table, or several, so that it stands in a part of its own."""
    kind = field.annotation
    return get_origin(kind) in {tuple, abc.Mapping} or (isinstance(kind, type) and issubclass(kind, Options))


def _table(
    name: str,
    model: type[Options],
    set_to: Mapping[str, object],
    examples: Mapping[str, object],
    only: Sequence[str] | None = None,
) -> str:
    """A table; one in which nothing is set is wholly commented out."""
    off = "" if set_to else "#"
    return f"{off}[{name}]\n" + _keys(model, set_to, examples, only)


def _keys(
    model: type[Options],
    set_to: Mapping[str, object],
    examples: Mapping[str, object] | None = None,
    only: Sequence[str] | None = None,
) -> str:
    """A line per key: set, or commented out with an example or its default; then what it means."""
    written = model.as_written()
    keys = {key: written[key] for key in only or written}
    given = {**{key: field.default for key, field in keys.items()}, **(examples or {}), **set_to}
    lines = [
        (f"{'' if key in set_to else '#'}{key} = {toml(given[key])}", field.description)
        for key, field in _in_order(keys)
        if given[key] is not None
    ]
    width = max((len(line) for line, _ in lines), default=0)
    return "".join(f"{line:{width}}  # {about}\n" if about else f"{line}\n" for line, about in lines)


def _in_order(keys: Mapping[str, FieldInfo]) -> Iterator[tuple[str, FieldInfo]]:
    """The kind first, then what must be written."""
    yield from sorted(keys.items(), key=lambda item: (item[0] != "type", not item[1].is_required()))
