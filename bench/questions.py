"""What a person asks, with a large book: `status`, `findings`, `show e1`."""

from __future__ import annotations

import books
from measure import Figure, Guarded, Point, beyond, folder_source, in_turn, run, workplace
from peers import python_pass
from sizes import Sizes

ROW = "questions"


def measure(sizes: Sizes) -> tuple[list[Figure], list[Point]]:
    with workplace() as root:
        guarded = Guarded(root)
        books.folder(root / "contacts", sizes.large, pictures=False)
        guarded.write(folder_source(root / "contacts"))
        guarded.check()
        figures = []
        for asked in (("status",), ("findings",), ("show", "e1")):
            command = guarded.command(*asked)
            taken = in_turn(lambda: run(*command, expect=(0, 1, 2)), python_pass, sizes.pairs)  # noqa: B023
            figures.append(beyond(ROW, f"{' '.join(asked)}, {sizes.said(sizes.large)}", "python -c pass", taken, 0.3))
        return figures, []
