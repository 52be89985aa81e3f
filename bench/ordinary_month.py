"""What people get in an ordinary month: three families, everyday edits, whole books rewritten, ten real damages hidden.

Every damage has to be told at the check that finds it; at most three times a month somebody is told at once of what was no
damage, each time as a question that one tap settles; and there is one digest a day at most.

    .venv/bin/python bench/ordinary_month.py [SEED]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.month import LANDS, Got, play
from support.receiver import receiving

SIZES = (200, 600, 2_000)


def main(seed: int) -> int:
    good = True
    for land, cards in zip(LANDS, SIZES, strict=True):
        with tempfile.TemporaryDirectory(prefix="cardwarden-month-") as name, receiving() as receiver:
            good &= shown(play(Path(name), land, cards, seed, receiver))
    return 0 if good else 1


def shown(got: Got) -> bool:
    """Prints what one household got; gives whether the goal was met."""
    missed = [name for name, told in got.notified.items() if not told]
    print(
        f"\n{got.region}, {got.cards} cards: {sum(got.notified.values())} of {len(got.notified)} damages told at once"
    )
    print(f"  pushes: {got.pushes}, of these needless: {len(got.needless)}; digests: {len(got.digests)}")
    for name in missed:
        print(f"  NOT TOLD: {name}")
    for title, is_question in got.needless:
        print(f"  {'question' if is_question else 'needless'}: {title}")
    for digest in got.digests:
        print("  digest: " + digest.replace("\n", "\n          "))
    return not missed and len(got.needless) <= 3 and all(is_question for _, is_question in got.needless)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
