"""Findings and events as the command line shows them to people."""

from __future__ import annotations

from rich.text import Text

from cardwarden.actions.queries.listing import ListedEvent
from cardwarden.alerts.lines import change_line, display_name, shown_values
from cardwarden.cli.colours import severity
from cardwarden.cli.marks import marked_within
from cardwarden.cli.output import INDENT, say, say_indented, say_value
from cardwarden.detect.finding import Finding
from cardwarden.phrases.language import Voice, opening
from cardwarden.phrases.phrase import Phrase, Value, joined, phrase

_SHOWN_OF_MANY = 5
_WIDTH = 200  # columns of a value; the terminal breaks what is longer than its line
_NAME = 60


def say_event(listed: ListedEvent, voice: Voice) -> None:
    """An event for people: what, who, before and after, why it matters; of many findings the first few."""
    say_head(listed, voice)
    findings = listed.findings
    one_card = len({listed.finding.card and listed.finding.card.key for listed in findings}) == 1
    for row in findings[:_SHOWN_OF_MANY]:
        _say_line(row.finding, voice, named=not one_card, titled=len(findings) > 1)
    if len(findings) > _SHOWN_OF_MANY:
        say_indented(voice.say(phrase("message-more", count=len(findings) - _SHOWN_OF_MANY)), INDENT)
    if listed.event.reason:
        say_indented(voice.title(listed.event.reason), INDENT)
    say()


def with_reason(said: Phrase, reason: Value | None) -> Value:
    """A sentence, and why it is so, if there is a reason."""
    return joined([said, reason]) if reason else said


def say_head(listed: ListedEvent, voice: Voice) -> None:
    """An event's number, severity and title."""
    head = Text(f"e{listed.id}".ljust(INDENT), style="bold")
    say(head.append_text(severity(listed.event.severity)).append(f"  {voice.title(listed.event.title)}", style="bold"))


def _say_line(finding: Finding, voice: Voice, *, named: bool, titled: bool) -> None:
    """One finding on one line: whose or what, before and after."""
    values = change_line(finding, voice, _WIDTH)
    line = ""
    if named and finding.card:
        line = voice.about(display_name(finding, voice, _NAME), values or voice.say(finding.title))
    elif titled:
        title = voice.title(finding.title)
        line = voice.about(title, values) if values else title
    elif values:
        line = voice.about(opening(voice.field(finding.prop)), values) if finding.prop else values
    if line:
        say_value(marked_within(line, *shown_values(finding, voice, _WIDTH)), INDENT)
