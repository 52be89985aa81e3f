"""A message as plain text, within what a service takes: its first lines always, the rest as far as there is room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum, auto

from cardwarden.alerts.message import Message, Occasion
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import phrase
from cardwarden.text import ELLIPSIS, cut

SCREEN = 40
"""Columns of a title, and of a line, that a phone's lock screen shows."""
ROOM = 900
"""Characters of a body that people still read on a phone."""
MAIL_ROOM = 8_000
"""Of one that people read in a mail."""
_MENTION = re.compile(r"(?<![\w.+-])@|@(?=(?:everyone|here|channel)\b)|<(?=[@#!])", re.IGNORECASE)
_BETWEEN = "\n\n"
_LISTS = frozenset({Occasion.DIGEST, Occasion.REMINDER})  # their lines stand together
_PARTS = 100  # more never fit


def unmentioned(text: str) -> str:
    """A name such as `@everyone` wakes nobody in a chat: look-alikes stand for the signs that would."""
    return _MENTION.sub(lambda match: "＠" if match[0] == "@" else "‹", text)


def body_of(message: Message, voice: Voice, room: int = ROOM, *, is_linked: bool = False) -> str:
    """The body in at most `room` characters. `is_linked`: the service itself leads to the page when it is tapped.

    The first line and the question stand first, and what is to be done stands whole if there is any room. Of changes and
    lines as many are told as fit, and the rest is counted.
    """
    first = 0 if message.occasion in _LISTS else 1
    act = "" if message.link and is_linked else message.act_by_link or message.act
    blocks = _Blocks(room, is_list=message.occasion in _LISTS)
    blocks.add(BodyPart.HEAD, "\n".join(filter(None, [*(line.text for line in message.lines[:first]), message.ask])))
    blocks.add(BodyPart.ACT, act)
    blocks.add(BodyPart.NOTE, message.note)
    blocks.add(BodyPart.PROOF, voice.say(phrase("message-proof", digits=message.proof)) if message.proof else "")
    blocks.add(BodyPart.WHY, "\n".join(message.why))
    blocks.add(BodyPart.BOOK, message.book)
    blocks.add_some(BodyPart.ROWS, _rows(message), _BETWEEN, voice)
    blocks.add_some(BodyPart.LINES, [(line.text, line.count) for line in message.lines[first:]], "\n", voice)
    blocks.add(BodyPart.WRITER, message.writer)
    return blocks.text


def laid_out(
    message: Message, voice: Voice, title_room: int, body_room: int, *, is_linked: bool = False
) -> tuple[str, str]:
    """Title and body within a service's limits in characters.

    `title_room` 0 stands for a service without titles: the title becomes the body's first line.
    """
    title = cut(unmentioned(message.title), SCREEN)
    room = body_room if title_room > 0 else max(0, body_room - len(title) - 1)
    return fitted(title, body_of(message, voice, room, is_linked=is_linked) if room else "", title_room, body_room)


def fitted(title: str, body: str, title_room: int, body_room: int) -> tuple[str, str]:
    """Title and body, cut if they are longer than a service takes; without room for a title it begins the body."""
    if title_room <= 0:
        return "", _cut("\n".join(filter(None, [title, body])), body_room)
    return _cut(title, title_room), _cut(body, body_room)


class BodyPart(IntEnum):
    """The paragraphs in the order in which they stand.

    What a lock screen shows of them has no empty line in between; and from the book on each is a line below the other.
    """

    HEAD = auto()
    WHY = auto()
    WRITER = auto()
    LINES = auto()
    ROWS = auto()
    BOOK = auto()
    ACT = auto()
    NOTE = auto()
    PROOF = auto()


class _Blocks:
    """Paragraphs of a body: each is taken in while there is room, and stands at its place."""

    def __init__(self, room: int, *, is_list: bool) -> None:
        self._room = room
        self._is_list = is_list
        self._taken: dict[BodyPart, str] = {}

    @property
    def text(self) -> str:
        text, above = "", None
        for place, block in sorted(self._taken.items()):
            text += block if above is None else ("\n" if self._is_close(above, place) else _BETWEEN) + block
            above = place
        return text

    def _is_close(self, above: BodyPart, place: BodyPart) -> bool:
        """Whether two paragraphs that follow each other have no empty line between."""
        if place is BodyPart.LINES:
            return self._is_list and above is BodyPart.HEAD
        return place <= BodyPart.WRITER or above >= BodyPart.BOOK

    @property
    def _left(self) -> int:
        used = len(self.text)
        return self._room - used - (len(_BETWEEN) if used else 0)

    def add(self, place: BodyPart, block: str) -> None:
        """Take in a paragraph if there is room; the very first one is cut rather than left out."""
        block = unmentioned(block)
        if block and (not self._taken or len(block) <= self._left):
            self._taken[place] = _cut(block, self._left)

    def add_some(self, place: BodyPart, parts: Sequence[tuple[str, int]], between: str, voice: Voice) -> None:
        """Take in as many parts (text, for how many it stands) as fit, and the count of the rest."""
        for shown in range(min(len(parts), _PARTS), 0, -1):
            left = sum(count for _, count in parts[shown:])
            more = [voice.say(phrase("message-more", count=left))] if left else []
            block = unmentioned(between.join([*(text for text, _ in parts[:shown]), *more]))
            if len(block) <= self._left:
                self._taken[place] = block
                return
        left = sum(count for _, count in parts)
        self.add(place, voice.say(phrase("message-more", count=left)) if left else "")


def _rows(message: Message) -> list[tuple[str, int]]:
    """Each change that is not told yet, in full, below the name of its contact unless the title has it whole."""
    texts: list[tuple[str, int]] = []
    above = ""
    for row in (row for row in message.rows if not row.is_told):
        heading = [row.who] if row.who != above and row.who not in message.title else []
        above = row.who
        texts.append(("\n".join([*heading, row.what, *row.sentences]), 1))
    return texts


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: max(0, room - 1)] + ELLIPSIS[: max(0, room)]
