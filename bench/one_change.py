"""What one changed card costs beyond a check that finds nothing changed, in books of different sizes."""

from __future__ import annotations

import books
from measure import Figure, Guarded, Inside, Point, Spread, folder_source, workplace
from sizes import Sizes

ROW = "one change"


def measure(sizes: Sizes) -> tuple[list[Figure], list[Point]]:
    figures: list[Figure] = []
    middles: dict[int, float] = {}
    for cards in (sizes.small, sizes.large):
        with workplace() as root:
            folder = root / "contacts"
            books.folder(folder, cards, pictures=False)
            guarded = Guarded(root)
            guarded.write(folder_source(folder))
            guarded.check()
            with Inside(guarded) as daemon:
                daemon.ask("check")
                daemon.ask("edit 000000.vcf")
                daemon.ask("check")  # loads what judges, once
                taken: list[float] = []
                for number in range(sizes.pairs * 2):
                    idle = daemon.ask("check").cpu
                    daemon.ask(f"edit {number:06}.vcf")
                    taken.append(daemon.ask("check").cpu - idle)
        more = Spread.of(taken)
        middles[cards] = more.middle
        figures.append(
            Figure(ROW, f"one card changed, {sizes.said(cards)}, beyond nothing changed", "s CPU", more, 0.02)
        )
    small, large = middles[sizes.small], middles[sizes.large]
    ratio = large / max(small, 1e-6)
    work = f"the same, {sizes.said(sizes.large)}"
    figures.append(
        Figure(
            ROW,
            work,
            "s CPU",
            Spread.of([large]),
            1.5,
            f"{sizes.said(sizes.small)}",
            Spread.of([small]),
            Spread.of([ratio]),
        )
    )
    return figures, []
