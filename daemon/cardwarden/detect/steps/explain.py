"""The cheapest chain of steps that leads from one value to another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from cardwarden.detect.steps import vocabulary as steps
from cardwarden.detect.steps.charsets import marks_for_signs, misread
from cardwarden.detect.steps.layers import is_bytes, peel
from cardwarden.detect.steps.looks import light, looks_like, piece_like
from cardwarden.detect.steps.pieces import ELLIPSIS, pieced
from cardwarden.detect.steps.placeholders import figures, placeholder, stand_in
from cardwarden.detect.steps.vocabulary import Chain, Cost, Step, cheapest, mended

_UNSURE = frozenset({steps.CUT, steps.LETTERS_DROPPED, steps.EMOJI_LOST})  # a longer text is an edit, not a repair
_TORN_SIGNS = frozenset("&%+")  # with them codes begin, and so do words and figures that people write
_DEEPEST = 3  # layers on one value
_WIDEST = 12  # readings of one value
_LONGEST = 200_000  # characters; beyond, nothing is asked
_LONG = 20_000  # characters; beyond, only what is seen at one glance is


def explain(before: str, after: str, *, in_address: bool = False) -> Chain | None:
    """The cheapest chain of known steps from one text to another, None if there is none: a replacement by hand.

    Both texts are taken apart, layer by layer: a layer that the new one shows was left there, one that only the old one
    shows was taken off. What is below is compared by its pieces, its looks and its character set. `in_address` says that
    the text is a web, mail or chat address, in which some layers belong. Time is linear in the texts' length, and at most
    so many readings of each are compared that hostile text costs no more than a constant factor.
    """
    if before == after:
        return Chain()
    if (step := stand_in(before, after) or placeholder(before, after) or figures(before, after)) is not None:
        return Chain((step,))
    if not before or not after or max(len(before), len(after)) > _LONGEST:
        return None
    return _explain(before, after, in_address)


@lru_cache(maxsize=1024)
def _explain(before: str, after: str, in_address: bool) -> Chain | None:
    """The cheapest chain of steps from one text to another, None if there is none."""
    if (marked := marks_for_signs(before, after)) is not None:
        return Chain((marked,))
    plain = _related(before, after)
    if plain is not None and plain.cost is Cost.HARMLESS:
        return plain
    chains = [plain] if plain is not None else []
    if max(len(before), len(after)) > _LONG:
        return plain
    olds = [(off, was) for off, was in _readings(before, after, in_address) if not _is_only_torn(before, was)]
    news = list(_readings(after, before, in_address))
    for off, was in olds:
        for on, now in news:
            if (not off and not on) or not set(off).isdisjoint(on):
                continue
            middle = Chain() if was == now else _related(was, now)
            if middle is not None:
                undone = tuple(mended(step) for step in off)
                chains.append(Chain((*undone, *middle.steps, *reversed(on))))
    if all(chain.vague or chain.cost is Cost.DAMAGING for chain in chains):
        chains.extend(_in_wrong_charsets(before, after, olds, news))
    if not chains and is_bytes(after) and not is_bytes(before):
        return Chain((steps.BYTES_IN_CODE,))
    return cheapest(chains) or _piece_in_other_looks(light(before), light(after))


def _is_only_torn(text: str, below: str) -> bool:
    """Whether a layer took nothing off but the text's end, as if it were the first signs of a code: AT&T, A+, 50 %.

    Without a whole code before it that is the text itself, and who loses it was not repaired.
    """
    return text.startswith(below) and text[len(below) : len(below) + 1] in _TORN_SIGNS


def _in_wrong_charsets(before: str, after: str, olds: list[_Reading], news: list[_Reading]) -> Iterator[Chain]:
    """Chains with a wrong character set below the layers; and that of a repair, which leads the other way."""
    for on, now in news:
        if (garbled := misread(before, now)) is not None:
            yield Chain((*garbled.steps, *reversed(on)))
    for off, was in olds:
        if (garbled := misread(after, was, surely=True)) is not None and _UNSURE.isdisjoint(garbled.steps):
            yield Chain(tuple(mended(step) for step in (*off, *reversed(garbled.steps))))


_Reading = tuple[tuple[Step, ...], str]
"""Layers taken off, the outermost first, and what is below."""


def _readings(text: str, beside: str, in_address: bool) -> Iterator[_Reading]:
    """The text as it is and as it reads with its layers off; `beside` is the one that it is compared with."""
    seen = {text}
    waiting: list[_Reading] = [((), text)]
    while waiting:
        layers, value = waiting.pop(0)
        yield layers, value
        if len(layers) >= _DEEPEST:
            continue
        for step, below in peel(value, beside=beside, in_address=in_address):
            if below not in seen and len(seen) < _WIDEST:
                seen.add(below)
                waiting.append(((*layers, step), below))


def _related(before: str, after: str) -> Chain | None:
    """How two texts without layers belong together: the same letters in other looks, or pieces of each other."""
    if max(len(before), len(after)) > _LONG:
        before, after = light(before), light(after)
        return Chain((steps.BLANKS,)) if before == after else pieced(before, after)
    same = looks_like(before, after)
    if same is not None and same.cost is Cost.HARMLESS:
        return same
    pieces = pieced(light(before), light(after))
    return cheapest(chain for chain in (same, pieces) if chain is not None)


def _piece_in_other_looks(before: str, after: str) -> Chain | None:
    """Part of a text that looks otherwise, too: a note without its line breaks and without its end."""
    body = after.rstrip(ELLIPSIS)
    piece = piece_like(before, body)
    if piece is None:
        return None
    lost, looks = pieced(before, piece + after[len(body) :]), looks_like(piece, body)
    return Chain((*lost.steps, *looks.steps)) if lost is not None and looks is not None else None
