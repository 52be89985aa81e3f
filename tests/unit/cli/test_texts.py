"""What `init`, `doctor` and long work say is a phrase in every language, and none is there for nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import cardwarden
from cardwarden.cli.texts import doctor_text, init_text, work_text
from cardwarden.phrases.language import LANGUAGES, Voice
from cardwarden.progress import Work

PACKAGE = Path(cardwarden.__file__).parent


def names(area: str) -> set[str]:
    """The phrases of one area, without its name."""
    with (PACKAGE / "phrases/languages/en.po").open("rb") as file:
        return {str(m.id)[len(area) + 1 :] for m in read_po(file) if str(m.id).startswith(f"{area}-")}


def source(*folders: str) -> str:
    return "\n".join(path.read_text("utf-8") for folder in folders for path in (PACKAGE / folder).rglob("*.py"))


def unused(area: str, *folders: str) -> set[str]:
    text = source(*folders)
    called = set(re.findall(r"""["']([a-z-]+)["']""", text))
    return {name for name in names(area) if not {name, f"{area}-{name}"} & called}


def test_every_kind_of_work_has_its_words() -> None:
    assert names("progress") == {work.value for work in Work} | {"rate"}


def test_every_sentence_of_init_is_used() -> None:
    assert unused("init", "cli") == {
        *("for-service", "for-user", "for-container"),  # by the kind's own name
        *("language-en", "language-ja", "language-de"),  # by its code
    }


def test_every_sentence_of_the_doctor_s_is_used() -> None:
    found = unused("doctor", "doctor", "cli")
    assert {name for name in found if name.removesuffix("-mend") in found or not name.endswith("-mend")} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_value_cannot_act_on_the_terminal_and_is_shown_whole(language: str) -> None:
    said = doctor_text(Voice(language), "channel-lost", problem="\x1b[31m" + "x" * 500)
    assert "\x1b" not in said
    assert "x" * 500 in said


def test_the_environment_says_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    assert init_text("done") == "できました。次に："
    assert work_text("reading") == "読み込み"


def test_what_has_no_words_for_its_mend_has_none() -> None:
    assert doctor_text(Voice("en"), "clock-unset-mend") == ""
