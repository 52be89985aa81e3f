"""A worker that looks at everything more often than usual, so that tests wait for what happens and not for its time."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cardwarden.beside import beside_household, wanted_beside
from cardwarden.clock import SystemClock
from cardwarden.fleet.ears import BesideHousehold
from cardwarden.fleet.pace import Pace
from cardwarden.fleet.worker import Worker
from cardwarden.service import logs
from cardwarden.settings.households import server_in

PACE = Pace(tick=0.2, busy=0.1, whole=1, sync=1, look=1, beat=2, dead=15, missed=4, lost=20)
"""A worker is dead after a third of the usual time; much less, and a busy machine would kill those that live."""


def main() -> None:
    """`worker --config FILE`, at that pace."""
    server = server_in(Path(sys.argv[-1]), os.environ, Path.home())
    logs.start(server.settings.workers.format, server.settings.workers.level, os.environ)
    Worker(server, SystemClock(), os.environ, pace=PACE, beside=BesideHousehold(wanted_beside, beside_household)).run()
