"""daemon/DETECTION.md is made of the rules and the tables themselves.

`PYTHONPATH=daemon python tests/architecture/test_detection_page.py` writes it anew.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from pathlib import Path

from cardwarden.detect.finding import Severity
from cardwarden.detect.rules import RULES
from cardwarden.vcard.diff import RewriteReason
from cardwarden.vcard.number_change import SAME
from cardwarden.vcard.properties import ALIASES, DEFAULT_TYPES, ROWS

PAGE = Path(__file__).parents[2] / "daemon/DETECTION.md"
COMMAND = "make sample"


def page() -> str:
    """The whole page, as Markdown."""
    return "\n".join([*_head(), *_rules(), *_rewrites(), *_tables()]) + "\n"


def _head() -> Iterator[str]:
    yield "# What is detected, and what is ignored"
    yield ""
    yield f"This page is generated from the program; a test fails where it is stale. Write it anew with `{COMMAND}`."
    yield ""
    yield "Every change of a card's meaning is found by one of the rules below, the first that explains it. What is only"
    yield "written differently is listed after them, with the reason why it is quiet. `cardwarden diff --explain` shows both."


def _rules() -> Iterator[str]:
    yield "\n## Rules, in the order in which they speak\n"
    yield "Each can be turned off (`[rules.NAME] enabled = false`), and every severity can be set there."
    for kind in RULES:
        rule = kind()
        fields = [f.name for f in dataclasses.fields(rule) if f.name != "enabled"]  # type: ignore[arg-type]
        options = ((name, getattr(rule, name)) for name in fields)
        yield f"\n### {rule.name}\n"
        yield inspect.getdoc(kind) or ""
        yield ""
        yield ", ".join(f"`{name} = {_shown(value)}`" for name, value in options)


def _shown(value: object) -> str:
    return f'"{value.word}"' if isinstance(value, Severity) else str(value)


def _rewrites() -> Iterator[str]:
    yield "\n## What is quiet, and why\n"
    yield "A difference in the bytes that says the same has one of these reasons, and no other:\n"
    yield from (f"- {reason.value}" for reason in RewriteReason)
    yield from (
        f"- {kind.value} (a telephone number that dials the same)" for kind in sorted(SAME, key=lambda k: k.value)
    )


def _tables() -> Iterator[str]:
    yield "\n## Properties that are never compared\n"
    yield "Bookkeeping of programs: it changes with every synchronisation.\n"
    yield ", ".join(f"`{row.name}` ({row.label})" for row in ROWS.values() if row.volatile)
    yield "\n## Properties that are made out of others\n"
    yield "Their coming and going means nothing; a changed value does.\n"
    yield ", ".join(f"`{row.name}` ({row.label})" for row in ROWS.values() if row.derived)
    yield "\n## Types that say nothing\n"
    yield from (f"- `{name}`: {', '.join(sorted(types))}" for name, types in DEFAULT_TYPES.items())
    yield "\n## Spellings of one property\n"
    for name in sorted({alias.to for alias in ALIASES.values()}):
        yield f"- `{name}`: " + ", ".join(f"`{alias.name}`" for alias in ALIASES.values() if alias.to == name)


def test_the_page_says_what_the_program_does() -> None:
    assert PAGE.read_text("utf-8") == page(), f"write it anew: {COMMAND}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
