"""A configuration that gains a table keeps all it had."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwarden.errors import SettingsError
from cardwarden.phrases.language import LANGUAGES, Voice
from cardwarden.settings.load import parse
from cardwarden.settings.sample import sample
from cardwarden.setup.document import (
    new_document,
    setting_of,
    tables_of,
    with_channel,
    with_guarded,
    with_region,
    with_source,
)
from cardwarden.text import columns

BOOK = {"type": "vdir", "path": "/srv/contacts"}
ENGLISH = Voice("en")
PHONE = {"url_file": "/etc/cardwarden/phone-url"}

HAND_WRITTEN = """\
# mine
region = "JP"   # we live there

[log]
level = "debug"

[sources.a]  # the first
type = "vdir"
path = '/a'
# trailing

[alerts.channels.x]
url_env = "X"
[sources.b]
type = "vdir"
path = "/b"
# the end"""


def test_a_new_configuration_is_valid_and_says_what_its_lines_mean() -> None:
    text = with_channel(with_source(new_document("JP", ENGLISH), "family", BOOK, ENGLISH), "phone", PHONE, ENGLISH)
    settings = parse(text, Path("/etc/cardwarden/cardwarden.toml"), {}, Path("/"))
    assert (list(settings.sources), list(settings.alerts.channels), settings.region) == (["family"], ["phone"], "JP")
    assert 'path = "/srv/contacts"  # where the contacts lie' in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_configuration_explains_itself_in_its_reader_s_language(language: str) -> None:
    options = {
        "type": "carddav",
        "url": "https://dav.example.org/",
        "username": "anna",
        "password_file": "/etc/cardwarden/anna-password",
        "login_file": "/etc/cardwarden/anna-login",
        "bearer_file": "/etc/cardwarden/anna-bearer",
        "path": "/srv/contacts",
        "tls_ca": "/etc/ca.pem",
        "credential_hosts": ("a.example.org",),
        "collections": ("Contacts",),
    }
    voice = Voice(language)
    text = with_channel(with_source(new_document("JP", voice), "family", options, voice), "phone", PHONE, voice)
    text = with_guarded(text, ["花子"], voice)
    comments = [line.partition("# ")[2] for line in text.splitlines() if line and line[0] != "[" and "type" not in line]
    assert all(comments)
    assert not [comment for comment in comments if comment.startswith(("line-", "config-"))]
    english = with_channel(
        with_source(new_document("JP", ENGLISH), "family", options, ENGLISH), "phone", PHONE, ENGLISH
    )
    assert language == "en" or not set(comments) & {
        line.partition("# ")[2] for line in english.splitlines() if "# " in line
    }
    assert max(map(columns, new_document("JP", voice).splitlines())) <= 80


@pytest.mark.parametrize(
    "text", [HAND_WRITTEN, sample(), new_document("DE", Voice("de")), "", '[sources.a]\ntype="vdir"\npath="/a"']
)
def test_every_line_and_its_order_stay(text: str) -> None:
    changed = with_channel(with_source(text, "more", BOOK, ENGLISH), "mail", PHONE, ENGLISH)
    lines = iter(changed.splitlines())
    assert all(line in lines for line in text.splitlines())
    assert tables_of(changed, "sources")["more"] == BOOK
    assert tables_of(changed, "alerts", "channels")["mail"] == PHONE


@given(st.lists(st.sampled_from(["# c\n", "\n", "[sources.a]\ntype='vdir'\n", "[alerts]\n", "[alerts.channels.p]\nu=1\n",
    "[log]\n", "[rules.x]\nenabled = false\n", "sources.z.type = 'vdir'\n"]), unique=True))  # fmt: skip
def test_what_was_said_is_said_still_whatever_the_order(parts: list[str]) -> None:
    text = "".join(parts)
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    try:
        changed = with_source(text, "new", BOOK, ENGLISH)
    except SettingsError:  # "by hand": it was left as it is
        return
    after = tomllib.loads(changed)
    assert after["sources"].pop("new") == BOOK
    assert after == {"sources": {}, **before}


def test_a_country_comes_before_the_tables() -> None:
    assert setting_of(HAND_WRITTEN, "region") == "JP"
    text = with_region('[log]\nlevel = "info"\n', "DE")
    assert tomllib.loads(text) == {"region": "DE", "log": {"level": "info"}}


def test_a_name_that_is_there_is_refused() -> None:
    with pytest.raises(SettingsError, match="already"):
        with_source(HAND_WRITTEN, "a", BOOK, ENGLISH)


def test_what_is_no_toml_is_refused() -> None:
    with pytest.raises(SettingsError, match="not valid TOML"):
        with_source("[sources", "a", BOOK, ENGLISH)


def test_contacts_that_are_guarded_closely_come_to_what_was_there() -> None:
    changed = with_guarded(HAND_WRITTEN, ["花子", "Bank"], ENGLISH)
    assert tables_of(changed, "guarded") == {"contacts": ["花子", "Bank"]}
    lines = iter(changed.splitlines())
    assert all(line in lines for line in HAND_WRITTEN.splitlines())
