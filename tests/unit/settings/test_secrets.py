"""A reference to a secret is resolved when it is used, and its errors name the place only."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cardwarden.errors import SettingsError
from cardwarden.settings.model import ChannelOptions
from cardwarden.settings.secrets import resolve
from cardwarden.sources.carddav_options import CarddavOptions


def url(environ: dict[str, str], **reference: object) -> str:
    return resolve(ChannelOptions.model_validate(reference), "url", "alerts.channels.phone", environ)


def test_a_secret_comes_from_the_environment() -> None:
    assert url({"NTFY": "ntfy://token"}, url_env="NTFY") == "ntfy://token"


def test_a_secret_comes_from_a_file_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "url").write_bytes(b"ntfy://token\r\n")
    assert url({}, url_file=str(tmp_path / "url")) == "ntfy://token"


def test_a_secret_comes_from_a_systemd_credential(tmp_path: Path) -> None:
    (tmp_path / "ntfy").write_text("ntfy://token\n")
    assert url({"CREDENTIALS_DIRECTORY": str(tmp_path)}, url_credential="ntfy") == "ntfy://token"


@pytest.mark.parametrize(
    ("environ", "reference", "sentence"),
    [
        ({}, {"url_env": "NTFY"}, r"phone\.url_env: the environment variable NTFY is not set"),
        ({"NTFY": " "}, {"url_env": "NTFY"}, r"phone\.url_env: the environment variable NTFY is empty"),
        ({}, {"url_file": "/nowhere/url"}, r"phone\.url_file: /nowhere/url cannot be read \(there is no such file"),
        ({}, {"url_credential": "ntfy"}, r"phone\.url_credential: .* LoadCredential="),
        ({"CREDENTIALS_DIRECTORY": "/nowhere"}, {"url_credential": "ntfy"}, r"/nowhere/ntfy cannot be read"),
    ],
)
def test_a_secret_that_is_not_there_is_told_by_its_place(
    environ: dict[str, str], reference: dict[str, str], sentence: str
) -> None:
    with pytest.raises(SettingsError, match=sentence):
        url(environ, **reference)


def test_a_file_that_is_no_text_is_told_without_its_content(tmp_path: Path) -> None:
    (tmp_path / "url").write_bytes(b"pa55word\xff")
    with pytest.raises(SettingsError, match="is not UTF-8 text") as refused:
        url({}, url_file=str(tmp_path / "url"))
    assert "pa55word" not in str(refused.value)
    assert refused.value.__cause__ is None


def password(*command: str) -> str:
    options = CarddavOptions(type="carddav", url="a.example", username="a", password_command=command)
    return resolve(options, "password", "sources.cloud", {})


def test_a_secret_comes_from_the_first_line_that_a_program_prints() -> None:
    assert password(sys.executable, "-c", "print('pa55 wörd'); print('more')") == "pa55 wörd"


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("/nowhere/pass",), "/nowhere/pass cannot be started"),
        ((sys.executable, "-c", "print('pa55word'); raise SystemExit(3)"), r"failed \(exit code 3\)"),
        ((sys.executable, "-c", "pass"), "printed nothing"),
        ((sys.executable, "-c", r"import sys; sys.stdout.buffer.write(b'pa55word\xff')"), "did not print UTF-8"),
    ],
)
def test_a_program_that_prints_no_secret_is_told_without_what_it_printed(
    command: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(SettingsError, match=sentence) as refused:
        password(*command)
    assert str(refused.value).startswith("sources.cloud.password_command: ")
    assert "pa55word" not in str(refused.value)
    assert refused.value.__cause__ is None
