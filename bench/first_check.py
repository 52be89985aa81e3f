"""The first check of a folder, the whole process, against git and vdirsyncer on the same folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import books
from measure import Cost, Figure, Guarded, Point, compared, folder_source, in_turn, workplace
from peers import Vdirsyncer, git_first
from sizes import Sizes

ROW = "first check"


def measure(sizes: Sizes) -> tuple[list[Figure], list[Point]]:
    with workplace() as root:
        return _compared(root, sizes), _drawn(root, sizes)


def _compared(root: Path, sizes: Sizes) -> list[Figure]:
    folder = root / "contacts"
    books.folder(folder, sizes.cards)
    guarded, other = _guarded(root, folder), Vdirsyncer(folder, root / "vdirsyncer")
    work, peer = f"first check, {sizes.said(sizes.cards)}, 30 % with pictures", "git add, git commit"
    git = in_turn(lambda: _first(guarded), lambda: git_first(folder, root / "git"), sizes.pairs)
    sync = in_turn(lambda: _first(guarded), other.first, sizes.pairs)
    bare = root / "bare"
    books.folder(bare, sizes.cards, pictures=False)
    plain = _guarded(root, bare)
    unpictured = in_turn(lambda: _first(plain), lambda: git_first(bare, root / "git"), sizes.pairs)
    without = f"first check, {sizes.said(sizes.cards)}, no pictures"
    return [
        compared(ROW, work, peer, git, 1.5, wall=True),
        compared(ROW, work, peer, git, 2.5),
        compared(ROW, work, "first vdirsyncer sync", sync, 0.5),
        compared(ROW, without, peer, unpictured, 2.5),
    ]


def _drawn(root: Path, sizes: Sizes) -> list[Point]:
    points: list[Point] = []
    for cards in sorted({max(sizes.cards // 100, 2), sizes.small, sizes.cards}):
        folder = root / f"drawn{cards}"
        books.folder(folder, cards)
        other = Vdirsyncer(folder, root / "vdirsyncer")
        points += [
            Point("cardwarden check", cards, _first(_guarded(root, folder)).cpu),
            Point("git add, git commit", cards, git_first(folder, root / "git").cpu),
            Point("vdirsyncer sync", cards, other.first().cpu),
        ]
    return points


def _guarded(root: Path, folder: Path) -> Guarded:
    guarded = Guarded(root / f"guard-{folder.name}")
    guarded.root.mkdir(exist_ok=True)
    guarded.write(folder_source(folder))
    return guarded


def _first(guarded: Guarded) -> Cost:
    shutil.rmtree(guarded.database.parent, ignore_errors=True)
    return guarded.check()
