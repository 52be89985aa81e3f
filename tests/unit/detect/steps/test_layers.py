"""Layers of code on a text: each is taken off, and what only looks like one stays."""

from __future__ import annotations

import pytest

from cardwarden.detect.steps import vocabulary as steps
from cardwarden.detect.steps.explain import explain
from cardwarden.detect.steps.layers import peel
from cardwarden.detect.steps.vocabulary import Step


@pytest.mark.parametrize(
    ("text", "step", "below"),
    [
        ("=?utf-8?B?R3LDvMOfZQ==?=", steps.MIME_WORD, "Grüße"),
        ("=?no-such-charset?Q?Gr=C3=BC=C3=9Fe?=", steps.MIME_WORD, "Grüße"),
        ("4772c3bcc39f65", steps.HEX, "Grüße"),
        ("Gr%FC%DFe", steps.PERCENT, "Grüße"),
        ("xn--mnchen-3ya", steps.PUNYCODE, "münchen"),
        ("M%u00FCller", steps.PERCENT, "Müller"),
        ("Müller%20x", steps.PERCENT_SIGN, "Müller x"),
        ("U+00FC", steps.UNICODE_ESCAPE, "ü"),
        (r"Jos\303\251", steps.UNICODE_ESCAPE, "José"),
        ("M+APwA-ller", steps.UTF_7, "Müller"),
        ("M&APw-ller", steps.UTF_7, "Müller"),
        ("R3LDvMOf\nZQ==", steps.BASE64, "Grüße"),
        ("R3LDvMOfZ", steps.BASE64, "Grüß"),
        ("dGVhCmF0IGZpdmU=", steps.BASE64, "tea\nat five"),
        ("4772fcdf65", steps.HEX, "Grüße"),
        ("0x4772c3bcc39f65", steps.HEX, "Grüße"),
        ("Gr=FC=DFe", steps.QUOTED_PRINTABLE, "Grüße"),
        ("Школь=\n ный", steps.SOFT_BREAKS, "Школьный"),
        ("<b>tea</b> at <GmbH>", steps.TAGS, "tea at <GmbH>"),
        ("at the =\r\ngate", steps.SOFT_BREAKS, "at the gate"),
        ("at the=\n gate", steps.SOFT_BREAKS, "at the gate"),
        ("Школь= ный", steps.SOFT_BREAKS, "Школьный"),
        ("<FN{}Roe>", steps.NOTATION, "Roe"),
        ("'Grüße'", steps.QUOTES, "Grüße"),
        ('say ""tea""', steps.QUOTES, 'say "tea"'),
    ],
)
def test_a_layer_is_taken_off(text: str, step: Step, below: str) -> None:
    assert (step, below) in list(peel(text))


@pytest.mark.parametrize(
    "text",
    [
        "xn--9",
        "tea xn--99999999999",
        "=?utf-8?B?R3*LD4Q=?=",
        "=?utf-8?B?R3**LDvM**OfZQ?=",
        "Jane +ABC- x",
        "Jane &ABC- x",
        "0x00010203 tea",
        "tea\ncake",
    ],
)
def test_what_only_looks_like_code_stays(text: str) -> None:
    assert list(peel(text)) == []


def test_nobody_reads_a_very_long_value_in_code() -> None:
    assert list(peel("=41" * 20_000)) == []


def test_code_below_more_layers_than_anybody_writes_is_not_looked_for() -> None:
    text = "Grüße"
    deep = text
    for _ in range(5):
        deep = f"'{deep}'"
    chain = explain(text, deep)
    assert chain is None or chain.vague or len(chain.steps) <= 3


@pytest.mark.parametrize(
    ("after", "chain"),
    [("tea " * 6_000 + "\n", (steps.BLANKS,)), ("tea " * 5_500, (steps.SHORTENED,)), ("coffee " * 6_000, None)],
)
def test_of_a_very_long_text_only_what_is_seen_at_a_glance_is_explained(
    after: str, chain: tuple[Step, ...] | None
) -> None:
    found = explain("tea " * 6_000, after)
    assert (found.steps if found else None) == chain


def test_percent_signs_over_bytes_that_no_charset_has_are_taken_off_all_the_same() -> None:
    assert {below.partition(" ")[0] for _, below in peel("tea%20%FF%81")} == {"tea"}


def test_a_byte_that_no_letter_can_be_made_of_leaves_a_mark_and_the_letters_around_it_are_read() -> None:
    assert [below for _, below in peel("Gr=C3=BC=FFx")][:2] == ["Grü\ufffdx", "GrÃ¼ÿx"]


def test_code_that_the_other_text_has_too_is_a_word() -> None:
    for code in ("4772c3bcc39f65", "0x4772c3bcc39f65", "R3LDvMOfZQ=="):
        assert list(peel(f"({code})", beside=f"tea {code}")) == []


def test_letters_that_are_one_text_in_the_first_character_set_are_read_in_no_other() -> None:
    assert [below for step, below in peel("Gr=C3=BC=C3=9Fe") if step is steps.QUOTED_PRINTABLE] == ["Grüße"]


def test_of_an_object_the_values_are_read_and_not_their_keys() -> None:
    for text in ('{"name": "Mia", "note": "tea"}', "{'name': 'Mia', 'note': 'tea'}"):
        assert [below for step, below in peel(text) if step is steps.NOTATION] == ["Mia\ntea", "Mia", "tea"]


def test_the_longest_value_that_is_looked_at_has_fifty_thousand_characters() -> None:
    assert list(peel(f"'{'ä' * 49_998}'")) == [(steps.QUOTES, "ä" * 49_998)]
    assert list(peel(f"'{'ä' * 49_999}'")) == []
