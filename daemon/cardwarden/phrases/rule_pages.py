"""What each rule looks for, in the reader's language: a rule's page is its docstring, and is translated as a whole."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources


def rule_page(name: str, english: str | None, language: str) -> tuple[str, ...]:
    """The paragraphs of a rule's page; `english` is its docstring, which stands for a language that has no page of it."""
    return pages(language).get(name) or paragraphs(english)


def paragraphs(text: str | None) -> tuple[str, ...]:
    """A docstring's paragraphs, each as one line."""
    return tuple(" ".join(part.split()) for part in inspect.cleandoc(text or "").split("\n\n"))


@cache
def pages(language: str) -> Mapping[str, tuple[str, ...]]:
    """The translated pages of a language, by the names of their rules; none for English."""
    file = resources.files("cardwarden.phrases") / "languages" / "rules" / f"{language}.md"
    if not file.is_file():
        return {}
    parts = re.split(r"(?m)^## (.+)\n", file.read_text("utf-8"))[1:]
    return {name: tuple(text.strip().split("\n\n")) for name, text in zip(parts[::2], parts[1::2], strict=True)}
