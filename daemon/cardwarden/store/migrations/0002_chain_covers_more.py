"""From 0.1.0's tables: the chain covers baselines and what was declared right, and rows say more.

No link is changed and no row is written into the chain again: what 0.1.0 said of a row still fits it (`covered.fits`). One new
link says what 0.1.0 left out of the chain. Each book is read and judged anew at its next check.
"""

import os
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from cardwarden.store import chain, covered
from cardwarden.store.batches import batches
from cardwarden.store.listing import piece_of

revision = "0002"
down_revision = "0001"

MOMENT = sa.BigInteger
RAW = DIGEST = sa.LargeBinary
SAID = sa.String
NOBODY = "'\"\"'"
EMPTY = "''"
_FORMER = "former_rows"
_SALT = 16


def upgrade() -> None:
    """Carry every row over, then say in the chain what was not in it."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        # A table is dropped and made again under its name while others refer to its rows: at the end all are there.
        op.execute("PRAGMA defer_foreign_keys = ON")
        _remake_others_refer_to()
    else:
        _alter_others_refer_to()
    _remake()
    _name_forgotten(connection)
    _let_findings_be()
    anew = sa.text("UPDATE books SET token = :none, judged_with = :none, listing = NULL")
    connection.execute(anew, {"none": b""})
    op.execute("UPDATE mirrors SET compared_with = ''")
    if connection.scalar(sa.text("SELECT max(id) FROM links")) is not None:
        _say(connection)


def _remake_others_refer_to() -> None:
    """SQLite adds no column in the middle, and takes back no NOT NULL."""
    _remade(
        "books",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("book", RAW, nullable=False),
        sa.Column("title", RAW, nullable=False),
        sa.Column("token", RAW, nullable=False),
        sa.Column("judged_with", RAW, nullable=False),
        sa.Column("last_conclusive_at", MOMENT),
        sa.Column("last_deep_at", MOMENT),
        sa.Column("doubted_as", DIGEST),
        sa.Column("doubted_since", sa.Float),
        sa.Column("listing", sa.LargeBinary),
        sa.Column("charset", sa.String, nullable=False),
        sa.Column("begun_as", sa.String, nullable=False),
        sa.Column("goes_on_as", sa.Integer, sa.ForeignKey("books.id")),
        added={"charset": EMPTY},
    )
    op.create_index(
        "ix_books_named", "books", ["source", "book"], unique=True, sqlite_where=sa.text("goes_on_as IS NULL")
    )
    _remade_cards()
    _remade(
        "findings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), nullable=False),
        sa.Column("event_id", sa.Integer, sa.ForeignKey("events.id"), nullable=False, index=True),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("severity", sa.SmallInteger, nullable=False),
        sa.Column("title", SAID, nullable=False),
        sa.Column("reason", SAID),
        sa.Column("card_id", sa.Integer, sa.ForeignKey("cards.id"), index=True),
        sa.Column("card_name", RAW),
        sa.Column("property", RAW, nullable=False),
        sa.Column("before", SAID),
        sa.Column("after", SAID),
        sa.Column("alike", SAID),
        sa.Column("per_card", sa.Boolean, nullable=False),
        sa.Column("whole_card", sa.Boolean, nullable=False),
        sa.Column("already", sa.Boolean, nullable=False),
        sa.Column("identity", RAW, nullable=False),
        sa.Column("meaning", RAW, nullable=False),
        sa.Column("urgency", sa.String, nullable=False),
        sa.Column("doubt", sa.String, nullable=False),
        sa.Column("with_origin", sa.Boolean, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        added={"doubt": EMPTY, "with_origin": "0"},
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_findings_open", "findings", ["book_id", "fingerprint"], unique=True, sqlite_where=sa.text("state = 'open'")
    )
    _remade(
        "expectations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("who", SAID, nullable=False),
        sa.Column("why", SAID, nullable=False),
        added={"who": NOBODY},
    )
    _remade(
        "mirrors",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("origin_id", sa.Integer, sa.ForeignKey("books.id"), nullable=False),
        sa.Column("copy_id", sa.Integer, sa.ForeignKey("books.id"), nullable=False),
        sa.Column("kept", sa.String, nullable=False),
        sa.Column("compared_with", sa.String, nullable=False),
        sa.Column("compared_at", MOMENT),
        sa.Column("origin_check", sa.Integer, nullable=False),
        sa.Column("copy_check", sa.Integer, nullable=False),
        sa.Column("apart", sa.String, nullable=False),
        sa.Column("apart_since", sa.Float),
        sa.Column("due_at", MOMENT),
        sa.Column("fault", sa.String, nullable=False),
        added={"fault": EMPTY},
    )


def _remade_cards() -> None:
    """Once nothing of a card is kept, it has no key."""
    # What refers to a card is asked for each; only here nothing else would find it.
    op.create_index("ix_acceptance_cards_card_id", "acceptance_cards", ["card_id"])
    _remade_keys()
    _remade(
        "cards",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), nullable=False),
        sa.Column("key", RAW),
        sa.Column("href", RAW, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("digest", DIGEST, sa.ForeignKey("bodies.digest")),
        sa.Column("uid", RAW, nullable=False),
        sa.Column("name", RAW, nullable=False),
        sa.Column("contacts", sa.String, nullable=False),
        sa.Column("problem", RAW, nullable=False),
        sa.Column("program", RAW, nullable=False),
        sa.Column("present", sa.Boolean, nullable=False),
        sa.Column("base", DIGEST, sa.ForeignKey("bodies.digest")),
        sa.Column("salt", sa.LargeBinary),
        sa.UniqueConstraint("book_id", "key"),
    )
    op.drop_index("ix_acceptance_cards_card_id", "acceptance_cards")
    unaccepted = sa.text("base IS NOT CASE WHEN present THEN digest END")
    op.create_index("ix_cards_present", "cards", ["book_id"], sqlite_where=sa.text("present"))
    op.create_index("ix_cards_unaccepted", "cards", ["book_id"], sqlite_where=unaccepted)
    op.create_index("ix_cards_digest", "cards", ["digest"])
    op.create_index("ix_cards_base", "cards", ["base"])


def _alter_others_refer_to() -> None:
    """The same for a database that can."""
    _add("books", sa.Column("charset", sa.String, nullable=False), EMPTY)
    op.alter_column("cards", "key", nullable=True)
    _add("findings", sa.Column("doubt", sa.String, nullable=False), EMPTY)
    _add("findings", sa.Column("with_origin", sa.Boolean, nullable=False), "false")
    _add("expectations", sa.Column("who", SAID, nullable=False), NOBODY)
    _add("mirrors", sa.Column("fault", sa.String, nullable=False), EMPTY)
    _remade_keys()


def _add(table: str, column: "sa.Column[Any]", value: str) -> None:
    column.server_default = sa.DefaultClause(sa.text(value))
    op.add_column(table, column)
    op.alter_column(table, column.name, server_default=None)


def _remade_keys() -> None:
    _remade(
        "card_keys",
        sa.Column("book_id", sa.Integer, primary_key=True),
        sa.Column("key", sa.BigInteger, primary_key=True),
        sa.Column("card_id", sa.Integer, primary_key=True),
        sqlite_with_rowid=False,
    )


def _remake() -> None:
    """What nothing refers to."""
    _remade_members(op.get_bind())
    _remade(
        "writings",
        sa.Column("card_id", sa.Integer, sa.ForeignKey("cards.id"), primary_key=True),
        sa.Column("check_id", sa.Integer, sa.ForeignKey("checks.id"), primary_key=True),
        sa.Column("program", RAW, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("user", RAW, nullable=False),
        added={"user": "CAST('' AS BLOB)" if op.get_bind().dialect.name == "sqlite" else "''::bytea"},
        sqlite_with_rowid=False,
    )
    op.create_index("ix_writings_check_id", "writings", ["check_id"])
    _remade(
        "accepted",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("card_id", sa.Integer, sa.ForeignKey("cards.id"), index=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.UniqueConstraint("book_id", "key"),
        numbered="id",
        sqlite_autoincrement=True,
    )
    _remade(
        "programs",
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), primary_key=True),
        sa.Column("program", RAW, primary_key=True),
        sa.Column("by_server", sa.Boolean, primary_key=True),
        sqlite_with_rowid=False,
    )
    _remade(
        "acceptance_findings",
        sa.Column("acceptance_id", sa.Integer, sa.ForeignKey("acceptances.id"), primary_key=True),
        sa.Column("finding_id", sa.Integer, sa.ForeignKey("findings.id"), primary_key=True, index=True),
        sa.Column("undone_at", MOMENT),
        sa.Column("undone_who", SAID, nullable=False),
        sa.Column("undone_why", SAID, nullable=False),
        added={"undone_who": NOBODY},
        sqlite_with_rowid=False,
    )


def _remade_members(connection: sa.Connection) -> None:
    """Each stands in the piece that its name says."""
    rows = [dict(row) for row in connection.execute(sa.text("SELECT * FROM members")).mappings()]
    op.drop_table("members")
    members = op.create_table(
        "members",
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), primary_key=True),
        sa.Column("piece", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("href", RAW, primary_key=True),
        sa.Column("stamp", RAW, nullable=False),
        sa.Column("settled", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    for batch in batches(rows):
        placed = [{**row, "piece": piece_of(bytes(row["href"]).decode("utf-8", "surrogatepass"))} for row in batch]
        connection.execute(sa.insert(members), placed)


def _remade(
    table: str, *parts: sa.schema.SchemaItem, added: dict[str, str] | None = None, numbered: str = "", **of_kind: bool
) -> None:
    """Make a table anew with the rows that it has; columns that are `added` get that value, `numbered` the next number."""
    quote = op.get_bind().dialect.identifier_preparer.quote
    values = added or {}
    names = [part.name for part in parts if isinstance(part, sa.Column) and part.name != numbered]
    last_id = _last_id(table)
    op.execute(f"CREATE TEMPORARY TABLE {_FORMER} AS SELECT * FROM {table}")  # noqa: S608 - names of this file
    op.drop_table(table)
    op.create_table(table, *parts, **of_kind)
    into, of = ", ".join(map(quote, names)), ", ".join(values.get(name, quote(name)) for name in names)
    order = " ORDER BY book_id, key" if numbered else ""
    op.execute(f"INSERT INTO {table} ({into}) SELECT {of} FROM {_FORMER}{order}")  # noqa: S608 - names of this file
    op.execute(f"DROP TABLE {_FORMER}")
    if last_id is not None:
        op.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name").bindparams(name=table))
        kept = sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)")
        op.execute(kept.bindparams(name=table, seq=last_id))


def _last_id(table: str) -> int | None:
    """The last id that SQLite gave in a table, also if its row is gone; None if it does not count them, or gave none."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return None
    last: int | None = connection.scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table})
    return last


def _name_forgotten(connection: sa.Connection) -> None:
    """A card of which nothing is kept had a key that was made up."""
    bare = connection.execute(
        sa.text("SELECT id, key FROM cards WHERE salt IS NULL AND base IS NULL AND digest IS NULL")
    )
    ids = [number for number, key in bare if bytes(key) == b"forgotten-%d" % number]
    if ids:
        connection.execute(sa.text("UPDATE cards SET key = NULL WHERE id = :card"), [{"card": card} for card in ids])


def _let_findings_be() -> None:
    """Events were let be as a whole."""
    op.create_table(
        "quiet_findings",
        sa.Column("finding_id", sa.Integer, sa.ForeignKey("findings.id"), primary_key=True),
        sa.Column("event_id", sa.Integer, sa.ForeignKey("events.id"), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("who", SAID, nullable=False),
    )
    op.execute(
        "INSERT INTO quiet_findings (finding_id, event_id, until, who)"
        " SELECT f.id, q.event_id, q.until, q.who FROM quiet_events q JOIN findings f ON f.event_id = q.event_id"
    )
    op.drop_table("quiet_events")


def _say(connection: sa.Connection) -> None:
    """Add the link of this revision: which baselines cards have that are not what they said last, and what is right."""
    said: dict[str, Any] = {"form": revision, "bases": list(_baselines(connection))}
    rows = connection.execute(sa.text("SELECT * FROM accepted ORDER BY id")).mappings().all()
    if rows:
        salts = {row["id"]: os.urandom(_SALT) for row in rows}
        keep = sa.text("INSERT INTO row_salts (kind, first, second, salt) VALUES ('accepted', :id, 0, :salt)")
        connection.execute(keep, [{"id": number, "salt": salt} for number, salt in salts.items()])
        said["rows"] = {"accepted": [[row["id"], covered.digest(salts[row["id"]], dict(row))] for row in rows]}
    chain.add(connection, said)


def _baselines(connection: sa.Connection) -> Iterator[tuple[int, str | None]]:
    """Cards whose baseline is not the last version that a check opened, by their leaf."""
    opened = connection.execute(
        sa.text(
            "SELECT v.card_id, c.salt, b.digest, v.leaf FROM versions v JOIN cards c ON c.id = v.card_id"
            " LEFT JOIN bodies b ON b.id = v.body_id ORDER BY v.from_check"
        )
    )
    newest = {card_id: _leaf(card_id, salt, digest, leaf) for card_id, salt, digest, leaf in opened}
    for card_id, salt, base in connection.execute(sa.text("SELECT id, salt, base FROM cards ORDER BY id")):
        leaf = None if base is None else _leaf(card_id, salt, base)
        if leaf != newest.get(card_id):
            yield card_id, leaf


def _leaf(card_id: int, salt: bytes | None, digest: bytes | None, kept: bytes | None = None) -> str:
    return chain.leaf_of(card_id, salt, digest.hex() if digest else None, kept.hex() if kept else None).hex()
