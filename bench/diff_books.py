"""Comparing two books in which 1 % of the cards changed, against reading them; and ten times as many cards.

`python bench/diff_books.py [rounds]` prints each ratio: comparing is to cost at most 3 times the reading of both books,
and 100,000 cards at most 12 times what 10,000 cost.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "daemon")]

from cardwarden.detect.compare import compare  # noqa: E402
from cardwarden.detect.judge import events_of, judge  # noqa: E402
from cardwarden.detect.rules import RULES  # noqa: E402
from cardwarden.vcard import number  # noqa: E402
from cardwarden.vcard.card import Entry  # noqa: E402
from cardwarden.vcard.content import split_book  # noqa: E402
from cardwarden.vcard.index import index_card, with_keys  # noqa: E402
from cardwarden.vcard.pairing import pair  # noqa: E402

CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u{0}\r\nFN:Person{0} Number{0}\r\nN:Number{0};Person{0};;;\r\n"
    "TEL;TYPE=CELL:090{0:08d}\r\nTEL;TYPE=HOME:03{0:08d}\r\nEMAIL:person{0}@example.org\r\n"
    "ADR;TYPE=HOME:;;{0} Long Street;Tokyo;;100-0001;Japan\r\nNOTE:{1} in the year {0}\r\nEND:VCARD\r\n"
)
RULE_SET = tuple(rule() for rule in RULES)

Index = tuple[list[Entry], dict[str, bytes]]


def book(cards: int, *, changed: bool) -> bytes:
    """A book; in the changed one every hundredth card has another note."""
    return "".join(CARD.format(n, "Seen" if changed and n % 100 == 0 else "Met") for n in range(cards)).encode()


def read(data: bytes) -> Index:
    """The index and the bodies of a book, with nothing remembered from the last time."""
    number.read_number.cache_clear()
    number._parsed.cache_clear()
    raws = list(split_book(data))
    entries = [index_card(raw, "book.vcf", place, "JP") for place, raw in enumerate(raws)]
    return entries, {entry.digest: raw.data for entry, raw in zip(entries, raws, strict=True)}


def differ(before: Index, after: Index) -> int:
    """How many events lie between two books."""
    bodies = before[1] | after[1]
    pairs = pair(with_keys(before[0]), after[0])
    keyed = [(was, replace(now, key=was.key)) for was, now in pairs if was and now]
    return len(events_of(judge(compare(keyed, bodies.__getitem__, "JP"), RULE_SET)))


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def measure(cards: int, rounds: int) -> tuple[float, float]:
    """Median seconds of reading two books and of comparing them."""
    before, after = book(cards, changed=False), book(cards, changed=True)
    reading, comparing = [], []
    for _ in range(rounds):
        begun = time.perf_counter()
        indexes = read(before), read(after)
        reading.append(time.perf_counter() - begun)
        comparing.append(seconds(lambda: differ(*indexes)))  # noqa: B023
    return statistics.median(reading), statistics.median(comparing)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    read_10, compare_10 = measure(10_000, rounds)
    print(
        f"10,000 cards:  read {read_10:6.2f} s, compared {compare_10:6.2f} s, ratio {compare_10 / read_10:.2f} (at most 3)"
    )
    read_100, compare_100 = measure(100_000, 1)
    print(f"100,000 cards: read {read_100:6.2f} s, compared {compare_100:6.2f} s")
    ratio = (read_100 + compare_100) / (read_10 + compare_10)
    print(f"100,000 against 10,000: ratio {ratio:.1f} (at most 12), comparing alone {compare_100 / compare_10:.1f}")


if __name__ == "__main__":
    main()
