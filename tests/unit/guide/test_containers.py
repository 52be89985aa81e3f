"""The how-tos of Docker and Podman say what the files that they are about say: names, folders, secrets."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from itertools import pairwise
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[3]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
QUADLET = (ROOT / "container/cardwarden.container").read_text("utf-8")
IMAGE = (ROOT / "Dockerfile").read_text("utf-8")


def fenced(page: str, language: str) -> list[str]:
    text = (ROOT / f"docs/how-to/{page}.md").read_text("utf-8")
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```", text)


def lines(page: str) -> list[list[str]]:
    return [shlex.split(line) for block in fenced(page, "console") for line in block.splitlines()]


def quadlet(key: str) -> list[str]:
    return re.findall(rf"(?m)^{key}=(.*)$", QUADLET)


def mounted(volumes: list[str]) -> dict[str, str]:
    """Of each folder inside the container which one it is outside."""
    pairs = [volume.removesuffix(":ro").rpartition(":") for volume in volumes]
    return {inside: outside for outside, _, inside in pairs}


def config_of_the_image() -> str:
    found = re.search(r"CARDWARDEN_CONFIG=(\S+)", IMAGE)
    assert found
    return found[1]


def test_what_docker_s_page_makes_is_what_the_compose_file_needs(tmp_path: Path) -> None:
    shell = [line for block in fenced("docker", "console") for line in block.splitlines() if "docker" not in line]
    subprocess.run(["sh", "-euc", "\n".join(shell)], cwd=tmp_path, check=True)
    [(name, secret)] = COMPOSE["secrets"].items()
    file = tmp_path / secret["file"]
    assert file.stat().st_mode & 0o077 == 0
    service = COMPOSE["services"]["cardwarden"]
    places = mounted(service["volumes"])
    assert (tmp_path / places[str(Path(config_of_the_image()).parent)]).is_dir()
    [settings] = map(tomllib.loads, fenced("docker", "toml"))
    assert (tmp_path / re.sub(r"\$\{\w+:-(.*)\}", r"\1", places[settings["sources"]["family"]["path"]])).is_dir()
    assert settings["alerts"]["channels"]["phone"]["url_file"] == f"/run/secrets/{name}"
    assert service["secrets"] == [name]


def test_docker_s_page_calls_services_and_the_image_by_their_names() -> None:
    for words in lines("docker"):
        match words:
            case ["docker", "compose", "run", "--rm", service, *_] | ["docker", "compose", "exec", service, *_]:
                assert service in COMPOSE["services"]
            case ["docker", "run", *options, "init"]:
                assert options[-1] == COMPOSE["services"]["cardwarden"]["image"]
                volumes = [after for before, after in pairwise(options) if before == "-v"]
                assert mounted(volumes).keys() < mounted(COMPOSE["services"]["cardwarden"]["volumes"]).keys()
            case ["docker", "compose", "build" | "up", *_]:
                pass
            case ["docker", *_]:
                raise AssertionError(words)


def test_podman_s_page_and_its_unit_use_the_same_names_and_folders() -> None:
    typed = lines("podman")
    builds = [words[words.index("--tag") + 1] for words in typed if "build" in words]
    secrets = [words[words.index("create") + 1] for words in typed if "create" in words]
    called = [words[words.index("exec") + 1] for words in typed if "exec" in words]
    installed = [words[-2:] for words in typed if "install" in words]
    started = [words[words.index("start") + 1] for words in typed if "start" in words]
    assert set(builds) == {*quadlet("Image")}
    assert set(secrets) == {secret.partition(",")[0] for secret in quadlet("Secret")}
    assert set(called) == {*quadlet("ContainerName")}
    assert all((ROOT / source).exists() for source, _ in installed)
    assert [target for _, target in installed] == [
        f"{folder}/containers/systemd/cardwarden.container" for folder in ("/etc", "~/.config")
    ]
    assert set(started) == {"cardwarden"}  # the unit of cardwarden.container
    places = mounted(quadlet("Volume"))
    page = (ROOT / "docs/how-to/podman.md").read_text("utf-8")
    outside = places[str(Path(config_of_the_image()).parent)]
    assert f"`{outside}/{Path(config_of_the_image()).name}`" in page
    [settings] = map(tomllib.loads, fenced("podman", "toml"))
    assert f"`{places[settings['sources']['family']['path']]}`" in page
    assert settings["alerts"]["channels"]["phone"]["url_file"] == f"/run/secrets/{secrets[0]}"


def test_both_ways_run_the_container_with_the_same_rights() -> None:
    service = COMPOSE["services"]["cardwarden"]
    assert (service["read_only"], quadlet("ReadOnly")) == (True, ["true"])
    assert (service["cap_drop"], quadlet("DropCapability")) == (["ALL"], ["all"])
    assert (service["security_opt"], quadlet("NoNewPrivileges")) == (["no-new-privileges:true"], ["true"])
    [limits] = quadlet("PodmanArgs")
    assert f"--memory={service['mem_limit']}" in limits
    assert f"--pids-limit={service['pids_limit']}" in limits
    assert mounted(service["volumes"]).keys() == mounted(quadlet("Volume")).keys()
