"""`cardwarden config`, as it is called."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from cardwarden.cli.main import run
from contract.on_files import another_user
from support.world import card

FAMILY = 'region = "JP"\n[sources.family]\ntype = "vdir"\npath = "{}"\n'


@pytest.fixture
def family(tmp_path: Path) -> str:
    """The settings of a source that is there."""
    book = tmp_path / "contacts"
    book.mkdir()
    (book / "a.vcf").write_bytes(card("Yamada"))
    return FAMILY.format(book)


@pytest.fixture
def config(tmp_path: Path, family: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NTFY_URL", "ntfy://topic")
    path = tmp_path / "cardwarden.toml"
    path.write_text(family + '[alerts.channels.phone]\nurl_env = "NTFY_URL"\n')
    return path


def test_a_valid_configuration_is_told_with_what_it_guards(
    config: Path, family: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["config", "validate", "--config", str(config)]) == 0
    assert capsys.readouterr().out == f"{config} is valid.\n1 source: family\n1 channel: phone\n"


def test_names_have_the_comma_of_the_language_between(
    config: Path, family: str, capsys: pytest.CaptureFixture[str]
) -> None:
    more = family.replace('region = "JP"', "").replace("family", "work")
    config.write_text(f'language = "ja"\n{family}{more}')
    assert run(["config", "validate", "--config", str(config)]) == 0
    assert "family、work" in capsys.readouterr().out


def test_a_configuration_that_tells_nobody_is_pointed_out(
    config: Path, family: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(family)
    assert run(["config", "validate", "--config", str(config)]) == 0
    assert "nobody is told" in capsys.readouterr().out


def test_every_problem_has_its_line_and_the_exit_code_is_4(
    config: Path, family: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(family + "every = 1\nevry = 1\n")
    assert run(["--config", str(config), "config", "validate"]) == 4
    assert capsys.readouterr().err == (
        f"cardwarden: {config} has 2 problems:\n"
        '  sources.family.every: write a duration such as "90s", "15m", "2h" or "1d"\n'
        '  sources.family.evry: there is no such key; did you mean "every"?\n'
    )


def test_the_settings_are_shown_without_the_secret(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NTFY_URL", "ntfy://pa55word")
    monkeypatch.setenv("CARDWARDEN_CONFIG", str(config))
    assert run(["config", "show"]) == 0
    printed = capsys.readouterr().out
    assert 'url_env = "NTFY_URL"' in printed
    assert 'every = "15m"' in printed
    assert "pa55word" not in printed


def test_the_printed_sample_is_a_valid_configuration(
    config: Path, family: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["config", "sample"]) == 0
    config.write_text(capsys.readouterr().out)
    assert run(["config", "validate", "--config", str(config)]) == 0


def test_a_source_without_a_region_is_pointed_out(
    config: Path, family: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(family.removeprefix('region = "JP"\n'))
    assert run(["config", "validate", "--config", str(config)]) == 0
    assert "No region for family" in capsys.readouterr().out


def failing(config: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What a validation says that will fail."""
    assert run(["config", "validate", "--config", str(config)]) == 0
    return capsys.readouterr().out.partition("It is valid, but this will fail:")[2]


def test_what_the_settings_name_and_is_not_there_is_told(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(config, capsys) == ""
    (config.parent / "contacts").rename(config.parent / "elsewhere")
    assert "does not exist" in failing(config, capsys)


@pytest.mark.parametrize(
    "table",
    [
        'type = "carddav"\nusername = "anna"\npassword_env = "TOKEN"',
        'type = "jmap"\nbearer_env = "TOKEN"',
        'type = "google-people"\nlogin_file = "{folder}/login"',
        'type = "microsoft"\nlogin_file = "{folder}/login"',
    ],
)
def test_no_server_is_asked(config: Path, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        config.write_text(f'[sources.cloud]\n{table.format(folder=config.parent)}\nurl = "{url}"\n')
        run(["config", "validate", "--config", str(config)])
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_secret_that_is_missing_or_open_to_others_is_told(
    config: Path, family: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NTFY_URL")
    assert "NTFY_URL" in failing(config, capsys)
    secret = config.parent / "phone-url"
    secret.write_text("ntfy://pa55word")
    secret.chmod(0o644)
    config.write_text(family + f'[alerts.channels.phone]\nurl_file = "{secret}"\n')
    complaints = failing(config, capsys)
    assert f"chmod 600 {secret}" in complaints
    assert "pa55word" not in complaints
    secret.chmod(0o600)
    assert failing(config, capsys) == ""


def test_a_source_that_has_another_name_now_is_told_before_and_after_its_first_check(
    config: Path, family: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store = f'[store]\nurl = "sqlite:///{config.parent}/state/x.db"\n'
    config.write_text(family + store)
    assert run(["check", "--config", str(config)]) == 0
    assert failing(config, capsys) == ""
    config.write_text(family.replace("[sources.family]", "[sources.home]") + store)
    for code in (3, 3):
        assert "cardwarden source rename family home" in failing(config, capsys)
        assert run(["check", "--config", str(config)]) == code
    other = config.parent / "other"
    other.mkdir()
    (other / "b.vcf").write_bytes(card("Sato"))
    config.write_text(FAMILY.format(other).replace("[sources.family]", "[sources.work]") + store)
    assert "rename" not in failing(config, capsys)


def test_a_folder_that_the_service_may_not_read_is_told_with_the_command_that_allows_it(
    open_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, config = open_folder / "contacts", open_folder / "cardwarden.toml"
    book.mkdir()
    (book / "a.vcf").write_bytes(card("Yamada"))
    config.write_text(FAMILY.format(book) + f'[store]\nurl = "sqlite:///{open_folder}/state/x.db"\n')
    assert "setfacl" not in failing(config, capsys)
    book.chmod(0)
    with another_user():
        told = failing(config, capsys)
    book.chmod(0o755)
    assert "sudo setfacl -R -m u:" in told
    assert str(book) in told


def test_its_exit_code_tells_of_the_configuration_alone_as_its_help_says_and_the_doctors_of_the_rest(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (config.parent / "contacts").rename(config.parent / "elsewhere")
    assert run(["config", "validate", "--config", str(config)]) == 0
    assert run(["doctor", "--config", str(config)]) == 1
    capsys.readouterr()
    assert run(["config", "validate", "--help"]) == 0
    assert "valid, also if something that it names will fail" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("command", [["config", "validate"], ["findings"], ["doctor"]])
def test_what_is_wrong_is_said_in_the_language_that_the_settings_ask_for(
    command: list[str], config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    wrong = config.read_text().replace('region = "JP"', 'region = "Japan"')
    for language, said in (("ja", "国の2文字"), ("en", "two letters"), ("tlh", "zwei Buchstaben")):
        config.write_text(f'language = "{language}"\n{wrong}')
        run([*command, "--config", str(config)])
        printed = capsys.readouterr()
        assert said in printed.out + printed.err
