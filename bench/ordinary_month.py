"""What people get in an ordinary month: three families, everyday edits, whole books rewritten, ten real damages hidden.

Every damage has to be told at the check that finds it; at most three times a month somebody is told at once of what was no
damage, each time as a question that one tap settles; and there is one digest a day at most. What came out is written to
docs/explanation/month.md; tests/unit/test_month.py plays the smallest households of it again.

    .venv/bin/python bench/ordinary_month.py [SEED]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.month import LANDS, SEED, Got, page, play
from support.receiver import receiving

SIZES = (60, 200, 600, 2_000)


def main(seed: int) -> int:
    households: list[Got] = []
    for cards in SIZES:
        for land in LANDS:
            with tempfile.TemporaryDirectory(prefix="cardwarden-month-") as name, receiving() as receiver:
                households.append(play(Path(name), land, cards, seed, receiver))
            shown(households[-1])
    if seed == SEED:
        (Path(__file__).parents[1] / "docs/explanation/month.md").write_text(page(households), "utf-8")
    return 0 if all(got.is_quiet for got in households) else 1


def shown(got: Got) -> None:
    """Prints what one household got."""
    print(
        f"\n{got.region}, {got.cards} cards: {sum(got.notified.values())} of {len(got.notified)} damages told at once"
    )
    print(f"  pushes: {got.pushes}, of these needless: {len(got.needless)}; digests: {len(got.digests)}")
    for name in [name for name, told in got.notified.items() if not told]:
        print(f"  NOT TOLD: {name}")
    for title, is_question in got.needless:
        print(f"  {'question' if is_question else 'needless'}: {title}")
    for lines in got.notices:
        print("  digest: " + "\n          ".join(lines), flush=True)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SEED))
