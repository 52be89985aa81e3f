"""`cardwarden config`, as it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.cli.main import run

FAMILY = 'region = "JP"\n[sources.family]\ntype = "vdir"\npath = "/srv/contacts"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "cardwarden.toml"
    path.write_text(FAMILY + '[alerts.channels.phone]\nurl_env = "NTFY_URL"\n')
    return path


def test_a_valid_configuration_is_told_with_what_it_guards(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "validate", "--config", str(config)]) == 0
    assert capsys.readouterr().out == f"{config} is valid.\n1 source: family\n1 channel: phone\n"


def test_a_configuration_that_tells_nobody_is_pointed_out(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text(FAMILY)
    assert run(["config", "validate", "--config", str(config)]) == 0
    assert "nobody is told" in capsys.readouterr().out


def test_every_problem_has_its_line_and_the_exit_code_is_4(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text(FAMILY + "every = 1\nevry = 1\n")
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


def test_the_printed_sample_is_a_valid_configuration(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "sample"]) == 0
    config.write_text(capsys.readouterr().out)
    assert run(["config", "validate", "--config", str(config)]) == 0


def test_a_source_without_a_region_is_pointed_out(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text(FAMILY.removeprefix('region = "JP"\n'))
    assert run(["config", "validate", "--config", str(config)]) == 0
    assert "No region for family" in capsys.readouterr().out
