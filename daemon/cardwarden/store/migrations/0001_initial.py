"""The first tables. Names of keys and constraints follow the convention in store/tables.py."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.BigInteger
RAW = DIGEST = sa.LargeBinary
SAID = sa.String


def upgrade() -> None:
    """Make every table."""
    op.create_table("record", sa.Column("id", sa.String, primary_key=True))
    op.create_table(
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
        sa.Column("begun_as", sa.String, nullable=False),
        sa.Column("goes_on_as", sa.Integer, sa.ForeignKey("books.id")),
    )
    op.create_index(
        "ix_books_named", "books", ["source", "book"], unique=True,
        sqlite_where=sa.text("goes_on_as IS NULL"), postgresql_where=sa.text("goes_on_as IS NULL"),
    )  # fmt: skip
    op.create_table(
        "checks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), nullable=False, index=True),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("last_deep_at", MOMENT),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("doubt", sa.String, nullable=False),
        sa.Column("reason", SAID, nullable=False),
        sa.Column("cards", sa.Integer, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "links",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("check_id", sa.Integer, sa.ForeignKey("checks.id")),
        sa.Column("covers", sa.LargeBinary, nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
    )
    op.create_table(
        "row_salts",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("first", sa.Integer, primary_key=True),
        sa.Column("second", sa.Integer, primary_key=True),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "members",
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), primary_key=True),
        sa.Column("href", RAW, primary_key=True),
        sa.Column("stamp", RAW, nullable=False),
        sa.Column("settled", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unread",
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), primary_key=True),
        sa.Column("href", RAW, primary_key=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("reason", SAID, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bodies",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", DIGEST, nullable=False, unique=True),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "body_parts",
        sa.Column("body_id", sa.Integer, sa.ForeignKey("bodies.id"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("part_id", sa.Integer, sa.ForeignKey("bodies.id"), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cards",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), nullable=False),
        sa.Column("key", RAW, nullable=False),
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
    present = sa.text("present")
    op.create_index("ix_cards_present", "cards", ["book_id"], sqlite_where=present, postgresql_where=present)
    op.create_index(
        "ix_cards_unaccepted",
        "cards",
        ["book_id"],
        sqlite_where=sa.text("base IS NOT CASE WHEN present THEN digest END"),
        postgresql_where=sa.text("base IS DISTINCT FROM CASE WHEN present THEN digest END"),
    )
    op.create_table(
        "card_keys",
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), primary_key=True),
        sa.Column("key", sa.BigInteger, primary_key=True),
        sa.Column("card_id", sa.Integer, sa.ForeignKey("cards.id"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "versions",
        sa.Column("card_id", sa.Integer, sa.ForeignKey("cards.id"), primary_key=True),
        sa.Column("from_check", sa.Integer, sa.ForeignKey("checks.id"), primary_key=True, index=True),
        sa.Column("until_check", sa.Integer, sa.ForeignKey("checks.id"), index=True),
        sa.Column("body_id", sa.Integer, sa.ForeignKey("bodies.id")),
        sa.Column("leaf", DIGEST),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "writings",
        sa.Column("card_id", sa.Integer, sa.ForeignKey("cards.id"), primary_key=True),
        sa.Column("check_id", sa.Integer, sa.ForeignKey("checks.id"), primary_key=True),
        sa.Column("program", RAW, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_writings_check_id", "writings", ["check_id"])
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), nullable=False),
        sa.Column("check_id", sa.Integer, sa.ForeignKey("checks.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("cause", sa.String, nullable=False),
        sa.Column("severity", sa.SmallInteger, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
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
        sa.Column("state", sa.String, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        sqlite_autoincrement=True,
    )
    still_open = sa.text("state = 'open'")
    op.create_index(
        "uq_findings_open",
        "findings",
        ["book_id", "fingerprint"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_table(
        "finding_history",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("finding_id", sa.Integer, sa.ForeignKey("findings.id"), nullable=False, index=True),
        sa.Column("check_id", sa.Integer, sa.ForeignKey("checks.id")),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("why", SAID, nullable=False),
    )
    op.create_table(
        "accepted",
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("card_id", sa.Integer, sa.ForeignKey("cards.id"), index=True),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "programs",
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), primary_key=True),
        sa.Column("program", RAW, primary_key=True),
        sa.Column("by_server", sa.Boolean, primary_key=True),
        sa.Column("last_at", MOMENT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ignored",
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), primary_key=True),
        sa.Column("digest", DIGEST, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "acceptances",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", SAID, nullable=False),
        sa.Column("why", SAID, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "acceptance_findings",
        sa.Column("acceptance_id", sa.Integer, sa.ForeignKey("acceptances.id"), primary_key=True),
        sa.Column("finding_id", sa.Integer, sa.ForeignKey("findings.id"), primary_key=True, index=True),
        sa.Column("undone_at", MOMENT),
        sa.Column("undone_why", SAID, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "acceptance_cards",
        sa.Column("acceptance_id", sa.Integer, sa.ForeignKey("acceptances.id"), primary_key=True),
        sa.Column("card_id", sa.Integer, sa.ForeignKey("cards.id"), primary_key=True),
        sa.Column("before", DIGEST, sa.ForeignKey("bodies.digest")),
        sa.Column("after", DIGEST, sa.ForeignKey("bodies.digest")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "expectations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("why", SAID, nullable=False),
    )
    op.create_table(
        "restores",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", SAID, nullable=False),
        sa.Column("what", SAID, nullable=False),
        sa.Column("undoes", sa.Integer, sa.ForeignKey("restores.id")),
        sa.Column("state", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "restore_cards",
        sa.Column("restore_id", sa.Integer, sa.ForeignKey("restores.id"), primary_key=True),
        sa.Column("card_id", sa.Integer, sa.ForeignKey("cards.id"), primary_key=True, index=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("before", DIGEST, sa.ForeignKey("bodies.digest")),
        sa.Column("wanted", DIGEST, sa.ForeignKey("bodies.digest")),
        sa.Column("made", DIGEST, sa.ForeignKey("bodies.digest")),
        sa.Column("base_before", DIGEST, sa.ForeignKey("bodies.digest")),
        sa.Column("base_after", DIGEST, sa.ForeignKey("bodies.digest")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("event_id", sa.Integer, sa.ForeignKey("events.id")),
        sa.Column("about", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("unsure", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("sent_with", sa.Integer),
        sa.Column("ended", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_channel_state_ended", "outbox", ["channel", "state", "ended"])
    op.create_index("ix_outbox_event_id", "outbox", ["event_id"])
    op.create_table(
        "guarded",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("card_id", sa.Integer, sa.ForeignKey("cards.id"), unique=True),
        sa.Column("category", RAW, unique=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", SAID, nullable=False),
    )
    op.create_table(
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
    )
    op.create_table(
        "mirror_pairs",
        sa.Column("mirror_id", sa.Integer, sa.ForeignKey("mirrors.id"), primary_key=True),
        sa.Column("origin_card", sa.Integer, sa.ForeignKey("cards.id"), primary_key=True, index=True),
        sa.Column("copy_card", sa.Integer, sa.ForeignKey("cards.id"), nullable=False, index=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mirror_waits",
        sa.Column("mirror_id", sa.Integer, sa.ForeignKey("mirrors.id"), primary_key=True),
        sa.Column("fingerprint", sa.String, primary_key=True),
        sa.Column("key", RAW, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "care",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "last_done",
        sa.Column("what", sa.String, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "channels",
        sa.Column("channel", sa.String, primary_key=True),
        sa.Column("failing_since", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("others_know", sa.Boolean, nullable=False),
        sa.Column("error", SAID, nullable=False),
    )
    # What refers to a body is asked for each body that may go.
    op.create_index("ix_links_check_id", "links", ["check_id"])
    op.create_index("ix_body_parts_part_id", "body_parts", ["part_id"])
    op.create_index("ix_cards_digest", "cards", ["digest"])
    op.create_index("ix_cards_base", "cards", ["base"])
    op.create_index("ix_versions_body_id", "versions", ["body_id"])
    op.create_index("ix_acceptance_cards_before", "acceptance_cards", ["before"])
    op.create_index("ix_acceptance_cards_after", "acceptance_cards", ["after"])
    op.create_index("ix_restore_cards_before", "restore_cards", ["before"])
    op.create_index("ix_restore_cards_wanted", "restore_cards", ["wanted"])
    op.create_index("ix_restore_cards_made", "restore_cards", ["made"])
    op.create_index("ix_restore_cards_base_before", "restore_cards", ["base_before"])
    op.create_index("ix_restore_cards_base_after", "restore_cards", ["base_after"])
    op.create_table(
        "web_sessions",
        sa.Column("digest", DIGEST, primary_key=True),
        sa.Column("who", RAW, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "used_tokens",
        sa.Column("digest", DIGEST, primary_key=True),
        sa.Column("until", MOMENT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quiet_events",
        sa.Column("event_id", sa.Integer, sa.ForeignKey("events.id"), primary_key=True),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("who", SAID, nullable=False),
    )
