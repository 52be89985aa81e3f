"""A daemon on a fake clock, in this process: it does what is due when it is told to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from types import MappingProxyType

from cardwarden.service.inbox import FileChanged
from cardwarden.service.runner import Daemon
from cardwarden.settings.load import parse
from cardwarden.settings.model import Settings
from cardwarden.wiring import Opening, Program, assembled
from support.schedule import SimulatedSchedule
from support.world import World


class Guard:
    """A daemon that does what is due when it is told to."""

    def __init__(self, world: World, program: Program, environ: Mapping[str, str]) -> None:
        self.world = world
        self.schedule = SimulatedSchedule(world.clock)
        self.daemon = Daemon(program, self._settings, environ, self.schedule)
        self.daemon.plan(world.clock.now())

    def _settings(self) -> Settings:
        return settings(self.world)

    def note_change(self) -> None:
        """A file of the book changed, and its check is asked for."""
        self.daemon.inbox.put(FileChanged("family", "Yamada.vcf"))
        for _ in range(10):  # also what the watch of the folder saw
            self.daemon.step(at_most=0)
        self.world.clock.at += timedelta(seconds=1)
        self.daemon.step(at_most=0)

    def go_on(self, span: timedelta = timedelta()) -> None:
        """Let time go by, and do what is due then."""
        self.world.clock.at += span
        self.schedule.run_due()


def settings(world: World) -> Settings:
    return parse(world.text(), world.root / "cardwarden.toml", {}, world.root)


@contextmanager
def guarding(
    world: World, environ: Mapping[str, str] = MappingProxyType({}), *, helped: bool = False
) -> Iterator[Guard]:
    with assembled(
        settings(world), Opening.GUARD, clock=world.clock, environ={"PHONE": world.phone}, helped=helped
    ) as program:
        guard = Guard(world, program, environ)
        yield guard
        guard.daemon.close()
