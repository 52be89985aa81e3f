"""Two states of a book, judged: what the rules say, and a card's two states in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cardwarden.detect.case import Case
from cardwarden.detect.compare import compare
from cardwarden.detect.finding import Finding
from cardwarden.detect.judge import judge
from cardwarden.detect.reading import Readings
from cardwarden.detect.rule import Rule
from cardwarden.detect.rules import RULES
from cardwarden.vcard.canonical import Fact
from cardwarden.vcard.card import Entry
from cardwarden.vcard.content import split_book
from cardwarden.vcard.diff import Change
from cardwarden.vcard.index import index_card, with_keys
from cardwarden.vcard.pairing import pair
from support.cards import card, facts
from support.words import title

EVERY_RULE: tuple[Rule, ...] = tuple(rule() for rule in RULES)


def person(name: str, *lines: str, uid: str = "") -> bytes:
    """A card of that name; its UID is the name unless told, and it says how to reach the person only if told."""
    return card(f"UID:{uid or name}", f"FN:{name}", *lines)


def fact_of(line: str) -> Fact:
    """What a line says that is neither a name nor a UID."""
    [fact] = [fact for fact in facts(person("Jane Roe", line)) if fact.name not in {"FN", "UID"}]
    return fact


def change_of(before: str, after: str) -> Change:
    was, now = fact_of(before), fact_of(after)
    return Change(was.name, was, now)


def book(*cards: bytes) -> bytes:
    return b"".join(cards)


def case(
    before: bytes,
    after: bytes,
    region: str = "JP",
    *,
    first_look: bool = False,
    ignore: frozenset[str] = frozenset(),
) -> Case:
    """The case of two states of one book that stands in one member."""
    bodies: dict[str, bytes] = {}

    def entries(data: bytes) -> list[Entry]:
        raws = list(split_book(data))
        found = [index_card(raw, "book.vcf", place, region) for place, raw in enumerate(raws)]
        bodies.update({entry.digest: raw.data for entry, raw in zip(found, raws, strict=True)})
        return found

    pairs = pair(with_keys(entries(before)), entries(after))
    known = {was.key for was, _ in pairs if was}
    added = iter(with_keys((now for was, now in pairs if was is None and now), known))
    keyed = [(was, replace(now, key=was.key) if now else None) if was else (None, next(added)) for was, now in pairs]
    return compare(keyed, Readings(bodies.__getitem__, region, ignore), first_look=first_look)


def judged(
    before: bytes,
    after: bytes,
    region: str = "JP",
    rules: Sequence[Rule] = EVERY_RULE,
    *,
    first_look: bool = False,
) -> list[Finding]:
    """Every finding of two states of a book."""
    return judge(case(before, after, region, first_look=first_look), rules)


def edited(before: str | Sequence[str], after: str | Sequence[str], region: str = "JP") -> list[Finding]:
    """Every finding where Yamada Taro's card had some lines and has others now."""
    was, now = ([lines] if isinstance(lines, str) else lines for lines in (before, after))
    return judged(person("Yamada Taro", *was), person("Yamada Taro", *now), region)


def said(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    """(rule, severity, title) of each."""
    return [(finding.rule, finding.severity.word, title(finding)) for finding in findings]
