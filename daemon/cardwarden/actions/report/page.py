"""The page of evidence: one HTML file that needs nothing else, for people who never saw a vCard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources

from jinja2 import Environment
from markupsafe import Markup

from cardwarden.actions.report.evidence import Evidence, Exhibit, Sighting, has_plus, shown_to_reader
from cardwarden.html_templates import environment_of
from cardwarden.marks import marked
from cardwarden.phrases.language import Voice, opening
from cardwarden.phrases.phrase import Value, phrase
from cardwarden.text import clip, harmless

_NAME = 90  # columns of a name
_WIDEST = 4_000  # columns of a value in a sentence
_LONG = 400  # columns of a line of a vCard that are shown; the file has all


def page(evidence: Evidence) -> str:
    """The page in the evidence's language. Nothing that stands in a contact can act in it."""
    voice = evidence.voice

    def say(name: str, **values: Value) -> str:
        return voice.say(phrase(f"evidence-{name}", **values), width=_WIDEST)

    return (
        _templates()
        .get_template("evidence.html")
        .render(
            evidence=evidence,
            language=voice.language,
            say=say,
            when=voice.when,
            zone=_offset(evidence.made_at.astimezone(voice.zone)),
            groups=_groups(evidence.exhibits),
            number=voice.number,
            about=voice.about,
            aside=voice.aside,
            listed=lambda *said: voice.listed(harmless(part) for part in said if part),
            title=lambda said: harmless(voice.title(said, width=_WIDEST)),
            field=lambda prop: opening(voice.field(prop)) if prop else "–",
            name=lambda exhibit: _name(exhibit, voice),
            state=lambda exhibit: _state(exhibit, voice),
            sides=lambda exhibit: marked(
                shown_to_reader(exhibit.finding.finding.before, voice),
                shown_to_reader(exhibit.finding.finding.after, voice),
            ),
            lines=_lines,
        )
    )


def _offset(at: datetime) -> str:
    """How far a time is from UTC: "UTC+09:00"."""
    offset = f"{at:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}"


def _groups(exhibits: Sequence[Exhibit]) -> list[list[Exhibit]]:
    """Exhibits that show the same two versions of the same card stand together, so that these are shown once."""
    groups: dict[object, list[Exhibit]] = {}
    for exhibit in exhibits:
        card = exhibit.finding.card_id
        files = [side and side.file for side in (exhibit.before, exhibit.after)]
        groups.setdefault((card, *files) if card is not None else exhibit.finding.id, []).append(exhibit)
    return list(groups.values())


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a card as it is shown; `is_other` if the card it stands beside does not have it."""

    text: str
    is_other: bool
    characters: int | None


def _lines(sighting: Sighting, beside: Sighting | None) -> list[_Line]:
    known = set(beside.lines) if beside else None
    return [
        _Line(clip(line, _LONG), known is not None and line not in known, len(line) if len(line) > _LONG else None)
        for line in sighting.lines
    ]


def _name(exhibit: Exhibit, voice: Voice) -> str:
    """Whom or what an exhibit is about: a contact, or a book."""
    card = exhibit.finding.finding.card
    return voice.name(card.name, width=_NAME) if card else clip(exhibit.finding.title, _NAME) or exhibit.finding.source


def _state(exhibit: Exhibit, voice: Voice) -> list[tuple[datetime | None, str]]:
    """How an exhibit stands now, who accepted it, took that back and put the contact back; each with its time, if it has one."""
    stored, accepted = exhibit.finding, exhibit.accepted
    now = (
        phrase("evidence-accepted-by", who=accepted.who)
        if accepted and accepted.who
        else phrase(f"evidence-{stored.state}")
    )
    taken_back = [(undone.at, voice.say(undone.said)) for undone in exhibit.taken_back]
    put_back = [(restore.at, voice.say(restore.said)) for restore in exhibit.restores]
    return [(stored.closed_at, voice.say(now)), *taken_back, *put_back]


@cache
def _templates() -> Environment:
    environment = environment_of("cardwarden.actions.report")
    style = (resources.files("cardwarden.actions.report") / "templates" / "evidence.css").read_text("utf-8")
    environment.filters.update(harmless=harmless, clip=clip)
    environment.globals.update(style=Markup(style), has_plus=has_plus)  # noqa: S704 - our own file
    return environment
