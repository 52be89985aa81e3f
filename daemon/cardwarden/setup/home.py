"""Where a configuration belongs: the service's user, a user of their own, or a container; and who may read it there."""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from cardwarden.settings.places import SYSTEM, USER, state_directory

SERVICE_USER: Final = "cardwarden"
"""The system's user that the units run as (`systemd/cardwarden.sysusers.conf`)."""
_OF_IMAGE: Final = Path("/config/cardwarden.toml")
_IN_CONTAINER: Final = (Path("/.dockerenv"), Path("/run/.containerenv"))


class InstallKind(Enum):
    """For whom cardwarden runs."""

    SERVICE = "service"
    USER = "user"
    CONTAINER = "container"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns what is written. None leaves it to whoever runs the program."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Home:
    """Where things stand.

    config   the configuration
    state    the folder of the database
    owner    who has to be able to read the secrets
    """

    kind: InstallKind
    config: Path
    state: Path
    owner: Owner | None = None

    @property
    def folder(self) -> Path:
        """The configuration's folder, which holds the secrets, too."""
        return self.config.parent

    @property
    def is_usual(self) -> bool:
        """Whether commands find the configuration without being told."""
        return self.config in {SYSTEM, Path.home() / USER} or os.environ.get("CARDWARDEN_CONFIG") == str(self.config)

    @property
    def database(self) -> Path:
        return self.state / "cardwarden.db"

    def secret(self, name: str) -> Path:
        """The file for a secret, such as `ntfy-url`."""
        return self.folder / name


def guessed(user: int, environ: Mapping[str, str], markers: tuple[Path, ...] = _IN_CONTAINER) -> InstallKind:
    """For whom cardwarden probably runs here; `user` is the effective user's number. The image names its configuration."""
    if environ.get("CARDWARDEN_CONFIG") == str(_OF_IMAGE) or any(marker.exists() for marker in markers):
        return InstallKind.CONTAINER
    return InstallKind.SERVICE if user == 0 else InstallKind.USER


def home_of(kind: InstallKind, environ: Mapping[str, str], home: Path, config: Path | None = None) -> Home:
    """Where a configuration of that kind stands; `config` is the one that was named, if any."""
    named = config or (Path(environ["CARDWARDEN_CONFIG"]) if environ.get("CARDWARDEN_CONFIG") else None)
    usual = {
        InstallKind.SERVICE: SYSTEM,
        InstallKind.USER: home / USER,
        InstallKind.CONTAINER: _OF_IMAGE,
    }
    path = (named or usual[kind]).absolute()
    return Home(
        kind, path, state_directory(path, environ, home), service_owner() if kind is InstallKind.SERVICE else None
    )


def service_owner() -> Owner | None:
    """The service's user, if this machine has it and may give files to it."""
    if os.geteuid() != 0:
        return None
    try:
        return Owner(pwd.getpwnam(SERVICE_USER).pw_uid, grp.getgrnam(SERVICE_USER).gr_gid)
    except KeyError:
        return None
