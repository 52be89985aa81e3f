"""Times of day, quiet hours, zones and cron lines in the settings."""

from __future__ import annotations

from datetime import UTC, time
from pathlib import Path

import pytest

from cardwarden.errors import SettingsError
from cardwarden.phrases.language import english
from cardwarden.settings.load import parse
from cardwarden.settings.shown import shown_settings
from cardwarden.settings.times import span_of, time_of, zone_of

BASE = '[sources.family]\ntype = "vdir"\npath = "/srv/contacts"\n'


def settings(text: str, source: str = "") -> object:
    return parse(BASE + source + text, Path("/etc/cardwarden/cardwarden.toml"), {}, Path("/root"))


def test_times_are_read_and_off_is_none() -> None:
    assert time_of("08:05") == time(8, 5)
    assert span_of("22:00-07:00") == (time(22), time(7))
    assert (time_of("off"), span_of("off")) == (None, None)


def test_the_owners_zone_is_the_one_named_or_that_of_the_machine(tmp_path: Path) -> None:
    assert str(zone_of("Asia/Tokyo", {"TZ": "Europe/Berlin"})) == "Asia/Tokyo"
    assert str(zone_of(None, {"TZ": ":Europe/Berlin"})) == "Europe/Berlin"
    assert zone_of(None, {"TZ": "nonsense"}, tmp_path / "none") is UTC


@pytest.mark.parametrize(
    ("text", "source", "problem"),
    [
        ('[alerts]\ndigest = "8"', "", "alerts.digest: write a time of day"),
        ('[alerts]\nquiet = "22:00-22:00"', "", "alerts.quiet: write two times"),
        ("[alerts]\nlimit = 1", "", "alerts.limit: "),
        ("[alerts]\nlimit = 1", "", "alerts.limit: write at least 2"),
        ('[store]\nurl = "sqlite:////x.db"\nretain = "1h"', "", "store.retain: write at least 1d"),
        ("[health]\nport = 1", "", "health.port: there is no such key"),
        ('[health]\nlisten = "everywhere"', "", 'health.listen: write "127.0.0.1:9218"'),
        ('[log]\nformat = "xml"', "", 'log.format: write one of "auto"'),
        ('[log]\nformt = "xml"', "", 'log.formt: there is no such key; did you mean "format"?'),
        ("", 'cron = "0 25 * * *"\n', "sources.family.cron: "),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, source: str, problem: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings(text, source)
    assert english(refused.value.problems[0]).startswith(problem)


def test_the_zone_is_checked() -> None:
    with pytest.raises(SettingsError) as refused:
        parse('timezone = "Tokyo"\n' + BASE, Path("/etc/cardwarden/cardwarden.toml"), {}, Path("/root"))
    assert [*map(english, refused.value.problems)] == ['timezone: write a time zone such as "Asia/Tokyo"']


def test_what_is_shown_means_the_same() -> None:
    text = '[alerts]\nquiet = "22:00-07:00"\ndigest = "off"\n[health]\nlisten = "9218"\n[log]\nlevel = "debug"\n'
    first = settings(text, 'cron = "0 7 * * 1-5"\n')
    again = parse(shown_settings(first), Path("/etc/cardwarden/cardwarden.toml"), {}, Path("/root"))  # type: ignore[arg-type]
    assert again == first
