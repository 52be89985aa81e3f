"""What sabre/vobject (Nextcloud, Baïkal, SOGo's neighbours) and ical.js (Thunderbird, Nextcloud's page) make of the dialects.

What they keep is quiet and what they lose is named. The tables say what they lose: everything else must be silent.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cardwarden.vcard.content import read_card, split_book
from support.cards import diff
from support.dialects import DIALECTS

pytestmark = pytest.mark.servers
SUPPORT = Path(__file__).parents[1] / "support"
NODE = Path(__file__).parents[2] / "build/node"
CONVERTERS = {
    "sabre/vobject": ["php", str(SUPPORT / "sabre_convert.php")],
    "ical.js": ["node", str(SUPPORT / "ical_convert.mjs"), str(NODE)],
}
LOSES = {
    ("sabre/vobject", "iOS and iCloud"): {"URL"},  # it escapes the backslash of "\:"
    ("sabre/vobject", "Samsung"): {"TEL", "EMAIL"},  # a label of one's own
    ("sabre/vobject", "Google Contacts"): {"URL", "NOTE"},
    ("sabre/vobject", "4.0 of DAVx5"): {"PHOTO"},
    ("sabre/vobject", "Evolution"): {"X-EVOLUTION-FILE-AS"},
    ("sabre/vobject", "old western phone"): {"TEL"},
    ("sabre/vobject", "with an assistant"): {"AGENT", "TEL"},
    ("ical.js", "Google Contacts"): {"NOTE"},
    ("ical.js", "4.0 of DAVx5"): {"TEL"},  # VALUE=uri
}


def converted(converter: str) -> dict[str, bytes]:
    """Each dialect's card as the converter writes it; those that it refuses are left out."""
    asked = b"".join(b"%d\n" % len(data) + data for data in DIALECTS.values())
    answer = subprocess.run(CONVERTERS[converter], input=asked, capture_output=True, check=True, timeout=60).stdout
    found: dict[str, bytes] = {}
    for program in DIALECTS:
        length, _, answer = answer.partition(b"\n")
        found[program], answer = answer[: int(length)], answer[int(length) :]
    return {program: data for program, data in found.items() if data}


@pytest.mark.parametrize("converter", CONVERTERS)
def test_what_a_converter_keeps_is_quiet_and_what_it_loses_is_named(converter: str) -> None:
    cards = converted(converter)
    assert len(cards) >= 10
    for program, data in cards.items():
        [raw] = split_book(data)
        assert diff(data, data) == []
        changed = {change.name for change in diff(DIALECTS[program], data)}
        assert changed == LOSES.get((converter, program), set()), (program, read_card(raw))
