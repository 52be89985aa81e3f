"""What is dialled before a number."""

from __future__ import annotations

import pytest

from cardwarden.vcard.dialling import as_abroad


@pytest.mark.parametrize(
    ("digits", "region", "abroad"),
    [
        ("04890123456", "IE", "+442890123456"),
        ("0871234567", "IE", "0871234567"),
        ("04890123456", "JP", "04890123456"),
        ("048", "IE", "048"),
        ("0489012345", "IE", "0489012345"),
        ("048901234567", "IE", "+4428901234567"),
    ],
)
def test_a_neighbours_number_is_dialled_with_its_country_from_anywhere_else(
    digits: str, region: str, abroad: str
) -> None:
    assert as_abroad(digits, region) == abroad
