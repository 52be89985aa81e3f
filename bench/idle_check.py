"""A check that finds nothing changed: in the daemon against listing the folder, as a process against vdirsyncer."""

from __future__ import annotations

import books
from measure import Figure, Guarded, Inside, Point, beyond, compared, folder_source, in_turn, workplace
from peers import Vdirsyncer, python_pass
from sizes import Sizes

ROW = "nothing changed"


def measure(sizes: Sizes) -> tuple[list[Figure], list[Point]]:
    with workplace() as root:
        folder = root / "contacts"
        books.folder(folder, sizes.cards)
        guarded = Guarded(root)
        guarded.write(folder_source(folder))
        guarded.check()
        guarded.check()
        said = sizes.said(sizes.cards)
        with Inside(guarded) as daemon:
            daemon.ask("check")
            inside = in_turn(lambda: daemon.ask("check"), lambda: daemon.ask("scan"), sizes.pairs * 3)
        other = Vdirsyncer(folder, root / "vdirsyncer")
        other.first()
        sync = in_turn(guarded.check, other.again, sizes.pairs)
        bare = in_turn(guarded.check, python_pass, sizes.pairs)
        return [
            compared(ROW, f"check in the daemon, {said}", "scandir and stat of the folder", inside, 2),
            compared(ROW, f"check as a process, {said}", "vdirsyncer sync", sync, 0.1),
            beyond(ROW, f"check as a process, {said}", "python -c pass", bare, 0.35),
        ], []
