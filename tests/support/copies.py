"""Two books of cards that stand for copies of one: compared as a first comparison does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cardwarden.detect.drift.judge import Compared, Half, compare_copies, drifts, pair_copies
from cardwarden.detect.drift.kept import Kept
from cardwarden.detect.finding import Finding
from cardwarden.vcard.card import Entry
from cardwarden.vcard.content import split_book
from cardwarden.vcard.index import index_card, with_keys
from support.cards import card
from support.judging import EVERY_RULE

Lines = Sequence[str]


def half(name: str, cards: Sequence[bytes], region: str) -> tuple[list[Entry], Half]:
    """A book in one member: its entries with keys, and what they are read with."""
    bodies: dict[str, bytes] = {}
    entries: list[Entry] = []
    for place, raw in enumerate(split_book(b"".join(cards))):
        entries.append(index_card(raw, f"{name}.vcf", place, region))
        bodies[entries[-1].digest] = raw.data
    return with_keys(entries), Half(name, region, bodies.__getitem__)


def compared(origin: Sequence[bytes], copy: Sequence[bytes], region: str = "JP") -> tuple[Compared, Half, Half]:
    """Two books, paired and compared."""
    (ours, one), (theirs, other) = half("family", origin, region), half("phone", copy, region)
    return compare_copies(pair_copies(ours, theirs), one, other), one, other


def drift(
    origin: Sequence[bytes], copy: Sequence[bytes], region: str = "JP", *, kept: Kept | None = None
) -> list[Finding]:
    """What two books differ in at their first comparison; what the copy keeps is learnt from it if it is not told."""
    found, one, other = compared(origin, copy, region)
    return list(drifts(found, kept or found.tally.kept(), EVERY_RULE, one, other).findings)


def stranger(number: int) -> list[str]:
    """The lines of a contact that nothing happens to."""
    return [
        f"UID:stranger-{number}",
        f"FN:Stranger Nobody No{number}",
        f"N:Nobody No{number};Stranger;;;",
        f"TEL;TYPE=CELL:+1 650-253-{number:04}",
        f"TEL;TYPE=WORK:+1 650-254-{number:04}",
        f"EMAIL:stranger{number}@example.org",
        f"NOTE:met at fair number {number} in spring",
        f"ORG:Company {number}",
        f"ADR;TYPE=HOME:;;Road {number};Town;;{10000 + number};",
        "BDAY:1980-01-01",
        "CATEGORIES:Others",
        f"PHOTO;VALUE=uri:https://example.org/{number}.jpg",
    ]


def held(
    lines: Lines,
    *,
    keeps: Sequence[str] | None = None,
    most: Mapping[str, int] | None = None,
    longest: Mapping[str, int] | None = None,
    uids: bool = True,
) -> list[str]:
    """What a copy that can hold only so much makes of a card's lines."""
    counts: dict[str, int] = {}
    found: list[str] = []
    for line in lines:
        head, _, value = line.partition(":")
        name = head.partition(";")[0]
        counts[name] = counts.get(name, 0) + 1
        if name == "UID":
            found += [line] if uids else []
        elif (keeps is None or name in keeps) and counts[name] <= (most or {}).get(name, 99):
            found.append(f"{head}:{value[: (longest or {}).get(name, 9999)]}")
    return found


def cards(books: Sequence[Lines]) -> list[bytes]:
    return [card(*lines) for lines in books]
