"""What may be written for a CardDAV source, and what is said if it cannot be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.errors import SettingsError
from cardwarden.phrases.language import english
from cardwarden.settings.load import parse
from cardwarden.settings.shown import shown_settings
from cardwarden.sources.carddav_options import CarddavOptions, web_address

HEAD = '[sources.cloud]\ntype = "carddav"\nurl = "contacts.example.org"\n'


def read(lines: str) -> CarddavOptions:
    settings = parse(HEAD + lines, Path("/etc/cardwarden/cardwarden.toml"), {}, Path("/home/jane"))
    options = settings.sources["cloud"]
    assert isinstance(options, CarddavOptions)
    return options


def problem(lines: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(lines)
    return english(caught.value.problems[0])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("contacts.example.org", "https://contacts.example.org/"),
        ("contacts.example.org:8443/dav", "https://contacts.example.org:8443/dav"),
        ("http://127.0.0.1:5232/alice/", "http://127.0.0.1:5232/alice/"),
    ],
)
def test_a_host_name_means_https(written: str, meant: str) -> None:
    assert web_address(written) == meant


@pytest.mark.parametrize(
    "written", ["", "ftp://a/", "https://", "http://a b/", "https://a:x/", "https://[/", "/alice/"]
)
def test_what_is_no_web_address_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="write a web address"):
        web_address(written)


def test_a_password_in_the_address_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValueError, match="leave user and password out") as caught:
        web_address("https://alice:pa55word@a/")
    assert "pa55word" not in str(caught.value)


def test_a_password_and_a_token_come_from_one_place() -> None:
    assert read('username = "a"\npassword_command = ["pass", "show", "x"]\n').password_command == ("pass", "show", "x")
    assert read('bearer_env = "TOKEN"\n').bearer_env == "TOKEN"
    assert read("").username is None


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('username = "a"\n', "write exactly one of password_env, password_file, password_command, password_credential"),
        ('username = "a"\npassword_env = "A"\npassword_file = "/a"\n', "write exactly one of password_env"),
        ('password_env = "A"\n', "a password needs a username"),
        ('username = "a"\nbearer_env = "A"\n', "write username and a password, or one of bearer_env"),
        ('bearer_env = "A"\nbearer_file = "/a"\n', "write exactly one of bearer_env"),
        ('username = "a"\npassword_env = "pa55 word"\n', "write the name under which the secret is found"),
        ('tls_key = "/a"\n', "tls_key needs tls_cert"),
        ('credential_hosts = ["https://a/"]\n', 'write a host such as "p42-contacts.icloud.com"'),
        ("collections = []\n", "name at least one"),
        ('password = "x"\n', "there is no such key"),
        ('vcard = "2.1"\n', "vcard"),
    ],
)
def test_what_does_not_fit_together_is_told(lines: str, words: str) -> None:
    assert problem(lines).startswith("sources.cloud")
    assert words in problem(lines)


def test_what_is_shown_means_the_same_and_holds_no_secret() -> None:
    text = HEAD + 'username = "a"\npassword_file = "~/pw"\ncredential_hosts = ["*.Example.org"]\n'
    settings = parse(text, Path("/etc/cardwarden/cardwarden.toml"), {}, Path("/home/jane"))
    printed = shown_settings(settings)
    assert parse(printed, Path("/etc/cardwarden/cardwarden.toml"), {}, Path("/home/jane")) == settings
    assert 'password_file = "/home/jane/pw"' in printed
