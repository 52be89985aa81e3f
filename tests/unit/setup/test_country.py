"""Which country is ready as an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwarden.setup.country import likely_country

KNOWN = {"JP", "DE", "US", "CH"}


@pytest.fixture
def zones(tmp_path: Path) -> Path:
    folder = tmp_path / "zoneinfo"
    (folder / "Asia").mkdir(parents=True)
    (folder / "Asia/Tokyo").write_bytes(b"TZif")
    (folder / "zone.tab").write_text(
        "# code\tcoordinates\tzone\nJP\t+353916+1394441\tAsia/Tokyo\nDE\t+4742+00841\tEurope/Zurich\n"
        "CH\t+4723+00832\tEurope/Zurich\n"
    )
    return folder


@pytest.mark.parametrize(
    ("environ", "country"),
    [
        ({"LANG": "de_DE.UTF-8"}, "DE"),
        ({"LANG": "de_CH"}, "CH"),
        ({"LC_ALL": "ja_JP.UTF-8", "LANG": "de_DE.UTF-8"}, "JP"),
        ({"LANG": "en_US.UTF-8", "LC_TELEPHONE": "de_DE.UTF-8"}, "DE"),
        ({"LANG": "de_DE.UTF-8@euro"}, "DE"),
    ],
)
def test_the_locale_names_the_country(environ: dict[str, str], country: str, zones: Path) -> None:
    assert likely_country(environ, KNOWN, zones, zones / "UTC") == country


@pytest.mark.parametrize("language", ["C", "C.UTF-8", "POSIX", "", "en_US.UTF-8", "eo"])
def test_a_machine_that_nobody_told_its_country_is_asked_for_its_time_zone(language: str, zones: Path) -> None:
    assert likely_country({"LANG": language, "TZ": ":Asia/Tokyo"}, KNOWN, zones) == "JP"


def test_the_machine_s_time_zone_is_a_link_into_the_database(zones: Path, tmp_path: Path) -> None:
    (tmp_path / "localtime").symlink_to(zones / "Asia/Tokyo")
    assert likely_country({}, KNOWN, zones, tmp_path / "localtime") == "JP"


def test_a_zone_of_two_countries_says_nothing(zones: Path) -> None:
    assert likely_country({"TZ": "Europe/Zurich"}, KNOWN, zones) is None


def test_where_nothing_tells_there_is_no_country(zones: Path, tmp_path: Path) -> None:
    assert likely_country({}, KNOWN, zones, tmp_path / "not-there") is None
    assert likely_country({"TZ": "Asia/Tokyo"}, KNOWN, tmp_path / "no-database") is None
    assert likely_country({"LANG": "xx_XX"}, KNOWN, zones, zones / "UTC") is None
    assert likely_country({"LANG": "en_US.UTF-8"}, KNOWN, zones, zones / "UTC") == "US"
