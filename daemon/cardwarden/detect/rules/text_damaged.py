"""A text that went through a program: wrong character set, codes, escapes, cuts, and what only looks different."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from cardwarden.detect.case import CardChange, Case
from cardwarden.detect.finding import Finding, Severity
from cardwarden.detect.rule import became, deviation
from cardwarden.detect.steps import vocabulary as steps
from cardwarden.detect.steps.values import chain_between, chain_of_items
from cardwarden.detect.steps.vocabulary import Chain, Cost, Step
from cardwarden.phrases.phrase import Field, Phrase, phrase
from cardwarden.vcard.diff import Change
from cardwarden.vcard.properties import ValueKind

_KINDS = frozenset(
    {ValueKind.TEXT, ValueKind.NAME, ValueKind.PARTS, ValueKind.ADDRESS, ValueKind.LIST, ValueKind.URI, ValueKind.CHAT}
)
_SAYS_WHY = frozenset(
    {
        "mojibake", "quoted-printable", "soft-breaks", "coded", "replaced", "low-bytes", "letters-dropped",
        "entities", "escapes", "cut", "doubled", "parts-glued",
        "placeholder-word", "stand-in", "figures", "notation", "letters-apart",
    }
)  # fmt: skip
_MOST = 40  # items of a list that are held against each other


@dataclass(frozen=True, slots=True)
class TextDamaged:
    """A name, note, address or other text shows what a program did to it.

    What leads from the old text to the new one is explained by known steps. Warnings are steps that lose content
    or hide it: letters read in the wrong character set, letters in code (quoted-printable, base64, web codes),
    marks in place of letters, halved or dropped letters, letters that stand apart, a program's word for nothing
    (null, undefined, #REF!), a template's gap, an ID or a file's name in its place, its notation around the value
    (JSON, XML), a value cut at a comma, in a word or at a round length (it is asked about if it most likely was
    you). Notices are what can still be read: backslashes, codes for signs, tags, quotes and brackets, marks in
    place of emoji, lost accents or line breaks, a text appended to itself, another letter case or width,
    invisible characters, a variant of a Chinese character. In many cards at once these are a warning, too. What
    says the same (other blanks, the form of quotes, a code where it belongs), and a damage that was undone, is
    recorded and not sent.
    """

    name: ClassVar[str] = "text-damaged"
    enabled: bool = True
    severity: Severity = Severity.WARNING
    readable_severity: Severity = Severity.NOTICE
    same_severity: Severity = Severity.INFO
    bulk_severity: Severity = Severity.WARNING

    def look(self, card: CardChange, case: Case) -> Iterable[Finding]:
        for change, explained, chain in _explained(card.changes):
            if chain.worst is None or _of_people(chain):
                continue
            step = chain.worst
            title = phrase(f"text-{step.spoken}", field=Field(change.name))
            finding = deviation(
                self,
                card,
                change,
                title,
                severity=self._severity(step),
                reason=became(change, _why(chain)),
                alike=phrase(f"text-{step.spoken}"),
                by_owner=self.severity if step.spoken == steps.CUT.spoken else None,  # Alexander is Alex now
                in_bulk=self.bulk_severity if step.cost is not Cost.HARMLESS and step is not steps.CASE else None,
            )
            yield replace(finding, changes=explained)

    def _severity(self, step: Step) -> Severity:
        match step.cost:
            case Cost.HARMLESS:
                return self.same_severity
            case Cost.NOTED:
                return self.readable_severity
            case Cost.DAMAGING:
                return self.severity


def _why(chain: Chain) -> Phrase | None:
    """What each of the worst steps means; None if their names say all."""
    why: Phrase | None = None
    for step in chain.reported if chain.cost is Cost.DAMAGING else chain.reported[:1]:
        if step.spoken in _SAYS_WHY:
            said = phrase(f"text-{step.spoken}-why")
            why = phrase("then", first=why, second=said) if why else said
    return why


def _of_people(chain: Chain) -> bool:
    return chain.worst is not None and chain.worst.by_hand


def _explained(changes: Iterable[Change]) -> Iterator[tuple[Change, tuple[Change, ...], Chain]]:
    """Values that steps made others, all changes that these explain, and the steps; of a list one item, or all of them."""
    lists: dict[str, list[Change]] = {}
    for change in changes:
        fact = change.before or change.after
        if fact is None or not change.of_value or fact.row.kind not in _KINDS:
            continue
        if fact.row.kind is ValueKind.LIST:
            lists.setdefault(change.name, []).append(change)
        elif (chain := _chain(change)) is not None:
            yield change, (change,), chain
    for items in lists.values():
        yield from _of_list(items)


def _of_list(items: list[Change]) -> Iterator[tuple[Change, tuple[Change, ...], Chain]]:
    was, now = [c.before for c in items if c.before], [c.after for c in items if c.after]
    if was and now and (all_of_it := chain_of_items(was, now)) is not None:
        yield Change(items[0].name, was[0], now[0]), tuple(items), all_of_it
        return
    come = [c for c in items if c.before is None][:_MOST]
    for old in items[:_MOST]:
        if old.after is not None:
            if old.before is not None and (chain := _chain(old)) is not None:
                yield old, (old,), chain
            continue
        for new in come:
            between = Change(old.name, old.before, new.after)
            chain = _chain(between)
            if chain is not None and not chain.vague:
                come.remove(new)
                yield between, (old, new), chain
                break


def _chain(change: Change) -> Chain | None:
    return chain_between(change.before, change.after) if change.before and change.after else None
