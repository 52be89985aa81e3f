"""What an inline picture is, whatever program wrote it."""

from __future__ import annotations

import base64

import pytest

from support.cards import JPEG, card, diff, facts

DATA = base64.b64encode(JPEG).decode()


@pytest.mark.parametrize(
    "line",
    [
        f"PHOTO:data:image/jpeg;base64,{DATA}",
        f"PHOTO:data:image/jpeg;base64\\,{DATA}",  # ical.js and sabre/vobject take a URI for text, and escape it
        f"PHOTO:data:image/jpeg\\;base64\\,{DATA}",
        f"PHOTO;VALUE=URI:data:image/jpeg;base64\\,{DATA}",
    ],
)
def test_one_picture_is_one_picture_in_every_spelling(line: str) -> None:
    plain = card(f"PHOTO;ENCODING=b;TYPE=JPEG:{DATA}")
    assert diff(plain, card(line)) == []
    [fact] = facts(card(line))
    assert fact.picture
