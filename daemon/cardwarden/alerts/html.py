"""A message as HTML, for mail: small, without anything from elsewhere, every value escaped."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from cardwarden.alerts.message import ChangeRow, Message
from cardwarden.html_templates import environment_of
from cardwarden.marks import marked
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import phrase
from cardwarden.text import clip

if TYPE_CHECKING:
    from jinja2 import Template


_NAME = 200  # columns of a name, which may be as long as a sender likes


def html_of(message: Message, voice: Voice) -> str:
    """A whole page."""
    table = [_cells(row) for row in message.rows if row.before or row.after]
    several = len({row.who for row in message.rows}) > 1
    who = "" if several else next((row.who for row in message.rows), "")
    left = sum(line.count for line in message.lines) - len(message.rows) if several else 0
    return _template().render(
        language=voice.language,
        title=message.title,
        who=clip(who, _NAME) if not any(who in said for said in (message.title, *message.why)) else "",
        ask=message.ask,
        table=table,
        several=several,
        fields=len({row.field for row in message.rows}) > 1 or not several,
        left=voice.say(phrase("message-more", count=left)) if left > 0 else "",
        lines=[line.text.lstrip("•・\u00a0") for line in message.lines],
        why=message.why,
        writer=message.writer,
        link=message.link,
        act=message.act,
        note=message.note,
        book=message.book,
        proof=voice.say(phrase("message-proof", digits=message.proof)) if message.proof else "",
        words={
            "contact": voice.title(phrase("table-contact")),
            "field": voice.title(phrase("table-field")),
            "before": voice.title(phrase("table-before")),
            "after": voice.title(phrase("table-after")),
            "open": voice.title(phrase("button-open")),
        },
    )


def _cells(row: ChangeRow) -> dict[str, Any]:
    old, new = marked(row.before or None, row.after or None)
    return {"who": row.who, "what": row.what, "field": row.field, "old": old, "new": new}


@cache
def _template() -> Template:
    return environment_of("cardwarden.alerts").get_template("mail.html")
