"""Steps are known again: what each step makes of any value is explained by that step, and costs what it should."""

from __future__ import annotations

import base64
import html
import quopri
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cardwarden.detect.steps import vocabulary as steps
from cardwarden.detect.steps.explain import explain
from cardwarden.detect.steps.looks import folded
from cardwarden.detect.steps.vocabulary import VOCABULARY, Chain, Cost, Step

Do = Callable[[str], str]

LETTERS = {
    "ascii": "abcdefghiklmnoprstuvwxyzABDEGHJKLMNPRST",
    "german": "äöüßÄÖÜ",
    "polish": "łżźćęąśóŁŻŚŹ",
    "russian": "абвгдежзиклмнопрстуфхчшяюАБВГДЕИКЛМНПРСТ",
    "greek": "αβγδεηικλμνοπρστυφωΑΓΔΕΚΛΜΝΠΣ",
    "japanese": "山田佐藤鈴木高橋花子太郎一美香織やまだはなこサトウ",
    "vietnamese": "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệ",
}
ACCENTED = {"german", "polish", "vietnamese"}


def words(script: str) -> st.SearchStrategy[str]:
    """Words of a script; of the accented ones, Latin words with one such letter in them."""
    plain = st.text(alphabet=LETTERS["ascii" if script in ACCENTED else script], min_size=3, max_size=9)
    if script not in ACCENTED:
        return plain
    parts = st.tuples(plain, st.sampled_from(LETTERS[script]), st.text(alphabet=LETTERS["ascii"], max_size=4))
    return parts.map("".join)


def texts(*scripts: str) -> st.SearchStrategy[str]:
    """Two or three words of one script, as names and short notes are."""
    chosen = st.sampled_from(scripts)
    return chosen.flatmap(lambda script: st.lists(words(script), min_size=2, max_size=3)).map(" ".join)


ANY = texts(*LETTERS)
FOREIGN = texts("german", "polish", "russian", "greek", "japanese", "vietnamese").filter(
    lambda text: not text.isascii()
)


def encoded_qp(text: str) -> str:
    return "".join(f"={byte:02X}" if byte > 126 or byte == 61 else chr(byte) for byte in text.encode())


def entities(text: str) -> str:
    return "".join(c if c < "\x80" else f"&#{ord(c)};" for c in text)


def escapes(text: str) -> str:
    return "".join(c if c < "\x80" else f"\\u{ord(c):04x}" for c in text)


def utf_7(text: str) -> str:
    return text.encode("utf-7").decode("ascii")


LAYERS: dict[str, tuple[Step, Do]] = {
    "base64": (steps.BASE64, lambda text: base64.b64encode(text.encode()).decode()),
    "quoted-printable": (steps.QUOTED_PRINTABLE, encoded_qp),
    "entities": (steps.ENTITY, entities),
    "unicode escapes": (steps.UNICODE_ESCAPE, escapes),
    "utf-7": (steps.UTF_7, utf_7),
    "mime word b": (steps.MIME_WORD, lambda text: f"=?UTF-8?B?{base64.b64encode(text.encode()).decode()}?="),
    "mime word q": (steps.MIME_WORD, lambda text: f"=?utf-8?Q?{encoded_qp(text).replace(' ', '_')}?="),
    "percent": (steps.PERCENT, quote),
}

MISREAD: dict[str, tuple[str, str, tuple[str, ...]]] = {
    f"{written} as {read}": (written, read, scripts)
    for written, read, scripts in (
        ("utf-8", "latin-1", tuple(LETTERS)[1:]), ("utf-8", "cp1252", tuple(LETTERS)[1:]), ("utf-8", "mac_roman", ("german",)),
        ("utf-8", "cp850", ("greek", "vietnamese")), ("utf-8", "cp1251", ("russian", "german")),
        ("utf-8", "cp932", ("japanese",)),
        ("cp1251", "cp1252", ("russian",)), ("koi8-r", "cp1251", ("russian",)), ("cp932", "cp1252", ("japanese",)),
        ("cp932", "latin-1", ("japanese",)), ("cp1250", "cp1252", ("polish",)), ("iso8859-2", "cp1252", ("polish",)),
        ("cp1253", "cp1252", ("greek",)), ("cp1252", "mac_roman", ("german",)), ("cp1252", "cp850", ("german",)),
        ("euc-jp", "latin-1", ("japanese",)), ("gb18030", "latin-1", ("japanese",)),
    )
}  # fmt: skip

HARMLESS: dict[str, Do] = {
    "blanks of another kind": lambda text: text.replace(" ", "\u3000"),
    "double blanks": lambda text: f" {text.replace(' ', '  ')} ",
}

NOTED: dict[str, Do] = {
    "upper case": str.upper,
    "lower case": str.lower,
    "an emoji behind it": lambda text: f"{text} \u2764\ufe0f",
    "an emoji between": lambda text: text.replace(" ", " \U0001f41d "),
    "no blanks": lambda text: text.replace(" ", ""),
    "commas": lambda text: text.replace(" ", ", "),
    "underscores": lambda text: text.replace(" ", "_"),
    "one word a line": lambda text: text.replace(" ", "\n"),
    "backslashes": lambda text: text.replace(" ", "\\, "),
    "quotes around": lambda text: f'"{text}"',
    "tags around": lambda text: f"<p><b>{text}</b></p>",
    "twice": lambda text: f"{text}\n\n{text}",
    "words in another order": lambda text: " ".join(reversed(text.split())),
    "something behind it": lambda text: f"{text} and more",
    "something before it": lambda text: f"Dr. {text}",
    "invisible marks": lambda text: f"\u202a{text}\u202c",
    "a bell for a signs": lambda text: f"{text} &amp; Co",
}


def chain_of(before: str, after: str) -> Chain:
    """The chain that must be there."""
    chain = explain(before, after)
    assert chain is not None, (before, after)
    return chain


@settings(max_examples=50)
@given(ANY)
def test_a_value_is_itself(text: str) -> None:
    chain = chain_of(text, text)
    assert chain.steps == ()


@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=50)
@given(text=FOREIGN)
def test_a_layer_that_was_left_on_is_damage_and_named(name: str, text: str) -> None:
    step, put_on = LAYERS[name]
    chain = chain_of(text, put_on(text))
    assert (chain.cost, step in chain.steps) == (Cost.DAMAGING, True), (put_on(text), chain)


@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=50)
@given(text=FOREIGN)
def test_a_layer_that_was_taken_off_is_a_repair(name: str, text: str) -> None:
    chain = chain_of(LAYERS[name][1](text), text)
    assert chain.repairs, (LAYERS[name][1](text), chain)


@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=50)
@given(text=FOREIGN, kept=st.integers(70, 95))
def test_a_layer_that_was_left_on_and_cut_is_damage(name: str, text: str, kept: int) -> None:
    coded = LAYERS[name][1](text)
    chain = chain_of(text, coded[: len(coded) * kept // 100])
    assert chain.cost is Cost.DAMAGING, (coded[: len(coded) * kept // 100], chain)


@pytest.mark.parametrize("name", MISREAD)
@settings(max_examples=50)
@given(data=st.data())
def test_a_wrong_character_set_is_damage(name: str, data: st.DataObject) -> None:
    written, read, scripts = MISREAD[name]
    text = data.draw(texts(*scripts))
    garbled = text.encode(written).decode(read, "replace")
    assume(folded(garbled) != folded(text))
    chain = chain_of(text, garbled)
    assert chain.cost is Cost.DAMAGING, (garbled, chain)


@pytest.mark.parametrize("mark", ["?", "\ufffd", "_", "\u25a1", ""])
@settings(max_examples=50)
@given(text=FOREIGN)
def test_letters_that_became_marks_or_went_are_damage(mark: str, text: str) -> None:
    marked = "".join(c if c < "\x80" else mark for c in text)
    assume(marked.strip())
    chain = chain_of(text, marked)
    assert chain.cost is Cost.DAMAGING, (marked, chain)


@pytest.mark.parametrize("name", HARMLESS)
@settings(max_examples=50)
@given(text=ANY)
def test_what_nobody_sees_is_harmless(name: str, text: str) -> None:
    for one, other in ((text, HARMLESS[name](text)), (HARMLESS[name](text), text)):
        chain = chain_of(one, other)
        assert chain.cost is Cost.HARMLESS, (other, chain)


@pytest.mark.parametrize("name", NOTED)
@settings(max_examples=50)
@given(text=ANY)
def test_what_can_still_be_read_is_noted_at_most(name: str, text: str) -> None:
    changed = NOTED[name](text)
    chain = chain_of(text, changed)
    assert chain.cost <= Cost.NOTED, (changed, chain)


@pytest.mark.parametrize("noted", ["upper case", "an emoji behind it", "commas", "quotes around"])
@pytest.mark.parametrize("layer", LAYERS)
@settings(max_examples=50)
@given(text=FOREIGN)
def test_damage_stays_damage_around_a_harmless_step(layer: str, noted: str, text: str) -> None:
    changed = LAYERS[layer][1](NOTED[noted](text))
    assume(not NOTED[noted](text).isascii())
    chain = chain_of(text, changed)
    assert chain.cost is Cost.DAMAGING, (changed, chain)


@settings(max_examples=50)
@given(text=ANY, times=st.integers(1, 3))
def test_layers_are_taken_off_one_after_the_other(text: str, times: int) -> None:
    changed = f"{text} & Co"
    for _ in range(times):
        changed = html.escape(changed)
    chain = chain_of(f"{text} & Co", changed)
    assert (chain.cost, steps.ENTITY_SIGN in chain.steps) == (Cost.NOTED, True), (changed, chain)


@settings(max_examples=50)
@given(text=FOREIGN)
def test_quoted_printable_that_was_folded_like_text_is_known(text: str) -> None:
    folded_code = quopri.encodestring(text.encode(), quotetabs=True).decode().replace("=\n", "= ").strip()
    assume(folded_code != text)
    chain = chain_of(text, folded_code)
    assert chain.cost is Cost.DAMAGING, (folded_code, chain)


@settings(max_examples=50)
@given(before=texts("ascii"), after=texts("ascii"))
def test_other_words_have_no_chain(before: str, after: str) -> None:
    assume(not set(folded(before)) >= set(folded(after)) and not set(folded(after)) >= set(folded(before)))
    assert explain(before, after) is None


@settings(max_examples=50)
@given(text=texts("ascii", "german"), kept=st.integers(1, 3))
def test_a_text_that_ends_inside_a_word_was_cut(text: str, kept: int) -> None:
    assume(text[-kept - 1] != " ")
    assert steps.CUT in chain_of(text, text[:-kept]).steps


def test_every_step_has_its_own_name() -> None:
    names = [step.name for step in VOCABULARY]
    assert len(names) == len(set(names)) > 30
