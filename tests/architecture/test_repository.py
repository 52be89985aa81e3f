"""What holds the repository together and no linter says."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-build.lock", "requirements-docs.lock"]
FLEET = "requirements-fleet.lock"
OTHERS = ["requirements-release.lock", "bench/peers.lock", FLEET]
"""Locks of tools that share no environment with cardwarden, and of what workers need besides."""


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE))


def test_the_source_root_is_no_package_because_others_own_its_name() -> None:
    assert not (ROOT / "daemon/__init__.py").exists()
    assert [path.name for path in (ROOT / "daemon").glob("*/__init__.py")] == ["__init__.py"]
    assert PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["daemon/cardwarden"]


@pytest.mark.parametrize("lock", LOCKS + OTHERS)
def test_a_lock_names_no_place_only_names_versions_and_hashes(lock: str) -> None:
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    pin = re.compile(r"[a-z0-9.-]+==[0-9][0-9a-z.]* \\")
    digest = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    comment = re.compile(
        r" +#( +via)?( +(-c requirements(-dev)?\.lock|-r (bench|container)/[a-z]+\.in"
        r"|cardwarden \(pyproject\.toml[a-z:.-]*\)|[a-z0-9.-]+))?"
    )
    heading = re.compile(r"(# The following packages are considered to be unsafe in a requirements file:)?")
    assert [line for line in lines if not any(kind.fullmatch(line) for kind in (pin, digest, comment, heading))] == []


def test_the_locks_agree_and_hold_every_dependency() -> None:
    runtime, development, build, guide = map(pins, LOCKS)
    assert runtime.items() <= development.items()
    assert build.items() <= development.items()
    assert runtime.items() & guide.items() == {(name, pinned) for name, pinned in guide.items() if name in runtime}
    names = {re.split(r"[\[<>=]", requirement)[0].lower() for requirement in PROJECT["project"]["dependencies"]}
    assert names <= runtime.keys()
    extra = {re.split(r"[\[<>=]", name)[0].lower() for name in PROJECT["project"]["optional-dependencies"]["dev"]}
    assert extra <= development.keys()


def test_a_home_has_nothing_of_what_only_workers_need_and_what_both_need_is_the_same() -> None:
    home, fleet, development = pins("requirements.lock"), pins(FLEET), pins("requirements-dev.lock")
    assert {"procrastinate", "psycopg"} <= fleet.keys()
    assert not {"procrastinate", "psycopg", "psycopg-binary", "psycopg-pool"} & home.keys()
    assert fleet.items() <= development.items()
    assert home.items() & fleet.items() == {(name, pinned) for name, pinned in fleet.items() if name in home}


def test_a_demo_says_what_it_sets_up_and_how_long_that_takes_before_it_downloads() -> None:
    command = ["make", "--dry-run", "demo", "READY=/nothing/ready", "STAGE=build/nothing/ready"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.search(r'echo "Setting up what the demo needs, in .*: a minute or two, once\.', said)
    assert said.index("Setting up what the demo needs") < said.index("-m venv")
    assert "requirements-dev.lock" not in said


@pytest.mark.parametrize(
    "name", ["Dockerfile", "compose.yaml", "container/fleet.yaml", "container/cardwarden.container"]
)
def test_no_description_of_a_container_is_of_one_architecture(name: str) -> None:
    assert not re.findall(r"(?i)amd64|x86.64|arm64|aarch64|@sha256:|--platform", (ROOT / name).read_text("utf-8"))


def test_what_is_installed_can_serve_metrics() -> None:
    """The image and `make install` install this lock and nothing else."""
    assert "prometheus-client" in pins("requirements.lock")
    assert "--require-hashes -r requirements.lock" in (ROOT / "Makefile").read_text("utf-8")
    image = (ROOT / "Dockerfile").read_text("utf-8")
    assert "ARG LOCK=requirements.lock\n" in image
    assert "--require-hashes -r ${LOCK}" in image
