"""The image, built from the Dockerfile and run as compose.yaml runs it: read-only, without rights, as any user."""

from __future__ import annotations

import json
import os
import re
import shlex
import socket
import subprocess
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from support.receiver import Receiver, receiving
from system.contacts import damage, fill, wait_for_alert
from system.machine import CHECKOUT, PIP_SETTINGS, cache, eventually, tried

pytestmark = pytest.mark.system

IMAGE = "localhost/cardwarden:test"
DOCKER, PODMAN = ((CHECKOUT / f"docs/how-to/{page}.md").read_text("utf-8") for page in ("docker", "podman"))
MONITORED = """
[health]
listen = "127.0.0.1:{port}"
"""


def fenced(page: str, language: str) -> list[str]:
    """What a page of the guide shows in one language, block by block."""
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```", page)


[SETTINGS] = fenced(DOCKER, "toml")


def run(*command: str | Path, fails: bool = False) -> str:
    """What a command prints. It must succeed, or fail where `fails` says so."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, stdin=subprocess.DEVNULL, check=False)
    said = done.stdout + done.stderr
    assert (done.returncode != 0) is fails, f"{' '.join(map(str, command))} ended with {done.returncode}:\n{said}"
    return done.stdout if not fails else said


@dataclass(frozen=True, slots=True)
class Container:
    """A container that guards the folder `books` and tells `phone`."""

    id: str
    books: Path
    phone: Receiver
    port: int

    def is_healthy(self) -> bool:
        # podman's timers need systemd on this machine; so it is asked
        return (
            subprocess.run(["podman", "healthcheck", "run", self.id], capture_output=True, check=False).returncode == 0
        )

    def inspect(self) -> dict[str, dict[str, object]]:
        found: list[dict[str, dict[str, object]]] = json.loads(run("podman", "inspect", self.id))
        return found[0]

    def logs(self) -> str:
        done = subprocess.run(["podman", "logs", self.id], capture_output=True, text=True, check=True)
        return done.stdout + done.stderr


@pytest.fixture(scope="module", autouse=True)
def _image() -> None:
    cache()
    mounts = [f"--volume={path}:{path}:ro" for path in PIP_SETTINGS if Path(path).exists()]
    tried(
        lambda: run(
            "buildah", "build", "--isolation=chroot", "--network=host", "--pull-never", "--format=docker", "--layers",
            *mounts, "--build-arg=VERSION=0.0.test", "--build-arg=REVISION=abc", "--tag", IMAGE, CHECKOUT,
        )
    )  # fmt: skip


@contextmanager
def container(folder: Path, user: int) -> Iterator[Container]:
    """A container that runs as `user`, with the restrictions that compose.yaml names; removed at the end."""
    with receiving() as phone:
        for name in ("config", "data", "books"):
            (folder / name).mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (folder / "config/cardwarden.toml").write_text(SETTINGS + MONITORED.format(port=port))
        (folder / "ntfy-url").write_text(phone.url)
        fill(folder / "books")
        for path in (folder / "data", folder / "ntfy-url"):
            path.chmod(0o700)
            os.chown(path, user, user)
        service = yaml.safe_load((CHECKOUT / "compose.yaml").read_text())["services"]["cardwarden"]
        started = run(
            "podman", "run", "--detach", "--network=host", f"--user={user}:{user}", f"--read-only={service['read_only']}",
            *(f"--cap-drop={capability}" for capability in service["cap_drop"]),
            *(f"--security-opt={option}" for option in service["security_opt"]),
            *(f"--tmpfs={mount}" for mount in service["tmpfs"]),
            "--env=TZ=Asia/Tokyo",
            f"--volume={folder}/config:/config:ro", f"--volume={folder}/data:/data", f"--volume={folder}/books:/books:ro",
            f"--volume={folder}/ntfy-url:/run/secrets/ntfy-url:ro",
            IMAGE,
        ).strip()  # fmt: skip
        try:
            yield Container(started, folder / "books", phone, port)
        finally:
            run("podman", "rm", "--force", "--time=5", started)


@pytest.fixture(scope="module", params=[1000, 4321])
def guard(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    folder = tmp_path_factory.mktemp("container")
    for parent in folder.parents[:2]:
        parent.chmod(0o755)  # pytest's folders are its user's own
    folder.chmod(0o755)
    with container(folder, request.param) as guard:
        eventually(lambda: "checked" in guard.logs())
        yield guard


def test_it_is_healthy_after_the_first_look(guard: Container) -> None:
    eventually(guard.is_healthy)


def test_it_finds_a_change_in_a_mounted_folder(guard: Container) -> None:
    damage(guard.books, "Aoi")
    wait_for_alert(guard.phone, "Aoi")


def test_commands_see_the_same_state(guard: Container) -> None:
    damage(guard.books, "Bunta")
    wait_for_alert(guard.phone, "Bunta")
    assert "Bunta" in run("podman", "exec", guard.id, "cardwarden", "findings")


@pytest.mark.parametrize(("page", "calls"), [(DOCKER, 3), (PODMAN, 2)], ids=["docker", "podman"])
def test_what_its_how_to_tells_to_type_is_done_in_it(guard: Container, page: str, calls: int) -> None:
    """By podman, which takes what docker takes; `docker compose run` is a container of its own with the same folders."""
    lines = [line for block in fenced(page, "console") for line in block.splitlines()]
    said = {
        line: run("podman", "exec", guard.id, "cardwarden", *shlex.split(ours[1]))
        for line in lines
        if (ours := re.search(r"(?:exec cardwarden|run --rm) cardwarden (.*)", line))
    }
    assert len(said) == calls
    assert any("The daemon runs" in text for line, text in said.items() if line.endswith("status"))
    eventually(lambda: "cardwarden can reach you here" in [told.get("title") for told in guard.phone.requests])


def test_init_in_a_container_writes_where_its_how_to_mounts_it(tmp_path: Path) -> None:
    [line] = [
        line for block in fenced(DOCKER, "console") for line in block.splitlines() if line.startswith("docker run")
    ]
    words = line.replace('"$PWD', f'"{tmp_path}').replace(" -it ", " --network=host ")
    for name in ("config", "books"):
        (tmp_path / name).mkdir()
        os.chown(tmp_path / name, 1000, 1000)
    for parent in (tmp_path, *tmp_path.parents[:2]):
        parent.chmod(0o755)
    fill(tmp_path / "books")
    command = shlex.split(words)
    place = command.index("cardwarden")
    unattended = ["--yes", "--region", "JP", "--book", "/books", "--channel", "ntfy", "--no-test"]
    said = run("podman", *command[1:place], IMAGE, *command[place + 1 :], *unattended)
    written = tomllib.loads((tmp_path / "config/cardwarden.toml").read_text("utf-8"))
    assert [source["path"] for source in written["sources"].values()] == ["/books"]
    secret = tmp_path / "config" / Path(written["alerts"]["channels"]["phone"]["url_file"]).name
    assert (secret.stat().st_mode & 0o777, secret.stat().st_uid) == (0o600, 1000)
    assert "docker compose up -d" in said


def test_its_metrics_are_scraped(guard: Container) -> None:
    with urlopen(f"http://127.0.0.1:{guard.port}/metrics", timeout=30) as answer:
        kind, text = answer.headers["Content-Type"], answer.read().decode()
    assert kind == "text/plain; version=0.0.4; charset=utf-8"
    families = {family.name: family for family in text_string_to_metric_families(text)}
    [cards] = families["cardwarden_cards"].samples
    assert (cards.labels, cards.value) == ({"source": "family", "book": "books"}, len(list(guard.books.iterdir())))
    now = time.time()
    for name in ("last_check", "last_conclusive_check"):
        [checked] = families[f"cardwarden_{name}_timestamp_seconds"].samples
        assert 0 <= now - checked.value < 3600
    assert families["cardwarden_channel_failing"].samples[0].labels == {"channel": "phone"}


def test_it_runs_as_that_user_without_rights_on_a_read_only_root(guard: Container) -> None:
    status = run("podman", "exec", guard.id, "cat", "/proc/1/status")
    fields = dict(line.split(":\t", 1) for line in status.splitlines())
    assert fields["Uid"].split()[0] != "0"
    assert (fields["CapEff"], fields["CapBnd"], fields["NoNewPrivs"]) == ("0" * 16, "0" * 16, "1")
    run("podman", "exec", guard.id, "touch", "/opt/cardwarden/x", fails=True)


def test_its_labels_say_what_it_is(guard: Container) -> None:
    [image] = json.loads(run("podman", "image", "inspect", IMAGE))
    assert image["Labels"]["org.opencontainers.image.title"] == "cardwarden"
    assert image["Labels"]["org.opencontainers.image.version"] == "0.0.test"
    assert image["Labels"]["org.opencontainers.image.revision"] == "abc"
    assert image["Labels"]["org.opencontainers.image.base.name"].endswith("python:3.12-slim")
    assert image["Config"]["User"] == "1000:1000"


def test_it_brings_a_list_of_what_is_in_it(guard: Container) -> None:
    listed = json.loads(run("podman", "exec", guard.id, "cat", "/usr/share/doc/cardwarden/sbom.cdx.json"))
    every = "import importlib.metadata as m; print(*(f'{d.name.lower()} {d.version}' for d in m.distributions()), sep='\\n')"
    installed = set(run("podman", "exec", guard.id, "python", "-c", every).splitlines())
    parts = [*listed["components"], listed["metadata"]["component"]]
    assert {f"{part['name'].lower()} {part['version']}" for part in parts} >= installed
    assert listed["metadata"]["component"]["name"] == "cardwarden"
    assert all(part.get("purl") for part in listed["components"] if part["name"] != "cardwarden")


def test_it_stops_with_0_when_it_is_told(guard: Container) -> None:
    run("podman", "stop", "--time=30", guard.id)
    assert guard.inspect()["State"]["ExitCode"] == 0
    assert "Traceback" not in guard.logs()
