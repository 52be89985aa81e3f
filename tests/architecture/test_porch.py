"""What a newcomer reads first is true: each path, each target of make and each folder that it names is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import cardwarden

ROOT = Path(__file__).parents[2]
PROGRAM = Path(cardwarden.__file__).parent
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "daemon/README.md",
    "daemon/PARTS.md",
    "daemon/DECISIONS.md",
    "docs/how-to/release.md",
)
ELSEWHERE = ("build/", "dist/", "STATE/", "/", "~", "$")
"""What the paths begin with that are no part of the repository."""
PATH = re.compile(r"`([\w.~$/-]*\w/[\w./-]*)`|\]\(([^)#:]+)\)")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LAYERS = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_each_path_is_there(page: str) -> None:
    homes = [ROOT, (ROOT / page).parent, PROGRAM]
    named = {"".join(pair) for pair in PATH.findall(text_of(page))}
    paths = {name for name in named if not name.startswith(ELSEWHERE)}
    gone = [name for name in sorted(paths) if not any(is_there(home / name) for home in homes)]
    assert paths
    assert not gone, f"{page} names what is not there: {gone}"


def is_there(path: Path) -> bool:
    """A file, a folder, a module without its `.py`, or a name in a module: `store/migrate.REVISIONS`."""
    stem, _, name = path.name.rpartition(".")
    module = path.with_name(f"{stem}.py")
    return (
        path.exists() or path.with_name(f"{path.name}.py").exists() or (module.exists() and name in module.read_text())
    )


@pytest.mark.parametrize("page", PAGES)
def test_each_target_of_make_is_there(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    named = re.findall(r"(?:`|^ +|&& |sudo )make ((?:[a-z-]+ ?)+)", text_of(page), re.MULTILINE)
    assert {target for line in named for target in line.split()} <= targets


def test_the_map_has_every_part_of_the_program_in_the_order_of_its_layers() -> None:
    shown = [line.split("   ")[0].split() for line in text_of("daemon/README.md").split("```")[1].strip().splitlines()]
    layer = {name: depth for depth, names in enumerate(LAYERS) for name in names.split(" | ")}
    parts = [name for line in shown for name in line if "/" not in name]
    assert set(parts) == layer.keys() - {"__main__"}
    depths = [layer[name] for name in parts]
    assert depths == sorted(depths), "What stands higher may use what stands lower: pyproject.toml says the order"
