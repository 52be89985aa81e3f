"""The files that describe the container, read by the programs they are for."""

from __future__ import annotations

import subprocess

import pytest

from system.machine import CHECKOUT, cache

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
