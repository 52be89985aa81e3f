"""Steps are known again: what each step makes of any value is explained by that step, and costs what it should."""

from __future__ import annotations

import base64
import hashlib
import html
import quopri
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cardwarden.detect.steps import vocabulary as steps
from cardwarden.detect.steps.explain import explain
from cardwarden.detect.steps.looks import folded
from cardwarden.detect.steps.placeholders import placeholder
from cardwarden.detect.steps.vocabulary import VOCABULARY, Chain, Cost
from support.examples import examples
from support.texts import AMBIGUOUS, ANY, FOREIGN, HARMLESS, LAYERS, MISREAD, NOTED, texts


def chain_of(before: str, after: str) -> Chain:
    """The chain that must be there."""
    chain = explain(before, after)
    assert chain is not None, (before, after)
    return chain


@examples(50)
@given(ANY)
def test_a_value_is_itself(text: str) -> None:
    chain = chain_of(text, text)
    assert chain.steps == ()


@pytest.mark.parametrize("name", LAYERS)
@examples(50)
@given(text=FOREIGN)
def test_a_layer_that_was_left_on_is_damage_and_named(name: str, text: str) -> None:
    step, put_on = LAYERS[name]
    chain = chain_of(text, put_on(text))
    assert (chain.cost, step in chain.steps) == (Cost.DAMAGING, True), (put_on(text), chain)


@pytest.mark.parametrize("name", LAYERS)
@examples(50)
@given(text=FOREIGN)
def test_a_layer_that_was_taken_off_is_a_repair(name: str, text: str) -> None:
    chain = chain_of(LAYERS[name][1](text), text)
    assert chain.repairs, (LAYERS[name][1](text), chain)


@pytest.mark.parametrize("name", LAYERS)
@examples(50)
@given(text=FOREIGN, kept=st.integers(70, 95))
def test_a_layer_that_was_left_on_and_cut_is_damage(name: str, text: str, kept: int) -> None:
    coded = LAYERS[name][1](text)
    chain = chain_of(text, coded[: len(coded) * kept // 100])
    assert chain.cost is Cost.DAMAGING, (coded[: len(coded) * kept // 100], chain)


@pytest.mark.parametrize("name", MISREAD)
@examples(50)
@given(data=st.data())
def test_a_wrong_character_set_is_damage(name: str, data: st.DataObject) -> None:
    written, read, scripts = MISREAD[name]
    text = data.draw(texts(*scripts))
    garbled = text.encode(written).decode(read, "replace").replace("\x1b", "")
    assume(folded(garbled) != folded(text))
    chain = chain_of(text, garbled)
    assert chain.cost is Cost.DAMAGING, (garbled, chain)


@pytest.mark.parametrize("mark", ["?", "\ufffd", "_", "\u25a1", ""])
@examples(50)
@given(text=FOREIGN)
def test_letters_that_became_marks_or_went_are_damage(mark: str, text: str) -> None:
    marked = "".join(c if c < "\x80" else mark for c in text)
    assume(marked.strip())
    chain = chain_of(text, marked)
    assert chain.cost is Cost.DAMAGING, (marked, chain)


@pytest.mark.parametrize("name", HARMLESS)
@examples(50)
@given(text=ANY)
def test_what_nobody_sees_is_harmless(name: str, text: str) -> None:
    for one, other in ((text, HARMLESS[name](text)), (HARMLESS[name](text), text)):
        chain = chain_of(one, other)
        assert chain.cost is Cost.HARMLESS, (other, chain)


@pytest.mark.parametrize("name", NOTED)
@examples(50)
@given(text=ANY)
def test_what_can_still_be_read_is_noted_at_most(name: str, text: str) -> None:
    changed = NOTED[name](text)
    chain = chain_of(text, changed)
    assert chain.cost <= Cost.NOTED, (changed, chain)


@pytest.mark.parametrize("mark", ["", "…", "..."])
@pytest.mark.parametrize("look", [str.upper, str.lower, str.split], ids=["upper case", "lower case", "lines joined"])
@examples(30)
@given(words=st.lists(texts("ascii", "german", "russian", "greek"), min_size=3, max_size=6), kept=st.integers(60, 90))
def test_a_text_that_lost_its_end_and_its_look_was_cut(
    look: Callable[[str], str | list[str]], mark: str, words: list[str], kept: int
) -> None:
    text = "\n".join(words)
    cut = text[: len(text) * kept // 100]
    assume(cut[-1].isalnum() and text[len(cut)].isalnum() and len(folded(cut)) >= 12)
    seen = look(cut)
    changed = (seen if isinstance(seen, str) else " ".join(seen)) + mark
    assume(changed != cut)
    chain = chain_of(text, changed)
    assert chain.cost is Cost.DAMAGING, (changed, chain)


@pytest.mark.parametrize("noted", ["upper case", "an emoji behind it", "commas", "quotes around"])
@pytest.mark.parametrize("layer", LAYERS)
@examples(50)
@given(text=FOREIGN)
def test_damage_stays_damage_around_a_harmless_step(layer: str, noted: str, text: str) -> None:
    changed = LAYERS[layer][1](NOTED[noted](text))
    assume(not NOTED[noted](text).isascii())
    chain = chain_of(text, changed)
    assert chain.cost is Cost.DAMAGING, (changed, chain)


@examples(50)
@given(text=ANY, times=st.integers(1, 3))
def test_layers_are_taken_off_one_after_the_other(text: str, times: int) -> None:
    changed = f"{text} & Co"
    for _ in range(times):
        changed = html.escape(changed)
    chain = chain_of(f"{text} & Co", changed)
    assert (chain.cost, steps.ENTITY_SIGN in chain.steps) == (Cost.NOTED, True), (changed, chain)


@examples(50)
@given(text=FOREIGN)
def test_quoted_printable_that_was_folded_like_text_is_known(text: str) -> None:
    folded_code = quopri.encodestring(text.encode(), quotetabs=True).decode().replace("=\n", "= ").strip()
    assume(folded_code != text)
    chain = chain_of(text, folded_code)
    assert chain.cost is Cost.DAMAGING, (folded_code, chain)


@examples(50)
@given(before=texts("ascii"), after=texts("ascii"))
def test_other_words_have_no_chain(before: str, after: str) -> None:
    assume(not set(folded(before)) >= set(folded(after)) and not set(folded(after)) >= set(folded(before)))
    assume(
        placeholder(before, after) is placeholder(after, before) is None
    )  # "Null" among the words is a step of its own
    assert explain(before, after) is None


@examples(50)
@given(text=st.one_of(texts("ascii", "german"), AMBIGUOUS), kept=st.integers(1, 3))
def test_a_text_that_ends_inside_a_word_was_cut(text: str, kept: int) -> None:
    assume(text[-kept - 1] != " ")
    assert steps.CUT in chain_of(text, text[:-kept]).steps


@examples(50)
@given(st.lists(st.text("aäß山Новa", min_size=1, max_size=5), min_size=2, max_size=4), st.data())
def test_no_blanks_make_letter_damage(words: list[str], data: st.DataObject) -> None:
    one, other = (data.draw(st.sampled_from([" ", "\n", ""])).join(words) for _ in range(2))
    assert chain_of(one, other).cost <= Cost.NOTED


def test_every_step_has_its_own_name() -> None:
    names = [step.name for step in VOCABULARY]
    assert len(names) == len(set(names)) > 30


@pytest.mark.parametrize("mark", ["?", "\ufffd", "_", "\u25a1"])
@examples(50)
@given(words=st.lists(st.text("αβγδεζηθικλμνξοπρστφχψω", min_size=2, max_size=9), min_size=2, max_size=4))
def test_foreign_words_that_became_one_mark_together_are_damage(mark: str, words: list[str]) -> None:
    assert chain_of(f"Bell: {' '.join(words)}, back door", f"Bell: {mark}, back door").cost is Cost.DAMAGING


EMOJI = st.sampled_from(
    ["\u2764\ufe0f", "\U0001f41d", "\U0001f389\U0001f389", "\U0001f468\u200d\U0001f469\u200d\U0001f467"]
)


@pytest.mark.parametrize("mark", ["?", "??", "????", "\ufffd", "\ufffd\ufffd\ufffd\ufffd", "\u25a1"])
@examples(50)
@given(text=ANY, emoji=EMOJI, behind=st.booleans())
def test_marks_for_emoji_are_named_and_cost_no_letter(mark: str, text: str, emoji: str, behind: bool) -> None:
    first, _, rest = text.partition(" ")
    before, after = (f"{first} {rest} {sign}" if behind else f"{first} {sign} {rest}" for sign in (emoji, mark))
    chain = chain_of(before, after)
    assert chain.steps == (steps.MARKS_FOR_SIGNS,), (after, chain)


def test_marks_for_a_text_of_emoji_alone_leave_nothing() -> None:
    assert chain_of("\U0001f41d\u2764\ufe0f", "????").cost is Cost.DAMAGING


@pytest.mark.parametrize("between", [" ", ".", "_", " . "])
@examples(50)
@given(text=texts("ascii", "german", "russian", "greek"))
def test_letters_that_stand_apart_are_damage_and_a_repair_when_they_are_together_again(between: str, text: str) -> None:
    assume(not text.isupper())  # an acronym's letters may stand so
    apart = "  ".join(between.join(word) for word in text.split())
    assume(placeholder(apart, text) is None)  # "nil"
    assert steps.LETTERS_APART in chain_of(text, apart).steps, apart
    assert chain_of(apart, text).repairs


@examples(50)
@given(st.text("ABCDEFGHIKLMNOPRSTUV", min_size=2, max_size=6), st.sampled_from([" ", ".", ". ", "-"]))
def test_an_acronym_with_dots_is_an_acronym(letters: str, between: str) -> None:
    assert chain_of(letters, between.join(letters)).cost <= Cost.NOTED


@pytest.mark.parametrize(
    "stand_in",
    [
        "{{firstName}} {{lastName}}", "${contact.name}", "#{name}", "%s %s", "%1$s", "%@", "{0} {1}", "<%= name %>", "__NAME__",
        "6f9619ff-8b86-d011-b42d-00c04fc964ff", "urn:uuid:6F9619FF-8B86-D011-B42D-00C04FC964FF", "contact-12.vcf",
    ],
)  # fmt: skip
@examples(20)
@given(text=ANY)
def test_a_programs_own_name_in_place_of_a_value_is_damage(stand_in: str, text: str) -> None:
    assert chain_of(text, stand_in).steps == (steps.STAND_IN,)


@examples(100)
@given(
    digits=st.integers(1000, 99_999),
    zeros=st.integers(0, 3),
    decimals=st.integers(0, 2),
    words=texts("ascii", "german"),
)
def test_a_code_that_became_a_number_is_damage_and_a_repair_when_it_is_back(
    digits: int, zeros: int, decimals: int, words: str
) -> None:
    assume(zeros + decimals)
    was = f"{words} {'0' * zeros}{digits}"
    now = f"{words} {digits}{'.' if decimals else ''}{'0' * decimals}"
    assert chain_of(was, now).steps == (steps.FIGURES,)
    assert chain_of(now, was).repairs


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Open at 09:00", "Open at 9:00"),
        ("Since 01.02.2024", "Since 1.2.2024"),
        ("Model v7", "Model v7.0"),
        ("05/06", "5/6"),
    ],
)
def test_times_days_and_versions_are_no_codes(before: str, after: str) -> None:
    chain = explain(before, after)
    assert chain is None or steps.FIGURES not in chain.steps


@examples(60)
@given(text=texts("ascii", "german", "japanese"), raw=st.binary(max_size=9))
def test_bytes_in_code_in_place_of_a_text_are_damage(text: str, raw: bytes) -> None:
    digest = hashlib.sha256(raw)
    for coded in (digest.hexdigest(), base64.b64encode(digest.digest()).decode()):
        assert chain_of(text, coded).cost is Cost.DAMAGING, coded


@pytest.mark.parametrize("mark", ["?", "\ufffd", "???"])
@examples(50)
@given(text=texts("ascii", "german"), sign=st.sampled_from(["\u2019", "\u201c", "\u2013", "\u20ac", "\u2026"]))
def test_marks_for_other_signs_are_named_and_cost_no_letter(mark: str, text: str, sign: str) -> None:
    before, after = (text.replace(" ", f"{each} ") + each for each in (sign, mark))
    assert chain_of(before, after).steps == (steps.MARKS_FOR_SIGNS,)


@pytest.mark.parametrize("star", ["*", "\u2022", "\u25cf"])
@examples(50)
@given(text=texts("ascii", "german", "russian"), first=st.booleans())
def test_letters_behind_stars_are_damage(star: str, text: str, first: bool) -> None:
    hidden = " ".join((word[0] if first else "") + star * (len(word) - first) for word in text.split())
    assert chain_of(text, hidden).cost is Cost.DAMAGING


@pytest.mark.parametrize("place", ["note", "name"])
def test_a_whole_card_in_place_of_a_value_is_damage(place: str) -> None:
    assert chain_of(f"A {place}", "BEGIN:VCARD\nVERSION:3.0\nFN:Jane Roe\nEND:VCARD").steps == (steps.STAND_IN,)
