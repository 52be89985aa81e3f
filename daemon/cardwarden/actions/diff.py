"""Compare two address books on disk as they are: no configuration, no memory, no guard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cardwarden.detect.compare import compare
from cardwarden.detect.finding import Event
from cardwarden.detect.judge import events_of, judge
from cardwarden.detect.rule import Case, Rule
from cardwarden.errors import UsageError
from cardwarden.vcard.card import Entry
from cardwarden.vcard.content import split_book
from cardwarden.vcard.index import index_card, with_keys
from cardwarden.vcard.pairing import pair

_ENDINGS = {".vcf", ".vcard"}


@dataclass(frozen=True, slots=True)
class Difference:
    """What two books differ in: the events for their reader, and the case they were judged from."""

    events: tuple[Event, ...]
    case: Case


def diff_books(before: Path, after: Path, region: str, rules: Sequence[Rule]) -> Difference:
    """Compare two .vcf files or folders of them. A state that was already true in the first is not reported.

    Raises UsageError where one of them cannot be read.
    """
    bodies: dict[str, bytes] = {}
    old = with_keys(_read(before, region, bodies))
    new = _read(after, region, bodies)
    pairs = pair(old, new)
    inherited = [(was, replace(now, key=was.key) if was and now else now) for was, now in pairs]
    added = iter(with_keys((now for was, now in inherited if was is None and now), (entry.key for entry in old)))
    keyed = [(was, now if was else next(added)) for was, now in inherited]
    case = compare(keyed, bodies.__getitem__, region)
    findings = [finding for finding in judge(case, rules) if not finding.already]
    return Difference(tuple(events_of(findings)), case)


def _read(path: Path, region: str, bodies: dict[str, bytes]) -> list[Entry]:
    entries: list[Entry] = []
    for file in _files(path):
        try:
            data = file.read_bytes()
        except OSError as error:
            raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
        for ordinal, raw in enumerate(split_book(data)):
            entry = index_card(raw, file.name if file != path else "", ordinal, region)
            bodies[entry.digest] = raw.data
            entries.append(entry)
    return entries


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise UsageError(f"{path} does not exist.")
    if not path.is_dir():
        return [path]
    try:
        return sorted(file for file in path.iterdir() if file.suffix.lower() in _ENDINGS and file.is_file())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
