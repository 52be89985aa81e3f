"""Every rule has its page in every language, and the same page in each."""

from __future__ import annotations

import re

import pytest

from cardwarden.detect.rules import RULES
from cardwarden.phrases.language import LANGUAGES
from cardwarden.phrases.rule_pages import pages, paragraphs, rule_page

OTHERS = [language for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_every_rule_has_a_page_in_every_language_and_no_page_is_of_none(language: str) -> None:
    said = list(pages(language))
    assert said == [rule.name for rule in RULES], (
        f"Mend phrases/languages/rules/{language}.md: the pages are in RULES' order"
    )


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_page_says_as_much_as_the_english_one_and_types_the_same(rule: type, language: str) -> None:
    english, other = paragraphs(rule.__doc__), rule_page(rule.name, rule.__doc__, language)  # type: ignore[attr-defined]
    assert len(other) == len(english)
    assert sorted(re.findall("`[^`]+`", " ".join(other))) == sorted(re.findall("`[^`]+`", " ".join(english)))
    assert other != english, f"Say the rule's page in phrases/languages/rules/{language}.md"


def test_english_is_the_docstring() -> None:
    assert pages("en") == {}
    assert rule_page(
        "x",
        """One.

    Two
    lines.""",
        "en",
    ) == ("One.", "Two lines.")
