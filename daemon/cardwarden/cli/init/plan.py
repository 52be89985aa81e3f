"""What is going to be written and run, shown before it is."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from cardwarden.cli.output import say, say_indented, tell
from cardwarden.cli.texts import init_text
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.settings.load import load
from cardwarden.setup import files, service
from cardwarden.setup.files import CONFIG, SECRET, NewFile
from cardwarden.setup.home import Home, InstallKind, service_owner


@dataclass(frozen=True, slots=True)
class SetupPlan:
    """A configuration in the making.

    before   what the configuration held, None if it is new
    secrets  what goes into files of its own, by path
    """

    home: Home
    document: str
    before: bytes | None
    secrets: tuple[tuple[Path, str], ...] = field(default=(), repr=False)

    def secret_file(self, name: str) -> Path:
        """A path for a secret that holds no other one."""
        number, taken = 1, {path for path, _ in self.secrets}
        while (path := self.home.secret(name if number == 1 else f"{name}-{number}")) in taken or path.exists():
            number += 1
        return path

    def with_secret(self, path: Path, value: str) -> SetupPlan:
        return replace(self, secrets=(*self.secrets, (path, value)))


def show_plan(plan: SetupPlan, steps: service.Steps) -> None:
    """The whole configuration as it will be (of one that is there, the lines that come), and what else will be done."""
    say()
    say(init_text("will-write"), "bold")
    new = plan.before is None
    say(init_text("file-new" if new else "file-changed", path=plan.home.config))
    say()
    had = [] if plan.before is None else plan.before.decode("utf-8-sig").splitlines()
    for line in plan.document.splitlines():
        if line in had:
            had.remove(line)
        else:
            say_indented(line, 2, "green")
    say()
    for path, _ in plan.secrets:
        say(init_text("file-secret", path=path))
    for command in (*steps.before, *steps.after):
        tell(phrase("init-will-run", command=Code(" ".join(command))))


def carried_out(plan: SetupPlan, steps: service.Steps) -> None:
    """Write, check what was written, and start the service. Raises RefusedError, and SettingsError."""
    service.run(steps.before)
    home = plan.home
    owner = service_owner() if home.kind is InstallKind.SERVICE else None
    config = files.NewFile(home.config, plan.document.encode("utf-8"), CONFIG, owner, plan.before)
    files.write_all([*(NewFile(path, f"{value}\n".encode(), SECRET, owner) for path, value in plan.secrets), config])
    load(home.config, os.environ, Path.home())
    for file in (config.path, *(path for path, _ in plan.secrets)):
        say(init_text("written", path=file))
    service.run(steps.after)
