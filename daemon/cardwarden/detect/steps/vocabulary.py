"""The one vocabulary of steps: what each is called, what it costs the owner, and whether people do it, too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Cost(IntEnum):
    """What a step costs the owner: nothing, a line in a digest, or something that is gone or misleads."""

    HARMLESS = 0
    NOTED = 1
    DAMAGING = 2


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done to a value.

    name     what it is called, in words with hyphens
    cost     what it costs the owner
    repairs  it undoes a damage that was there
    by_hand  people do that when they edit; a chain of such steps alone is an edit
    vague    it holds for many pairs of texts: any chain without such a step explains more
    words    its phrase is `text-` and this, or its name if there is none of its own
    """

    name: str
    cost: Cost
    repairs: bool = False
    by_hand: bool = False
    vague: bool = False
    words: str = ""

    @property
    def spoken(self) -> str:
        """The end of the name of the phrase that says it of a property: `text-…`."""
        return self.words or self.name


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps that lead from one value to another, in the order in which they were done; none if the two are the same."""

    steps: tuple[Step, ...] = ()

    @property
    def cost(self) -> Cost:
        """That of the worst step."""
        return max((step.cost for step in self.steps), default=Cost.HARMLESS)

    @property
    def worst(self) -> Step | None:
        """The step that the owner has to be told first: the costliest; of these what no hand does, no cut, and the last one."""

        def rank(step: Step) -> tuple[Cost, bool, bool]:
            return step.cost, not step.by_hand, step.spoken != CUT.spoken

        return max(reversed(self.steps), key=rank, default=None)

    @property
    def reported(self) -> tuple[Step, ...]:
        """All that the owner has to be told: the worst step, then the others that cost as much, each way to say it once."""
        worst = self.worst
        if worst is None:
            return ()
        others = {step.spoken: step for step in self.steps if step.cost is worst.cost and step.spoken != worst.spoken}
        return (worst, *others.values())

    @property
    def by_hand(self) -> bool:
        """Whether people do all of it when they edit."""
        return all(step.by_hand for step in self.steps)

    @property
    def repairs(self) -> bool:
        """Whether it undoes damage and does none."""
        return any(step.repairs for step in self.steps) and self.cost is Cost.HARMLESS

    @property
    def vague(self) -> bool:
        """Whether a part of it would explain many other changes as well."""
        return any(step.vague for step in self.steps)

    @property
    def price(self) -> tuple[int, int, int, int, int]:
        """What chains are compared by: what they leave open, the worst cost, all costs, what people do, their length."""
        by_hand = sum(step.by_hand for step in self.steps)
        return (self.vague, self.cost, sum(step.cost for step in self.steps), by_hand, len(self.steps))


def cheapest(chains: Iterable[Chain]) -> Chain | None:
    """The chain that assumes the least; None if there is none."""
    return min(chains, key=lambda chain: chain.price, default=None)


def mended(step: Step) -> Step:
    """The step that undoes another one."""
    return Step(f"{step.name}-undone", Cost.HARMLESS, repairs=True, words="repaired")


# A layer that a program put around the value and left there.
BASE64 = Step("base64", Cost.DAMAGING, words="coded")
HEX = Step("hexadecimal", Cost.DAMAGING, words="coded")
QUOTED_PRINTABLE = Step("quoted-printable", Cost.DAMAGING)
SOFT_BREAKS = Step("soft-breaks", Cost.DAMAGING)
MIME_WORD = Step("mime-word", Cost.DAMAGING, words="coded")
UTF_7 = Step("utf-7", Cost.DAMAGING, words="coded")
UNICODE_ESCAPE = Step("unicode-escape", Cost.DAMAGING, words="coded")
ENTITY = Step("entities-for-letters", Cost.DAMAGING, words="coded")
ENTITY_SIGN = Step("entities", Cost.NOTED)
PERCENT = Step("percent", Cost.DAMAGING, words="coded")
PERCENT_SIGN = Step("percent-sign", Cost.NOTED, words="signs-coded")
PERCENT_IN_ADDRESS = Step("percent-in-address", Cost.HARMLESS, words="same")
PUNYCODE = Step("punycode", Cost.DAMAGING, words="coded")
PUNYCODE_IN_ADDRESS = Step("punycode-in-address", Cost.HARMLESS, words="same")
BACKSLASHES = Step("escapes", Cost.NOTED)
TAGS = Step("tags", Cost.NOTED)
QUOTES = Step("quotes", Cost.NOTED)
NOTATION = Step("notation", Cost.DAMAGING)
NOTATION_SIGNS = Step("notation-signs", Cost.NOTED, words="notation")

# Characters that were read, written or thrown away wrongly.
WRONG_CHARSET = Step("mojibake", Cost.DAMAGING)
MARKS_FOR_LETTERS = Step("replaced", Cost.DAMAGING)
LOW_BYTES = Step("low-bytes", Cost.DAMAGING)
LETTERS_DROPPED = Step("letters-dropped", Cost.DAMAGING)
LETTERS_APART = Step("letters-apart", Cost.DAMAGING)
MARKS_FOR_SIGNS = Step("signs-replaced", Cost.NOTED)

# A program's word for nothing in place of what stood there.
PLACEHOLDER = Step("placeholder-word", Cost.DAMAGING)
STAND_IN = Step("stand-in", Cost.DAMAGING)
FIGURES = Step("figures", Cost.DAMAGING)
BYTES_IN_CODE = Step("bytes-in-code", Cost.DAMAGING, words="coded")

# Another look of the same letters.
BLANKS = Step("blanks", Cost.HARMLESS, words="same")
BLANKS_OF_WIDE_LETTERS = Step("blanks-of-wide-letters", Cost.HARMLESS, words="same")
SPACING = Step("spacing", Cost.NOTED, by_hand=True)
LINE_BREAKS_LOST = Step("newlines", Cost.NOTED)
LINE_BREAKS_ADDED = Step("line-breaks-added", Cost.NOTED, by_hand=True)
INVISIBLE_ADDED = Step("invisible", Cost.NOTED)
INVISIBLE_REMOVED = Step("invisible-removed", Cost.HARMLESS, repairs=True, words="same")
SIGN_FORM = Step("sign-form", Cost.HARMLESS, words="same")
WIDTH = Step("width", Cost.NOTED)
KANA = Step("kana", Cost.NOTED, by_hand=True)
CASE = Step("case", Cost.NOTED)
EMOJI_LOST = Step("emoji-lost", Cost.NOTED, by_hand=True)
EMOJI_ADDED = Step("emoji-added", Cost.NOTED, by_hand=True)
PUNCTUATION_LOST = Step("punctuation-lost", Cost.NOTED, by_hand=True)
PUNCTUATION_ADDED = Step("punctuation-added", Cost.NOTED, by_hand=True)
ACCENTS_LOST = Step("accents", Cost.NOTED)
ACCENTS_ADDED = Step("accents-added", Cost.NOTED, by_hand=True)
TRANSLITERATED = Step("transliterated", Cost.NOTED, by_hand=True)
VARIANT = Step("spelling", Cost.NOTED)

# Pieces that went, came or changed places.
CUT = Step("cut", Cost.DAMAGING)
BEGINNING_LOST = Step("beginning-lost", Cost.DAMAGING, words="cut")
TORN = Step("torn", Cost.DAMAGING, words="cut")
SHORTENED = Step("shortened", Cost.NOTED, by_hand=True, vague=True)
EXTENDED = Step("extended", Cost.NOTED, by_hand=True, vague=True)
DOUBLED = Step("doubled", Cost.NOTED)
COPY_DROPPED = Step("copy-dropped", Cost.HARMLESS, repairs=True, words="same")
PARTS_GLUED = Step("parts-glued", Cost.DAMAGING)
ITEMS_GLUED = Step("items-glued", Cost.DAMAGING)
REORDERED = Step("reordered", Cost.NOTED, by_hand=True, vague=True)

VOCABULARY: tuple[Step, ...] = tuple(step for step in list(globals().values()) if isinstance(step, Step))
"""Every step there is; `mended` makes one more of each."""
