"""A picture is told by its kind and size in the reader's language, wherever it went."""

from __future__ import annotations

import pytest

from cardwarden.alerts.lines import shown_values
from cardwarden.detect.said import said_of_fact
from cardwarden.phrases.language import LANGUAGES, Voice
from cardwarden.vcard.canonical import facts_of
from support.cards import card, read
from support.judging import judged

PICTURE = (
    "PHOTO;ENCODING=b;TYPE=PNG:iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FLAT = PICTURE.replace("AAAABCAYA", "AAAAACAYA")  # one pixel wide, and none high
KEY = "KEY;ENCODING=b:QUJDREVGR0g="
BYTES = {"en": "bytes", "ja": "バイト", "de": "Byte"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("line", [PICTURE, KEY])
@pytest.mark.parametrize("is_lost", [True, False])
def test_what_was_lost_or_added_is_described_in_the_readers_language(
    language: str, line: str, *, is_lost: bool
) -> None:
    with_it, without = card("FN:Jane Roe", line), card("FN:Jane Roe")
    [found] = judged(with_it, without) if is_lost else judged(without, with_it)
    voice = Voice(language)
    shown = "".join(filter(None, shown_values(found, voice, 400)))
    why = voice.value(found.reason)
    for said in (shown, why):
        assert BYTES[language] in said
        assert language == "en" or not {"bytes", "data"} & set(said.split())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("NOTE:Rings twice", "Rings twice"),
        (PICTURE, "png, 1 × 1, 70 bytes"),
        (FLAT, "png, 70 bytes"),
        ("PHOTO;ENCODING=b;TYPE=PNG:QUJDREVGR0g=", "png, 8 bytes"),
        (KEY, "data, 8 bytes"),
        ("PHOTO;ENCODING=b:%%%%", "3 bytes, unreadable"),
    ],
)
def test_a_value_is_said_as_its_text_and_bytes_by_what_they_are(line: str, said: str) -> None:
    [fact] = [fact for fact in facts_of(read(card("FN:Jane Roe", line)), "") if fact.name != "FN"]
    assert Voice("en").value(said_of_fact(fact)) == said
