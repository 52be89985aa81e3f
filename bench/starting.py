"""How long the commands take that others call all the time, against a Python that does nothing."""

from __future__ import annotations

import books
from measure import PYTHON, Figure, Guarded, Point, compared, folder_source, in_turn, run, workplace
from peers import python_pass
from sizes import Sizes

ROW = "starting"


def measure(sizes: Sizes) -> tuple[list[Figure], list[Point]]:
    with workplace() as root:
        guarded = Guarded(root)
        books.folder(root / "contacts", sizes.small)
        guarded.write(folder_source(root / "contacts"))
        guarded.check()
        pairs = sizes.pairs * 4
        version = in_turn(lambda: run(PYTHON, "-m", "cardwarden", "--version"), python_pass, pairs)
        health = in_turn(lambda: run(*guarded.command("healthcheck"), expect=(0, 1)), python_pass, pairs)
        return [
            compared(ROW, "cardwarden --version", "python -c pass", version, 3),
            compared(ROW, "cardwarden healthcheck", "python -c pass", health, 3),
        ], []
