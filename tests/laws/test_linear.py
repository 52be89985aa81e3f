"""No rule's pattern takes more than linear time: long hostile values pass through all of them while an alarm waits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwarden.detect.dates import classify_date
from cardwarden.detect.mailbox import classify_mail, lookalike
from cardwarden.detect.steps.explain import explain
from cardwarden.vcard.number import read_number
from cardwarden.vcard.number_change import classify
from cardwarden.vcard.pairing import same_name, same_person
from support.alarm import alarm
from support.cards import card
from support.copies import cards, drift, stranger
from support.judging import judged, person
from support.steps import turns

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


def _namesakes(cards: int) -> Callable[[], object]:
    known = person("Max Muster", "TEL:+81312345678")
    new = b"".join(person("Jane Roe", f"TEL:+8190{number:08d}", uid=f"u{number}") for number in range(cards))
    return lambda: judged(known, known + new)


def _lost(values: int, left: int) -> Callable[[], object]:
    lines = [f"{name}:{number}@example.org" for name in ("NOTE", "EMAIL", "X-OWN") for number in range(values)]
    kept = [line for place, line in enumerate(lines) if left and place % left == 0]
    return lambda: judged(card("UID:1", "FN:Jane", *lines), card("UID:1", "FN:Jane", *kept))


def _replaced(values: int, _: int) -> Callable[[], object]:
    before = [f"TEL:+8190{number:08d}" for number in range(values)]
    return lambda: judged(card("UID:1", *before), card("UID:1", *(line.replace("+8190", "+8170") for line in before)))


def _copies(count: int) -> Callable[[], object]:
    """An export without UIDs in which every contact has another number."""
    origin = [stranger(number) for number in range(count)]
    copy = [[line.replace("+1 650-25", "+1 415-25") for line in lines[1:]] for lines in origin]
    return lambda: drift(cards(origin), cards(copy), "US")


@pytest.mark.parametrize(
    "of",
    [_copies, _namesakes, lambda n: _lost(n, 0), lambda n: _lost(n, 2), lambda n: _replaced(n, 0)],
    ids=["two copies", "new cards of one name", "all values lost", "every second value lost", "all values replaced"],
)
def test_twice_as_much_takes_twice_as_many_steps(of: Callable[[int], Callable[[], object]]) -> None:
    of(800)()  # what is remembered of numbers, words and parameters
    assert turns(of(800)) <= 2.4 * turns(of(400))
