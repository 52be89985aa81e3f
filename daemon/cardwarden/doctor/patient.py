"""What is examined: one installation, as far as it could be read."""

from __future__ import annotations

import os
import pwd
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from cardwarden.clock import Clock
from cardwarden.doctor.machine import Machine
from cardwarden.errors import SettingsError
from cardwarden.phrases.phrase import Phrase
from cardwarden.settings.households import server_in
from cardwarden.settings.load import load
from cardwarden.settings.model import Settings
from cardwarden.settings.places import SYSTEM, find_configuration
from cardwarden.settings.times import zone_of
from cardwarden.setup.home import SERVICE_USER


@dataclass(frozen=True, slots=True)
class Patient:
    """An installation.

    config    the configuration's path, None if there is none
    household of a server: which one of its households it is
    file      where the settings stand: `config`, or the household's own file
    settings  what it says, None if that is wrong; `problem` says why
    environ   the environment of whoever runs it, with the lines of the unit's EnvironmentFile
    send      whether a test message may be sent
    say       tells whoever waits which server is waited for
    """

    config: Path | None
    settings: Settings | None
    problem: SettingsError | None
    environ: Mapping[str, str] = field(repr=False)
    home: Path
    clock: Clock
    machine: Machine
    send: bool = False
    household: str | None = None
    file: Path | None = None
    say: Callable[[Phrase], None] | None = field(default=None, repr=False)

    @property
    def is_system(self) -> bool:
        """Whether it is the service of the whole machine, not a user's own."""
        return self.config is not None and self.config.absolute() == SYSTEM

    @property
    def language(self) -> str | None:
        """What its settings ask for, also if they are wrong."""
        asked = self.settings or self.problem
        return asked.language if asked else None

    @property
    def zone(self) -> tzinfo:
        """What its times are told in: the settings', else the machine's."""
        return zone_of(self.settings.timezone if self.settings else None, self.environ)

    @property
    def database(self) -> Path | None:
        return self.settings.store.path if self.settings else None

    def command(self, *words: str) -> str:
        """A command of cardwarden's as this installation's owner types it."""
        who = ("sudo", "-u", SERVICE_USER) if self.is_system else ()
        return shlex.join([*who, "cardwarden", *words, *self.named])

    @property
    def named(self) -> tuple[str, ...]:
        """The words that name the configuration, where it is not in its usual place, and the household."""
        usual = self.config in {None, SYSTEM, self.home / ".config/cardwarden/cardwarden.toml"}
        named = () if usual else ("--config", str(self.config))
        return (*named, "--household", self.household) if self.household else named

    def root(self, *words: str) -> str:
        """A command that only root may run."""
        return shlex.join([*(("sudo",) if self.is_system else ()), *words])

    @property
    def unit(self) -> str:
        """The service of systemd's that guards it."""
        return f"cardwarden@{self.household}" if self.household else "cardwarden"

    def systemctl(self, *words: str) -> str:
        return shlex.join([*(("sudo", "systemctl") if self.is_system else ("systemctl", "--user")), *words])


def patient(
    named: Path | None,
    environ: Mapping[str, str],
    home: Path,
    clock: Clock,
    machine: Machine,
    *,
    send: bool = False,
    household: str | None = None,
    say: Callable[[Phrase], None] | None = None,
) -> Patient:
    """The installation whose configuration was `named`, or the one that is found; of a server one household.

    Raises UsageError if there is no such household, or a server's configuration was given and none was named.
    """
    try:
        config = find_configuration(named, environ, home)
    except SettingsError as error:
        return Patient(None, None, error, environ, home, clock, machine, send, household, say=say)
    full = {**_environment_file(config.with_name("environment")), **environ}
    file = config
    try:
        if household is not None:
            file = server_in(config, environ, home).file(household)
        settings = load(config, environ, home, household)
    except SettingsError as error:
        return Patient(config, None, error, full, home, clock, machine, send, household, file, say)
    return Patient(config, settings, None, full, home, clock, machine, send, household, file, say)


def _environment_file(path: Path) -> dict[str, str]:
    """What systemd would read from it (systemd.exec(5), EnvironmentFile=); nothing if this user may not."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.partition("=") for line in map(str.strip, lines) if line and line[0] not in "#;")
    return {name.strip(): value.strip().strip("\"'") for name, equals, value in pairs if equals}


def user_name() -> str:
    """Who runs the program."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
