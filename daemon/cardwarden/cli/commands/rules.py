"""`cardwarden rules`: what is looked for, and how bad it is."""

from __future__ import annotations

import dataclasses
from typing import Any

import click

from cardwarden.actions.queries.documents.setup import RuleDocument, RulesDocument
from cardwarden.cli.colours import severity
from cardwarden.cli.options import config_option, json_option, speak_as_configured
from cardwarden.cli.output import Column, print_json, print_table, say, tell
from cardwarden.cli.speech import reader
from cardwarden.detect.finding import Severity
from cardwarden.detect.rule import Rule
from cardwarden.detect.rules import RULES
from cardwarden.errors import UsageError
from cardwarden.phrases.nearest import nearest
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.phrases.rule_pages import rule_page


@click.command("rules")
@click.argument("name", required=False)
@json_option
@config_option
def command(name: str | None, *, as_json: bool) -> int:
    """List the rules with their severity, or explain one."""
    speak_as_configured()
    chosen = [rule() for rule in RULES if name in (None, rule.name)]
    if not chosen:
        raise UsageError(
            phrase("error-no-rule", name=name or "", hint=nearest(name or "", (rule.name for rule in RULES)))
        )
    if as_json:
        print_json(RulesDocument([_document(rule) for rule in chosen]))
    elif name:
        _page(chosen[0])
    else:
        print_table(
            [Column("rule", whole=True), Column("severity", whole=True), Column("finds")],
            [[rule.name, severity(rule.severity), _paragraphs(rule)[0]] for rule in chosen],
        )
        say()
        tell(phrase("rules-more", command=Code("cardwarden rules NAME")))
        tell(phrase("rules-turn-off", line=Code("[rules.NAME] enabled = false")))
    return 0


def _paragraphs(rule: Rule) -> tuple[str, ...]:
    return rule_page(rule.name, type(rule).__doc__, reader().language)


def _options(rule: Rule) -> dict[str, Any]:
    values = {f.name: getattr(rule, f.name) for f in dataclasses.fields(rule)}  # type: ignore[arg-type]
    return {key: value.word if isinstance(value, Severity) else value for key, value in values.items()}


def _document(rule: Rule) -> RuleDocument:
    return RuleDocument(rule.name, "\n\n".join(_paragraphs(rule)), _options(rule))


def _page(rule: Rule) -> None:
    say(rule.name, "bold")
    for paragraph in _paragraphs(rule):
        say()
        say(paragraph)
    say()
    say(f"[rules.{rule.name}]")
    for key, value in _options(rule).items():
        say(f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {str(value).lower()}")
