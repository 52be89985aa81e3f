"""What is to be tried on PostgreSQL is: records of every kind that tests begin are kept where the run says."""

from __future__ import annotations

import os

from cardwarden.store.engine import Store
from support.store import ON_POSTGRESQL
from support.world import World


def test_every_record_is_in_the_database_that_the_run_names(store: Store, world: World) -> None:
    with world.program() as program, program.store.read() as of_program, store.read() as of_store:
        kinds = {connection.dialect.name for connection in (of_program, of_store)}
    assert kinds == {"postgresql" if ON_POSTGRESQL in os.environ else "sqlite"}
