"""Every phrase has every language and the same places for its values, and none is there that nobody says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

import jinja2
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from jinja2 import nodes

from cardwarden.detect.dates import DateChange
from cardwarden.detect.mailbox import MailChange
from cardwarden.detect.rules import RULES
from cardwarden.detect.steps.vocabulary import VOCABULARY, mended
from cardwarden.detect.words import slug
from cardwarden.errors import CardwardenError, WrongValueError
from cardwarden.phrases.language import LANGUAGES
from cardwarden.vcard.content import CardProblem
from cardwarden.vcard.number_change import SAME, NumberChange
from cardwarden.vcard.properties import ROWS
from support.modules import PACKAGE, modules

FILES = PACKAGE / "phrases/languages"
PLACE = re.compile(r"\{(\w*)\}")
BY_ITS_CODE = re.compile(r"field-|country-|kind-")


@dataclass(frozen=True)
class Said:
    """A place in the program that says a phrase: its name as a pattern, and the values that it is given there."""

    where: str
    pattern: str
    values: frozenset[str]


@cache  # when it is asked for: each worker of a test run imports this
def catalogue(language: str) -> Catalog:
    with (FILES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def name(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def messages(language: str) -> dict[str, Message]:
    return {name(message): message for message in catalogue(language) if message.id}


def places(message: Message) -> set[str]:
    """The places of any of its forms."""
    return {place for form in forms(message) for place in PLACE.findall(form)}


def said() -> Iterator[Said]:
    """Every call of `phrase` in the program."""
    for module in modules():
        for node in module.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "phrase":
                first = node.args[0]
                if isinstance(first, ast.Attribute):
                    continue  # a phrase that is given more values
                if isinstance(first, ast.Subscript):
                    continue  # a phrase that is read from the store
                if isinstance(first, ast.Name):
                    continue  # one that the page says: its templates are read for them
                values = frozenset(word.arg for word in node.keywords if word.arg)
                yield Said(f"{module.path}:{node.lineno}", _pattern(first), values)


def said_by_templates() -> Iterator[Said]:
    """Every call of `t` in the page's templates, and every name of a phrase that one of them lists."""
    environment = jinja2.Environment(autoescape=True)
    for file in sorted((PACKAGE / "web/templates").glob("*.html")):
        tree = environment.parse(file.read_text("utf-8"))
        called: set[int] = set()
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t" and not isinstance(call.args[0], nodes.Name):
                values = frozenset(word.key for word in call.kwargs)
                called |= {id(one) for one in call.args[0].find_all(nodes.Const)} | {id(call.args[0])}
                for pattern in _patterns(call.args[0]):
                    yield Said(f"{file.name}:{call.lineno}", pattern, values)
        for listed in tree.find_all(nodes.Const):
            if id(listed) not in called and str(listed.value).startswith("page-"):
                yield Said(f"{file.name}:{listed.lineno}", re.escape(str(listed.value)), frozenset())


def _patterns(node: nodes.Node) -> Iterator[str]:
    match node:
        case nodes.Const():
            yield re.escape(str(node.value))
        case nodes.CondExpr():
            yield from _patterns(node.expr1)
            assert node.expr2
            yield from _patterns(node.expr2)
        case nodes.Concat():
            yield "".join(re.escape(str(n.value)) if isinstance(n, nodes.Const) else "[a-z-]+" for n in node.nodes)
        case _:
            raise AssertionError(node)


def said_by_the_page() -> Iterator[Said]:
    """What the page's own modules say."""
    for module in modules():
        for node in module.nodes if str(module.path) in {"web/render.py", "web/words.py"} else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"words", "self"}:
                yield Said(
                    f"{module.path}:{node.lineno}",
                    _pattern(node.args[0]),
                    frozenset(w.arg for w in node.keywords if w.arg),
                )


def _pattern(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value))
    assert isinstance(node, ast.JoinedStr), ast.dump(node)
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z-]+" for part in node.values)


@cache
def all_said() -> tuple[Said, ...]:
    return (*said(), *said_by_templates(), *said_by_the_page())


def test_the_languages_are_the_files() -> None:
    assert {file.stem for file in FILES.glob("*.po")} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_has_every_language(language: str) -> None:
    assert messages(language).keys() == messages("en").keys()
    assert not [name(m) for m in catalogue(language) if m.id and (m.fuzzy or not all(forms(m)))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_has_the_same_places_in_every_language(language: str) -> None:
    english = messages("en")
    wrong = {
        key: (places(message), places(english[key]))
        for key, message in messages(language).items()
        if places(message) != places(english[key])
    }
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_depends_on_a_count_does_so_in_every_language(language: str) -> None:
    english = messages("en")
    for key, message in messages(language).items():
        assert message.pluralizable == english[key].pluralizable
        if message.pluralizable:
            assert len(forms(message)) == catalogue(language).num_plurals


UNBENT = {  # a count beside which no word changes, or that is never one
    "back-and-forth-why",  # two times at least
    "doctor-guarded",
    "doctor-summary-trouble",
    "doctor-watch-limit",
    "growing-why",  # three times at least
    "init-choose",
    "init-collections-write",
    "init-more-wrong",
    "message-alike",
    "message-and-more",
    "message-more",
    "message-names-more",
    "init-guard-write",
    "progress-rate",
    "values-of-another-why",  # three at least
    "split-why",  # two at least
    "template-long",
    "template-size",
    "title-and-more",
    "title-of-many",
    "value-in-several-why",  # three at least
    "web-password-short",
}


def test_a_count_bends_its_words() -> None:
    unbent = {
        key
        for key, message in messages("en").items()
        if "count" in places(message) and not message.pluralizable and not key.endswith((".many", ".short"))
    }
    assert unbent == UNBENT, "What has a {count} has a msgid_plural and all plural forms, or its place in UNBENT."


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_leaves_it_to_the_reader_whether_it_is_one_or_many(language: str) -> None:
    found = [
        key
        for key, message in messages(language).items()
        if re.search(r"\w\((s|es|e|n|en)\)", " ".join(forms(message)))
    ]
    assert found == []


def test_every_phrase_that_is_said_is_there() -> None:
    known = "\n".join(messages("en"))
    missing = [said for said in all_said() if not re.search(f"(?m)^{said.pattern}(?:[.]many)?$", known)]
    assert missing == []


def test_no_phrase_is_there_that_nobody_says() -> None:
    patterns = "|".join(sorted({said.pattern for said in all_said()}))
    is_said = re.compile(f"(?:{patterns})(?:[.](?:many|short))?")
    unused = [key for key in messages("en") if not BY_ITS_CODE.match(key) and not is_said.fullmatch(key)]
    assert unused == []


def test_a_phrase_is_given_the_values_that_it_has_places_for() -> None:
    """Only where its whole name stands; of those made of a kind's name, every kind is said in the tests of the rules."""
    known = messages("en")
    wrong = [
        (one.where, key, places(known[key]) - one.values)
        for one in all_said()
        if (key := one.pattern.replace("\\", "")) in known and places(known[key]) - one.values
    ]
    given_later = {
        "book-looks-empty",
        "book-looks-mostly-gone",
        "book-looks-broken",
        "book-looks-like-another",
        "book-is-known-otherwise",
        "folder-closed",
        "folder-unreadable",
        "file-unreadable",
    }
    assert [row for row in wrong if row[1] not in given_later] == []


@pytest.mark.parametrize(
    ("prefix", "kinds", "without"),
    [
        ("date", DateChange, frozenset()),
        ("mail", MailChange, frozenset()),
        ("number", NumberChange, SAME),
    ],
)
def test_every_kind_of_change_has_its_phrase_for_one_and_for_many(
    prefix: str, kinds: type[Enum], without: frozenset[object]
) -> None:
    known = messages("en")
    for kind in kinds:
        stem = f"{prefix}-{slug(kind)}"
        assert (kind in without) == (stem not in known), stem
        if kind not in without:
            assert f"{stem}.many" in known


def test_every_step_has_its_phrase_for_one_and_for_many() -> None:
    known = messages("en")
    spoken = {step.spoken for each in VOCABULARY for step in (each, mended(each)) if not step.by_hand}
    assert not [stem for stem in sorted(spoken) if not {f"text-{stem}", f"text-{stem}.many"} <= known.keys()]


def test_the_fields_are_those_of_the_table_and_are_called_the_same() -> None:
    called = {
        key.removeprefix("field-"): message.string
        for key, message in messages("en").items()
        if key.startswith("field-") and not key.endswith(".short")
    }
    assert called.pop("none") == "line that cannot be read"
    assert called == {row.name: row.label for row in ROWS.values()}


def test_every_rule_says_something() -> None:
    for rule in RULES:
        file = Path(*rule.__module__.split(".")[1:]).with_suffix(".py")
        assert any(one.where.startswith(str(file)) for one in all_said()), file


# What no line of the program may say: a sentence of its own. Errors, refusals and lines of commands are phrases.

WORDS_OF_OURS = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z]{2,}")
SAYS_IT = frozenset(
    {"tell", "tell_indented", "say", "say_indented", "say_hanging", "echo", "secho", "prompt", "confirm", "fail"}
    | {"Missed", "Unreadable", "RawCard", "Sentence", "transition", "of_card", "of_book", "Finding", "Question"}
)
INTO_A_PHRASE = frozenset({"phrase", "init_text", "doctor_text", "work_text", "with_values", "Code", "trouble", "ok"})
NO_SENTENCE: dict[str, str] = {
    "bold red": "a style",
    "--book or --channel": "options",
    "--password-env or --password-file": "options",
}
"""Text of two words that is handed to what speaks, and why it is none of ours."""


def called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
    return ""


def errors_of_ours() -> frozenset[str]:
    """Every class of the program that is, or comes from, one that says a phrase."""
    found = {"CardwardenError", "WrongValueError", "UnreadError", "MultistatusError"}
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.ClassDef)
    }
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return frozenset(found)


def text_within(node: ast.AST) -> Iterator[str]:
    """The text that is written there, but for what a phrase takes: its name, and what is the same in every language."""
    if isinstance(node, ast.Call) and called(node) in INTO_A_PHRASE:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from text_within(child)


def handed(node: ast.Call) -> Iterator[ast.expr]:
    yield from node.args
    yield from (word.value for word in node.keywords if word.arg not in {"identity", "meaning"})  # keys, never shown


def is_text(node: ast.expr) -> bool:
    match node:
        case ast.JoinedStr():
            return True
        case ast.Constant(value):
            return isinstance(value, str)
        case ast.BinOp(left, _, right):
            return is_text(left) or is_text(right)
        case ast.IfExp(_, one, other):
            return is_text(one) or is_text(other)
    return False


def test_an_error_says_a_phrase() -> None:
    errors = errors_of_ours()
    assert {"SettingsError", "RefusedError", "DavError", "ChangedError", "LeftAloneError"} <= errors
    wrong = [
        f"{module.path}:{node.lineno}"
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.Call) and called(node) in errors and any(map(is_text, handed(node)))
    ]
    assert wrong == []


def test_nothing_that_speaks_is_handed_a_sentence_in_one_language() -> None:
    wrong = [
        (f"{module.path}:{node.lineno}", text)
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.Call) and called(node) in SAYS_IT
        for argument in handed(node)
        for text in text_within(argument)
        if WORDS_OF_OURS.search(text) and text not in NO_SENTENCE
    ]
    assert wrong == []


def test_a_value_of_the_settings_is_refused_by_a_phrase() -> None:
    """pydantic makes a sentence of its own of a ValueError."""
    wrong = [
        f"{module.path}:{node.lineno}"
        for module in modules()
        if module.path.parts[0] in {"settings", "sources", "setup", "cli"} or module.path == Path("detect/guarded.py")
        for node in module.nodes
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and called(node.exc) == "ValueError"
    ]
    assert wrong == []


def test_an_error_refuses_text_when_the_program_runs() -> None:
    for error in (CardwardenError, WrongValueError):
        with pytest.raises(TypeError):
            error("A sentence in one language.")  # type: ignore[arg-type]


def test_every_reason_that_a_card_cannot_be_read_for_has_its_phrase() -> None:
    assert {f"card-{problem}" for problem in CardProblem} <= messages("en").keys()
