"""Templates of the owner's: one file for an occasion, or for an occasion in one language, in place of what we say.

`alarm.txt` makes title and text of every alarm (its first line is the title), `alarm.ja.txt` those in Japanese, `alarm.html`
a mail's table. Whatever is not there, or fails, is said as if there were no templates.
"""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cardwarden.alerts.layout import unmentioned
from cardwarden.alerts.message import ChangeRow, Line, Message, Occasion
from cardwarden.alerts.sandbox import LENGTH, SECONDS
from cardwarden.detect.finding import Severity
from cardwarden.errors import CardwardenError, because
from cardwarden.logged import warn
from cardwarden.phrases.language import LANGUAGES, Voice
from cardwarden.phrases.phrase import Code, Phrase, Sentence, Value, phrase

_log = logging.getLogger(__name__)
_NAME = re.compile(rf"({'|'.join(Occasion)})(?:\.({'|'.join(LANGUAGES)}))?\.(txt|html)")
_SIZE = 64 * 1024  # bytes of a template


class TemplateFaultError(CardwardenError):
    """A template cannot be used; what it says never holds a contact's values."""


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates of a folder."""

    folder: Path

    def text(self, message: Message, voice: Voice) -> tuple[str, str] | None:
        """Title and body; None if there is no template, or it fails."""
        said = self._said(message, voice, "txt")
        if said is None or not said.strip():
            return None
        title, _, body = said.strip().partition("\n")
        return unmentioned(title.strip()), unmentioned(body.strip())

    def page(self, message: Message, voice: Voice) -> str | None:
        """A mail's HTML; None if there is no template, or it fails."""
        return self._said(message, voice, "html")

    def faults(self) -> Iterator[tuple[str, Value]]:
        """What is wrong with the folder or its files: the file's name and why; each is tried with a message made up."""
        try:
            files = sorted(path.name for path in self.folder.iterdir() if not path.name.startswith("."))
        except OSError as error:
            yield str(self.folder), because(error)
            return
        for name in files:
            if not (parts := _NAME.fullmatch(name)):
                yield name, phrase("template-name", names=Code(", ".join(Occasion)))
                continue
            language = parts[2] or "en"
            try:
                said = rendered(
                    self._read(name) or "",
                    values_of(_sample(Occasion(parts[1])), Voice(language)),
                    is_page=parts[3] == "html",
                )
                if not said.strip():
                    yield name, phrase("template-empty")
            except TemplateFaultError as error:
                yield name, error.said

    def _said(self, message: Message, voice: Voice, kind: str) -> str | None:
        for name in (f"{message.occasion}.{voice.language}.{kind}", f"{message.occasion}.{kind}"):
            try:
                if (source := self._read(name)) is not None:
                    return rendered(source, values_of(message, voice), is_page=kind == "html")
            except TemplateFaultError as error:
                warn(_log, phrase("log-template", name=Code(name), why=error.said))
        return None

    def _read(self, name: str) -> str | None:
        """The template; None if there is none of that name. Raises TemplateFaultError."""
        try:
            data = (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TemplateFaultError(because(error)) from error
        if len(data) > _SIZE:
            raise TemplateFaultError(phrase("template-size", count=_SIZE // 1024))
        try:
            return data.decode("utf-8-sig")
        except ValueError:
            raise TemplateFaultError(phrase("template-no-text")) from None


def rendered(source: str, values: Mapping[str, Any], *, is_page: bool) -> str:
    """A template with values. Raises TemplateFaultError."""
    asked = json.dumps({"source": source, "values": values, "is_page": is_page})
    command = [sys.executable, "-m", "cardwarden.alerts.sandbox"]
    try:
        done = subprocess.run(  # noqa: S603 - this program itself
            command, input=asked.encode(), capture_output=True, timeout=3 * SECONDS, check=False
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):  # its limits ended it
        raise TemplateFaultError(phrase("template-slow")) from None
    except OSError as error:
        raise TemplateFaultError(because(error)) from error
    match answer:
        case {"text": str(text)}:
            return text
        case {"is_too": "long"}:
            raise TemplateFaultError(phrase("template-long", count=LENGTH))
        case {"error": str(kind), "line": int(line), **more}:
            why = _why(kind, str(more.get("said", "")), str(more.get("name", "")))
            raise TemplateFaultError(phrase("template-at", line=line, what=why) if line else why)
        case _:
            raise TemplateFaultError(phrase("template-slow"))


def _why(kind: str, said: str, name: str) -> Phrase:
    """What is wrong with a template, from what the sandbox tells of it."""
    match kind:
        case "syntax":
            return phrase("template-syntax", said=Sentence(said))
        case "undefined":
            return phrase("template-undefined", name=Code(name)) if name else phrase("template-undefined-made")
        case "SecurityError":
            return phrase("template-forbidden")
        case _:
            return phrase("template-failed", kind=Code(kind))


def values_of(message: Message, voice: Voice) -> dict[str, Any]:
    """What a template may use, masked already if the channel asks for it. docs/how-to/messages.md explains each."""
    return {
        "occasion": str(message.occasion),
        "severity": message.severity.word,
        "language": voice.language,
        "title": message.title,
        "lines": [line.text for line in message.lines],
        "ask": message.ask,
        "why": list(message.why),
        "writer": message.writer,
        "rows": [
            {"who": row.who, "what": row.what, "field": row.field, "before": row.before, "after": row.after}
            for row in message.rows
        ],
        "book": message.book,
        "link": message.link,
        "act": message.act_by_link or message.act,
        "note": message.note,
        "proof": voice.say(phrase("message-proof", digits=message.proof)) if message.proof else "",
    }


def _sample(occasion: Occasion) -> Message:
    """A message that has every part, for trying templates."""
    row = ChangeRow("Jane Roe", "number gained a +", "Phone number", "186 080-1234-5678", "+186 080-1234-5678")
    return Message(
        occasion,
        Severity.CRITICAL,
        "Jane Roe: number gained a +",
        (Line(f"{row.before} → {row.after}"),),
        "If it was not you: put it back.",
        ("It would ring abroad.",),
        "Written by Some program.",
        (row,),
        book="Address book: family",
        act="To see it and decide: cardwarden show e1",
        link="https://home.example.org/e/1",
        act_by_link="To see it and decide: https://home.example.org/e/1",
        proof="81db5758cc07",
    )
