"""Compare two address books on disk as they are: no configuration, no memory, no guard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cardwarden.detect.case import Case
from cardwarden.detect.compare import compare
from cardwarden.detect.finding import Event
from cardwarden.detect.judge import events_of, judge
from cardwarden.detect.reading import Readings
from cardwarden.detect.rule import Rule
from cardwarden.errors import UsageError, because
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.progress import SILENT, Progress, Work
from cardwarden.vcard.card import Card, Entry
from cardwarden.vcard.content import RawCard, read_card, split_book
from cardwarden.vcard.diff import Rewrite, rewrites
from cardwarden.vcard.encoding import charsets_of, usual_in
from cardwarden.vcard.index import index_card, numbers_with_country, with_keys
from cardwarden.vcard.number import read_number
from cardwarden.vcard.pairing import Pair, pair

_ENDINGS = {".vcf", ".vcard"}


@dataclass(frozen=True, slots=True)
class Difference:
    """What two books differ in.

    events    for their reader, the worst first
    case      what they were judged from
    region    the country that numbers without a country code were taken to be of, "" if nobody knows
    harmless  on demand: every rewrite that was called harmless, by the card's name
    """

    events: tuple[Event, ...]
    case: Case
    region: str
    harmless: tuple[tuple[str, Rewrite], ...] = ()


def diff_books(
    before: Path,
    after: Path,
    region: str,
    rules: Sequence[Rule],
    *,
    explain: bool = False,
    progress: Progress = SILENT,
) -> Difference:
    """Compare two .vcf files or folders of them. A state that was already true in the first is not reported.

    Without a `region` the country that most of the numbers with "+" belong to is taken. Raises UsageError if one of
    the books cannot be read.
    """
    old_files, new_files = _read(before), _read(after)
    region = region or _likely_region((*old_files, *new_files))
    usual = usual_in(_bodies(old_files), region) or usual_in(_bodies(new_files), region)
    known: dict[RawCard, Entry] = {}
    old = with_keys(_index(old_files, region, usual, known, progress))
    new = _index(new_files, region, usual, known, progress)
    bodies = {entry.digest: raw.data for raw, entry in known.items()}
    progress.begin(Work.COMPARING)  # until it is known which card is which
    pairs = _keyed(old, pair(old, new))
    case = compare(pairs, Readings(bodies.__getitem__, region, usual=usual), progress=progress)
    findings = [finding for finding in judge(case, rules, progress) if not finding.already]
    harmless = _harmless(pairs, bodies, region, usual) if explain else ()
    return Difference(tuple(events_of(findings)), case, region, tuple(harmless))


_File = tuple[str, tuple[RawCard, ...]]


def _read(path: Path) -> list[_File]:
    """The files of a book with their cards; a single file has the name ""."""
    files: list[_File] = []
    for file in _files(path):
        try:
            files.append((file.name if file != path else "", tuple(split_book(file.read_bytes()))))
        except OSError as error:
            raise UsageError(phrase("error-path-unreadable", path=Code(str(file)), why=because(error))) from error
    return files


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise UsageError(phrase("error-path-missing", path=Code(str(path))))
    if not path.is_dir():
        return [path]
    try:
        return sorted(file for file in path.iterdir() if file.suffix.lower() in _ENDINGS and file.is_file())
    except OSError as error:
        raise UsageError(phrase("error-path-unreadable", path=Code(str(path)), why=because(error))) from error


def _bodies(files: Iterable[_File]) -> Iterator[bytes]:
    return (raw.data for _, cards in files for raw in cards)


def _index(
    files: Sequence[_File], region: str, usual: str, known: dict[RawCard, Entry], progress: Progress
) -> list[Entry]:
    """The entries of a book's cards. Equal cards are read once: most of two states of one book are."""
    entries: list[Entry] = []
    progress.begin(Work.READING, sum(len(cards) for _, cards in files))
    for name, cards in files:
        for ordinal, raw in enumerate(cards):
            progress.advance()
            if raw not in known:
                known[raw] = index_card(raw, name, ordinal, region, usual)
            entries.append(replace(known[raw], href=name, ordinal=ordinal))
    return entries


def _likely_region(files: Iterable[_File]) -> str:
    """Where most of the numbers ring that say their country themselves; "" if none does."""
    counted: Counter[str] = Counter()
    for name, cards in files:
        for raw in cards:
            numbers = (read_number(number, "") for number in numbers_with_country(index_card(raw, name, 0, "")))
            counted.update(number.destination for number in numbers if number.line_type and number.destination)
    return counted.most_common(1)[0][0] if counted else ""


def _keyed(old: Sequence[Entry], pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs with keys on both sides: a new entry inherits its old one's."""
    added = iter(with_keys((now for was, now in pairs if was is None and now), {entry.key for entry in old}))
    return [(was, replace(now, key=was.key) if now else None) if was else (None, next(added)) for was, now in pairs]


def _harmless(
    pairs: Iterable[Pair], bodies: Mapping[str, bytes], region: str, usual: str
) -> Iterable[tuple[str, Rewrite]]:
    for was, now in pairs:
        if was is None or now is None or was.digest == now.digest:
            continue
        charsets = charsets_of(bodies[was.digest], bodies[now.digest], region, usual)
        old, new = (
            read_card(RawCard(bodies[entry.digest], entry.problem), charset)
            for entry, charset in zip((was, now), charsets, strict=True)
        )
        if isinstance(old, Card) and isinstance(new, Card):
            yield from ((was.name, rewrite) for rewrite in rewrites(old, new, region))
