"""Which country the owner probably lives in, from the locale and the time zone of the machine."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path

ZONES = Path("/usr/share/zoneinfo")
LOCAL = Path("/etc/localtime")
_LOCALE = re.compile(r"[a-z]{2,3}_([A-Z]{2})(?:[.@].*)?")
_SAYS_LITTLE = "US"  # en_US is what a machine speaks that nobody asked


def likely_country(
    environ: Mapping[str, str], known: Collection[str], zones: Path = ZONES, local: Path = LOCAL
) -> str | None:
    """The two letters of a country (ISO 3166-1) among those `known`; None if nothing tells.

    The locale names it. If it does not, or only says what machines say that nobody set up, the time zone does: most
    zones lie in one country (zone.tab of the tz database).
    """
    spoken = _of_locale(environ)
    by_zone = _of_zone(environ, zones, local)
    first, second = (by_zone, spoken) if spoken in (None, _SAYS_LITTLE) else (spoken, by_zone)
    return next((country for country in (first, second) if country in known), None)


def _of_locale(environ: Mapping[str, str]) -> str | None:
    """POSIX: LC_ALL before all others, LANG after them. What people write numbers by is nearest to where they live."""
    for name in ("LC_ALL", "LC_TELEPHONE", "LC_ADDRESS", "LC_MESSAGES", "LANG"):
        if match := _LOCALE.fullmatch(environ.get(name, "")):
            return match[1]
    return None


def _of_zone(environ: Mapping[str, str], zones: Path, local: Path) -> str | None:
    name = environ.get("TZ", "").lstrip(":")
    if not name:
        real = Path(os.path.realpath(local))
        name = str(real.relative_to(zones)) if real.is_relative_to(zones) else ""
    try:
        table = (zones / "zone.tab").read_text("utf-8")
    except (OSError, ValueError):
        return None
    countries = [
        fields[0]
        for line in table.splitlines()
        if not line.startswith("#") and len(fields := line.split("\t")) > 2 and fields[2] == name
    ]
    return countries[0] if len(countries) == 1 else None
