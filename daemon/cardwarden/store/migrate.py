"""Which version the tables have, and the way to the newest one."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, insert, inspect, select, text

from cardwarden.errors import StoreError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.store.tables import metadata

REVISIONS = ("0001", "0002")
"""Every revision this program knows, oldest first: the files in migrations/.

A revision that only adds what older programs can leave out (a table, an index, a column that may be empty or has a default,
and that the chain does not cover) is called after the one before it, with a number behind a dot: "0002.1", "0002.2". It
*expands*: programs that know "0002" go on beside newer ones. Whatever takes away or changes is "0003", which they refuse: it
*contracts*.
"""

_version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
_MIGRATIONS = Path(__file__).with_name("migrations")
_OPERATING = Lock()
"""Alembic's operations are those of the process: of two threads, one would do its own to the other's tables."""


def revision_of(connection: Connection, name: str, schema: str | None = None) -> str:
    """The revision of the tables; "" if there are none yet.

    `name` is what messages call the database; `schema` says where its tables are, if the connection does not look there.
    Raises StoreError if they are from a newer version that this program cannot use, or from another program.
    """
    tables = inspect(connection).get_table_names(schema)
    if "alembic_version" not in tables:
        if tables:
            raise StoreError(phrase("database-foreign", path=Code(name)))
        return ""
    revision = str(connection.scalar(select(_version.c.version_num)))
    if revision not in REVISIONS and not _is_expanded(revision):
        raise StoreError(phrase("database-newer", path=Code(name)))
    return revision


def is_newest(revision: str) -> bool:
    """Whether nothing is left to migrate."""
    return revision == REVISIONS[-1] or _is_expanded(revision)


def ask_for_known(connection: Connection, name: str) -> None:
    """Raises StoreError if the tables hold what this program does not know, though it can use them: it cannot copy them."""
    if connection.scalar(select(_version.c.version_num)) not in REVISIONS:
        raise StoreError(phrase("database-newer", path=Code(name)))


def generation() -> str:
    """What all revisions have in common that programs of this generation can use."""
    return _generation_of(REVISIONS[-1])


def _generation_of(revision: str) -> str:
    return revision.partition(".")[0]


def _is_expanded(revision: str) -> bool:
    """Whether a newer program has added to the tables what this one can leave out."""
    return revision not in REVISIONS and _generation_of(revision) == generation()


def migrate(connection: Connection, name: str, schema: str | None = None) -> None:
    """Make the tables, or bring them to the newest revision, inside the caller's write transaction.

    Does nothing if another process has done it meanwhile. Raises StoreError as `revision_of` does.
    """
    revision = revision_of(connection, name, schema)
    if not revision:
        metadata.create_all(connection, checkfirst=False)
        _version.create(connection)
        connection.execute(insert(_version).values(version_num=REVISIONS[-1]))
    elif not is_newest(revision):
        upgrade(connection, schema)


def upgrade(connection: Connection, schema: str | None = None) -> None:
    """Go through the revisions that are missing, from none on, which ends where new tables begin (a test)."""
    # Alembic takes a third of a second to import, and nearly every start finds nothing to migrate.
    from alembic.operations import Operations  # noqa: PLC0415
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    scripts = ScriptDirectory(str(_MIGRATIONS), version_locations=[str(_MIGRATIONS)])
    context = MigrationContext.configure(connection, opts={"target_metadata": metadata, "version_table_schema": schema})
    missing = scripts.iterate_revisions(REVISIONS[-1], context.get_current_revision() or "base")
    if schema:  # alembic's operations know nothing of how connections translate what names no schema
        connection.execute(text("SELECT set_config('search_path', quote_ident(:schema), true)"), {"schema": schema})
    with _OPERATING, Operations.context(context):
        for script in reversed(list(missing)):
            script.module.upgrade()
    context.stamp(scripts, REVISIONS[-1])
