"""Which names look like one another: what is drawn to deceive does, other people's names do not."""

from __future__ import annotations

import pytest

from cardwarden.detect.case import looks_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bank of America", "Bank of Arnerica"),
        ("PayPal", "PayPaI"),
        ("Google", "G00gle"),
        ("Dara", "Dаra"),  # a Cyrillic а
        ("Postbank Service", "Postbank Servíce"),
        ("Mum", "Mum 💛"),
    ],
)
def test_what_is_drawn_like_a_name_looks_like_it(one: str, other: str) -> None:
    assert looks_of(one) & looks_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Clara", "Dara"), ("Mai", "Mal"), ("Marie", "Marle"), ("Kim", "Kirn"), ("Eli", "Ell"), ("Ian", "Lan")],
)
def test_two_peoples_short_names_do_not(one: str, other: str) -> None:
    assert not looks_of(one) & looks_of(other)
