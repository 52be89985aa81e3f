from __future__ import annotations

import phonenumbers

from cardwarden.vcard.regions import REGIONS


def test_the_regions_are_those_that_numbers_are_read_for() -> None:
    assert phonenumbers.SUPPORTED_REGIONS == REGIONS
