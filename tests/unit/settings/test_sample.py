"""The example configuration is what the model says."""

from __future__ import annotations

from pathlib import Path

from cardwarden.settings.kinds import SOURCES
from cardwarden.settings.load import parse
from cardwarden.settings.sample import sample

EXAMPLE = Path(__file__).parents[3] / "config/cardwarden.example.toml"


def test_the_example_in_the_repository_is_the_generated_one() -> None:
    assert EXAMPLE.read_text("utf-8") == sample(), 'write it anew with "make sample"'


def test_the_sample_is_valid() -> None:
    settings = parse(sample(), Path("/etc/cardwarden/cardwarden.toml"), {}, Path("/root"))
    assert list(settings.sources) == ["family"]
    assert list(settings.alerts.channels) == ["phone"]


def test_the_sample_is_valid_with_every_example_switched_on() -> None:
    lines = sample().splitlines()
    text = "\n".join(line[1:] if line.startswith("#") and not line.startswith("# ") else line for line in lines)
    text = text.replace("url_file", "# url_file").replace("url_credential", "# url_credential")  # only one may be set
    settings = parse(text, Path("/etc/cardwarden/cardwarden.toml"), {}, Path("/root"))
    shown = [options.type for options in settings.sources.values()]
    assert shown == list(SOURCES), "Give each kind one table in settings/sample.py, in the order of SOURCES"
    assert settings.store.url == "sqlite:////var/lib/cardwarden/cardwarden.db"
