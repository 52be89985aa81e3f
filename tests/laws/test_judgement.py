"""What a step means for a card: a harmless one never wakes anybody, a damaging one always does, in any property."""

from __future__ import annotations

from collections.abc import Callable
from html.entities import codepoint2name

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cardwarden.detect.finding import Severity
from cardwarden.detect.steps.looks import folded
from support.cards import card
from support.examples import examples
from support.judging import judged
from support.texts import AMBIGUOUS, ANY, FOREIGN, HARMLESS, LAYERS, MISREAD, NOTED, texts, words


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


PLACES = {
    "FN": "FN:{}",
    "N": "N:{};Jane;;;",
    "NICKNAME": "NICKNAME:{}",
    "NOTE": "NOTE:{}",
    "ORG": "ORG:{};Sales",
    "TITLE": "TITLE:{}",
    "ADR": "ADR;TYPE=HOME:;;{};Ulm;;89073;Germany",
    "LABEL": "LABEL;TYPE=HOME:{}",
    "CATEGORIES": "CATEGORIES:{}",
}
OTHERS = ("UID:u1", "TEL;TYPE=CELL:+81 90-1234-5678", "EMAIL:jane@example.org")


def named(code: int) -> str:
    """A letter's web code, by its name if HTML 4 has one."""
    return f"&{codepoint2name[code]};" if code in codepoint2name else f"&#{code};"


def worst(place: str, before: str, after: str) -> Severity:
    """How bad it is that a property says `after` where it said `before`; everything else stays."""
    fn = () if place == "FN" else ("FN:Jane Roe",)
    was, now = (card(*OTHERS, *fn, PLACES[place].format(escaped(text))) for text in (before, after))
    return max((finding.severity for finding in judged(was, now)), default=Severity.INFO)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", HARMLESS)
@examples(15)
@given(text=ANY)
def test_what_nobody_sees_is_silent(name: str, place: str, text: str) -> None:
    assert worst(place, text, HARMLESS[name](text)) is Severity.INFO
    assert worst(place, HARMLESS[name](text), text) is Severity.INFO


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", NOTED)
@examples(15)
@given(text=ANY)
def test_what_can_still_be_read_wakes_nobody(name: str, place: str, text: str) -> None:
    assert worst(place, text, NOTED[name](text)) <= Severity.NOTICE, (text, NOTED[name](text))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", LAYERS)
@examples(15)
@given(text=FOREIGN)
def test_letters_in_code_are_told_at_once_and_silent_when_they_are_back(name: str, place: str, text: str) -> None:
    coded = LAYERS[name][1](text)
    assert worst(place, text, coded) >= Severity.WARNING, coded
    assert worst(place, coded, text) is Severity.INFO, coded


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", MISREAD)
@examples(15)
@given(data=st.data())
def test_letters_that_were_misread_are_told_at_once(name: str, place: str, data: st.DataObject) -> None:
    written, read, scripts = MISREAD[name]
    text = data.draw(texts(*scripts))
    garbled = text.encode(written).decode(read, "replace").replace("\x1b", "")
    assume(folded(garbled) != folded(text))
    assert worst(place, text, garbled) >= Severity.WARNING, garbled


@pytest.mark.parametrize("place", sorted(set(PLACES) - {"CATEGORIES", "NICKNAME"}))
@examples(30)
@given(text=st.one_of(texts("ascii", "german", "russian"), AMBIGUOUS), kept=st.integers(1, 3))
def test_a_text_cut_inside_a_word_is_told_at_once(place: str, text: str, kept: int) -> None:
    assume(text[-kept - 1] != " ")
    assert worst(place, text, text[:-kept]) >= Severity.WARNING


@pytest.mark.parametrize("mark", ["?", "\ufffd", "_", "\u25a1"])
@pytest.mark.parametrize("place", PLACES)
@examples(15)
@given(text=FOREIGN)
def test_marks_for_letters_are_told_at_once(place: str, mark: str, text: str) -> None:
    assert worst(place, text, "".join(c if c < "\x80" else mark for c in text)) >= Severity.WARNING


@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("write", [named, "&#{};".format, "&#x{:X};".format])
@pytest.mark.parametrize("place", ["N", "ORG", "ADR"])
@examples(15)
@given(text=FOREIGN)
def test_the_semicolon_of_a_web_code_ends_no_component(
    place: str, write: Callable[[int], str], twice: bool, text: str
) -> None:
    coded = "".join(c if c < "\x80" else write(ord(c)) for c in text)
    line = PLACES[place].format(coded.replace("&", "&amp;") if twice else coded)
    was, now = card(*OTHERS, "FN:Jane Roe", PLACES[place].format(text)), card(*OTHERS, "FN:Jane Roe", line)
    assert [f.title.name for f in judged(was, now)] == ["text-coded"], line
    assert {f.severity for f in judged(now, was)} == {Severity.INFO}, line


LETTERED = {
    "N": "N:{};{};;;", "ORG": "ORG:{};{}", "ADR": "ADR;TYPE=HOME:;;{};{};;89073;Germany", "NICKNAME": "NICKNAME:{},{}",
    "CATEGORIES": "CATEGORIES:{},{}",
}  # fmt: skip


@pytest.mark.parametrize("between", [",", ";"])
@pytest.mark.parametrize("place", LETTERED)
@examples(15)
@given(st.lists(words("german").filter(lambda word: len(word) > 4), min_size=2, max_size=2, unique_by=str.casefold))
def test_a_list_of_the_letters_in_place_of_the_words_is_told_as_that(place: str, between: str, said: list[str]) -> None:
    if between == ";" and place != "ORG":
        return  # components: of the others each has its own meaning
    line = LETTERED[place].format(*said)
    apart = LETTERED[place].format(*(between.join(word) for word in said))
    was, now = (card(*OTHERS, "FN:Jane Roe", text) for text in (line, apart))
    told = [(f.title.name, f.severity) for f in judged(was, now) if f.severity > Severity.INFO]
    assert told == [("text-letters-apart", Severity.WARNING)], apart


@pytest.mark.parametrize("between", ["\\,", ";", "\\;", "|", " / "])
@pytest.mark.parametrize("name", ["CATEGORIES", "NICKNAME"])
@examples(15)
@given(st.lists(words("german"), min_size=2, max_size=4, unique_by=str.casefold))
def test_items_of_a_list_that_became_one_are_told_and_wake_nobody_when_they_are_apart_again(
    name: str, between: str, said: list[str]
) -> None:
    apart, glued = (card(*OTHERS, "FN:Jane Roe", f"{name}:{sign.join(said)}") for sign in (",", between))
    assert [(f.title.name, f.severity) for f in judged(apart, glued)] == [("text-items-glued", Severity.WARNING)]
    assert max(f.severity for f in judged(glued, apart)) <= Severity.NOTICE
