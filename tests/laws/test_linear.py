"""No rule's pattern takes more than linear time: long hostile values pass through all of them while an alarm waits."""

from __future__ import annotations

import pytest

from cardwarden.detect.damage import damage_of
from cardwarden.detect.dates import classify_date
from cardwarden.detect.mailbox import classify_mail, lookalike
from cardwarden.detect.steps.explain import explain
from cardwarden.vcard.number import read_number
from cardwarden.vcard.number_change import classify
from cardwarden.vcard.pairing import same_name, same_person
from support.alarm import alarm
from support.judging import judged, person

LONG = 50_000  # characters: what is quadratic takes minutes or hours
PIECES = [
    "\\", "\\n", "&", "&#", "&#9", "&amp;", "<a", "</", "=", "=41", "=C3", "?", "_", "é", "山", "Ã¤", "\ufffd", "\u0301", " ",
    ",", ";", "@", "a@", ".", "a.", "-", "+", "0", "1860", "(", "(a", ")", "#", "*31#", "x1", ",,", "--04", "T", "://", "rn",
    "\n",
]  # fmt: skip
VALUES = [(piece * LONG)[:LONG] for piece in PIECES] + ["山" * 1999, "&#" + "9" * 9999 + ";"]
CHANGED = ["{}x", "x{}?", "{}\\x&amp;@x.org"]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: ascii(value[:6]))
def test_every_pattern_takes_a_long_hostile_value_in_linear_time(value: str) -> None:
    with alarm(20):
        for frame in CHANGED:
            other = frame.format(value)
            for one, two in ((value, other), (other, value)):
                damage_of(one, two)
                explain(one, two)
                classify_mail(one, two)
                classify_date(one, two)
                lookalike(one, two)
                same_name(one, two)
                same_person(one, two)
                classify(read_number(one, "JP"), read_number(two, "JP"))


@pytest.mark.parametrize(
    "name", ["TEL", "EMAIL", "N", "FN", "ADR", "NOTE", "BDAY", "URL", "IMPP", "PHOTO", "CATEGORIES", "GEO"]
)
def test_a_card_with_a_long_value_is_judged_in_linear_time(name: str) -> None:
    with alarm(30):
        for piece in ("\\", "&", "é", "0", "a.", "(", "-", "rn", "=C3"):
            value = (piece * LONG)[:LONG]
            judged(person("Jane", f"{name}:{value}"), person("Jane", f"{name}:{value}x"))


@pytest.mark.parametrize("name", ["TEL", "EMAIL", "NOTE", "CATEGORIES", "ADR"])
def test_a_card_with_very_many_values_is_judged_in_linear_time(name: str) -> None:
    with alarm(30):
        before = [f"{name};TYPE=HOME:{number:08d}@x.org" for number in range(2_000)]
        after = [f"{name};TYPE=WORK:{number:08d}@x.org" for number in range(2_000)]
        other = [f"{name};TYPE=HOME:9{number:08d}@y.org" for number in range(2_000)]
        judged(person("Jane", *before), person("Jane", *after))
        judged(person("Jane", *before), person("Jane", *other))
        judged(person("Jane", *before), person("Jane"))
