"""Where a configuration belongs, and the commands that make it a service."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cardwarden.errors import RefusedError
from cardwarden.setup import service
from cardwarden.setup.candidates import likely_books
from cardwarden.setup.home import Home, InstallKind, guessed, home_of, service_owner
from cardwarden.setup.units import system_units


@pytest.mark.parametrize(
    ("user", "marker", "kind"),
    [(0, False, InstallKind.SERVICE), (1000, False, InstallKind.USER), (1000, True, InstallKind.CONTAINER)],
)
def test_for_whom_it_is_can_be_told(user: int, marker: bool, kind: InstallKind, tmp_path: Path) -> None:
    if marker:
        (tmp_path / "marker").touch()
    assert guessed(user, {}, (tmp_path / "marker",)) is kind


def test_the_image_is_known_by_its_configuration() -> None:
    """Not each engine leaves a file in the container that says so."""
    image = (Path(__file__).parents[3] / "Dockerfile").read_text("utf-8")
    [config] = re.findall(r"CARDWARDEN_CONFIG=(\S+)", image)
    assert guessed(1000, {"CARDWARDEN_CONFIG": config}, ()) is InstallKind.CONTAINER
    assert guessed(1000, {"CARDWARDEN_CONFIG": "/home/anna/own.toml"}, ()) is InstallKind.USER


@pytest.mark.parametrize(
    ("kind", "environ", "config", "state"),
    [
        (InstallKind.SERVICE, {}, "/etc/cardwarden/cardwarden.toml", "/var/lib/cardwarden"),
        (InstallKind.USER, {}, "/home/a/.config/cardwarden/cardwarden.toml", "/home/a/.local/state/cardwarden"),
        (InstallKind.CONTAINER, {"STATE_DIRECTORY": "/data"}, "/config/cardwarden.toml", "/data"),
        (InstallKind.USER, {"CARDWARDEN_CONFIG": "/x/c.toml"}, "/x/c.toml", "/home/a/.local/state/cardwarden"),
    ],
)
def test_each_has_its_place(kind: InstallKind, environ: dict[str, str], config: str, state: str) -> None:
    home = home_of(kind, environ, Path("/home/a"))
    assert (str(home.config), str(home.state), home.secret("x")) == (config, state, Path(config).with_name("x"))


def test_a_configuration_that_was_named_is_the_one(tmp_path: Path) -> None:
    assert (
        home_of(InstallKind.USER, {"CARDWARDEN_CONFIG": "/x"}, tmp_path, tmp_path / "c.toml").config
        == tmp_path / "c.toml"
    )


def system() -> Home:
    return Home(InstallKind.SERVICE, Path("/etc/cardwarden/cardwarden.toml"), Path("/var/lib/cardwarden"))


def test_the_service_s_user_is_made_before_its_secrets_are_written_and_started_after() -> None:
    steps = service.steps(system(), "/opt/cardwarden/bin/cardwarden")
    assert steps.before[0] == ("/opt/cardwarden/bin/cardwarden", "systemd", "install")
    if service_owner() is None:
        conf = next(unit.place for unit in system_units() if "sysusers" in unit.name)
        assert steps.before[1] == ("systemd-sysusers", str(conf))
    assert [command[1] for command in steps.after] == ["daemon-reload", "enable", "restart"]


def test_a_user_s_service_needs_no_root_and_a_container_s_is_not_ours_to_start() -> None:
    home = Home(InstallKind.USER, Path("/home/a/c.toml"), Path("/home/a/state"))
    steps = service.steps(home, "/x/cardwarden")
    assert not steps.before
    assert all("--user" in command for command in steps.after)
    assert (
        service.steps(Home(InstallKind.CONTAINER, Path("/config/c.toml"), Path("/data")), "/x/cardwarden")
        == service.Steps()
    )


def test_a_command_that_fails_is_named_with_what_it_said() -> None:
    with pytest.raises(RefusedError, match=r'"sh -c echo no >&2; exit 3" failed \(exit code 3\): no'):
        service.run([("true",), ("sh", "-c", "echo no >&2; exit 3")])
    with pytest.raises(RefusedError, match="could not be run"):
        service.run([("/not/there",)])


def test_folders_with_cards_are_suggested_the_likeliest_first(tmp_path: Path) -> None:
    for folder in ("home/contacts", "home/.contacts/family", "radicale/anna/book", "home/other"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.vcf").touch()
    found = likely_books(tmp_path / "home", (tmp_path / "radicale", tmp_path / "not-there"))
    assert found == [tmp_path / "home/.contacts/family", tmp_path / "home/contacts", tmp_path / "radicale/anna/book"]


def test_a_folder_that_is_closed_to_us_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "contacts").mkdir(mode=0o000)
    assert likely_books(tmp_path, ()) == []
    (tmp_path / "contacts").chmod(0o700)
