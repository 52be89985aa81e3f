"""The files that describe the container, read by the programs they are for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from system.machine import CHECKOUT, cache, tried

pytestmark = pytest.mark.system


def test_hadolint_finds_no_fault_in_the_dockerfile() -> None:
    hadolint = cache() / "lint/bin/hadolint"
    done = subprocess.run([hadolint, CHECKOUT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_podman_makes_a_unit_of_the_quadlet_file() -> None:
    root = cache() / "trixie"
    done = subprocess.run(
        ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--volatile=overlay", "-D", root,
         f"--bind-ro={CHECKOUT}/container:/etc/containers/systemd", "/usr/libexec/podman/quadlet", "-dryrun"],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "unsupported" not in done.stderr
    assert "--read-only" in done.stdout
    assert "Type=notify" in done.stdout


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_each_part_of_it_is_there_for_the_machines_that_people_have(machine: str, tmp_path: Path) -> None:
    """Built, to the byte that the lock file names: the image has no compiler."""
    platforms = [f"--platform=manylinux{glibc}_{machine}" for glibc in ("2014", "_2_17", "_2_28", "_2_36")]

    def download() -> None:
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--python-version=3.12",
             *platforms, "--require-hashes", "--requirement", CHECKOUT / "requirements.lock", "--dest", tmp_path],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    tried(download)
    assert any(machine in path.name for path in tmp_path.iterdir())
