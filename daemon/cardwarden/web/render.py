"""Templates become pages: every value is escaped, and every text of a card is made harmless before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import tzinfo
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from starlette.responses import Response

from cardwarden import __version__
from cardwarden.detect.finding import Severity
from cardwarden.html_templates import environment_of
from cardwarden.marks import marked
from cardwarden.phrases.language import Voice, opening
from cardwarden.phrases.phrase import Label
from cardwarden.text import clip, harmless
from cardwarden.web.desk import Desk
from cardwarden.web.visit import Admission, Visit
from cardwarden.web.words import Words

_NAMELESS_WIDTH = 80
_LABELS_WIDTH = 40
_VALUE_WIDTH = 4_000  # columns: as much as a finding keeps


@cache
def _templates() -> Environment:
    environment = environment_of("cardwarden.web")
    environment.filters.update(harmless=harmless, clip=clip, coded=coded)
    environment.globals.update(marked=marked, severities=tuple(Severity)[::-1])
    return environment


def coded(text: str) -> Markup:
    """A sentence of ours in which `backticks` enclose what is typed or written exactly so."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else part for place, part in enumerate(parts)
    )


@cache
def static_file(name: str) -> tuple[bytes, str, str] | None:
    """A file of the page: its bytes, its type, and a digest of it; None if there is none."""
    kinds = {"css": "text/css", "svg": "image/svg+xml", "js": "text/javascript"}
    kind = kinds.get(name.rpartition(".")[2])
    path = resources.files("cardwarden.web") / "static" / name
    if kind is None or "/" in name or not path.is_file():
        return None
    data = path.read_bytes()
    return data, kind, hashlib.sha256(data).hexdigest()[:12]


def words_of(desk: Desk, visit: Visit) -> Words:
    """The reader's words."""
    return Words(voice_of(desk, visit), visit.now)


def voice_of(desk: Desk, visit: Visit) -> Voice:
    """Who says what was found, in the reader's language."""
    program = desk.program()
    return Voice(visit.language, program.zone, program.household)


def render(desk: Desk, visit: Visit, template: str, *, status: int = 200, **context: Any) -> Response:
    """A page of a household's."""
    return rendered(desk.door.prefix, desk.program().zone, visit, template, status=status, **context)


def rendered(prefix: str, zone: tzinfo, visit: Visit, template: str, *, status: int = 200, **context: Any) -> Response:
    """A page whose addresses begin with `prefix`, with times of `zone`."""
    voice = Voice(visit.language, zone)
    words = Words(voice, visit.now)

    def static(name: str) -> str:
        content = static_file(name)
        return f"{prefix}/static/{name}?{content[2] if content else ''}"

    def field(prop: str) -> str:
        return opening(voice.field(prop))

    text = (
        _templates()
        .get_template(f"{template}.html")
        .render(
            t=words,
            url=lambda path: prefix + path,
            static=static,
            field=field,
            labelled=lambda labels: voice.value(Label(tuple(labels)), width=_LABELS_WIDTH),
            name=lambda text: clip(text.strip(), _NAMELESS_WIDTH) or words("page-nameless"),
            said=lambda said: "" if said is None else voice.title(said),
            text_of=lambda value: value if value is None or isinstance(value, str) else voice.value(value),
            readable=lambda value: None if value is None else voice.value(value, width=_VALUE_WIDTH),
            visit=visit,
            signed_in=visit.entry is Admission.PASSWORD,
            entry=visit.entry,
            version=__version__,
            **context,
        )
    )
    return Response(text, status, media_type="text/html; charset=utf-8")


def pages_around(number: int, pages: int) -> Iterable[int]:
    """The page numbers that a list offers: the first, the last, and those near."""
    return sorted({1, pages, *(near for near in range(number - 2, number + 3) if 1 <= near <= pages)})
