"""The tables, as SQLAlchemy Core sees them; the migrations build the same ones."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    text,
)

from cardwarden.detect.outcome import Doubt, Outcome
from cardwarden.store.column_types import Digest, OneOf, Raw, SaidValue, Timestamp
from cardwarden.store.wording import UNACCEPTED

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)

# An index with `sqlite_where` holds the rows alone of which that is so: it is small, and a unique one asks nothing of the others.
# PostgreSQL's are the same (`postgresql.py`). Tables without a row id are kept in the order of their key.

# One row: made at random when the record was begun.
record = Table("record", metadata, Column("id", String, primary_key=True))

# `token` is the source's own, of the last check that was believed, handed in at the next one: where it left off, "" for from
# the start. `judged_with` is the digest of what the cards were judged by (`Judging.settings_digest`): if that is another one
# now, all are judged anew. `charset` is the codec of its cards that name none and are no UTF-8, "" if that is not known
# (`vcard.encoding.charset_of`). `doubted_as` and `doubted_since` belong to a reading that was not believed: what was seen, and
# since when it has looked so, in seconds of the machine's monotonic clock. `begun_as` is the source's name at the first check,
# which the chain covers; what it is called now follows from the chain, too. `listing` is the digest of its members
# (`listing.listing_of`), NULL if an unchanged listing would not say that nothing is to be read. `goes_on_as` is another book of
# the same source: what was noted under a new name of the source before its owner said that it is one.
books = Table(
    "books",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String, nullable=False),
    Column("book", Raw, nullable=False),
    Column("title", Raw, nullable=False),
    Column("token", Raw, nullable=False),
    Column("judged_with", Raw, nullable=False),
    Column("last_conclusive_at", Timestamp),
    Column("last_deep_at", Timestamp),
    Column("doubted_as", Digest),
    Column("doubted_since", Float),
    Column("listing", LargeBinary),
    Column("charset", String, nullable=False),
    Column("begun_as", String, nullable=False),
    Column("goes_on_as", ForeignKey("books.id")),
)
Index(
    "ix_books_named", books.c.source, books.c.book, unique=True,
    sqlite_where=text("goes_on_as IS NULL"),
)  # fmt: skip

# One row is a run of checks that saw the same: the book did not change, and the outcome was the same. `state` is the run's
# sum (`chain.Run`), which the chain takes in with the next check of the book.
checks = Table(
    "checks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("book_id", ForeignKey("books.id"), nullable=False, index=True),
    Column("first_at", Timestamp, nullable=False),
    Column("last_at", Timestamp, nullable=False),
    Column("last_deep_at", Timestamp),
    Column("times", Integer, nullable=False),
    Column("outcome", OneOf(Outcome), nullable=False),
    Column("doubt", OneOf(Doubt), nullable=False),
    Column("reason", SaidValue, nullable=False),
    Column("cards", Integer, nullable=False),
    Column("state", LargeBinary, nullable=False),
)

# The chain: one row for each recorded check, for each time the state was sealed or something was taken out, and for what
# was written into the tables that `covered.COVERED` lists. `covers` is what it says, a line of JSON.
links = Table(
    "links",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("check_id", ForeignKey("checks.id"), index=True),
    Column("covers", LargeBinary, nullable=False),
    Column("digest", Digest, nullable=False),
)

# What goes into the digest of a row that the chain covers; `second` is 0 if its key is one number.
row_salts = Table(
    "row_salts",
    metadata,
    Column("kind", String, primary_key=True),
    Column("first", Integer, primary_key=True),
    Column("second", Integer, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# What is not settled is read again: it was read so soon after its change that another one could leave the same stamp. `piece` is
# the place of a member in its book's listing (`listing.piece_of`): the members of a piece stand together.
members = Table(
    "members",
    metadata,
    Column("book_id", ForeignKey("books.id"), primary_key=True),
    Column("piece", SmallInteger, primary_key=True, autoincrement=False),
    Column("href", Raw, primary_key=True),
    Column("stamp", Raw, nullable=False),
    Column("settled", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

# Members that could not be read, or that a fault of the program hides, since when, and why.
unread = Table(
    "unread",
    metadata,
    Column("book_id", ForeignKey("books.id"), primary_key=True),
    Column("href", Raw, primary_key=True),
    Column("since", Timestamp, nullable=False),
    Column("reason", SaidValue, nullable=False),
    sqlite_with_rowid=False,
)

# `size` is the body's length; `data` is the body without its parts, packed if that is shorter.
bodies = Table(
    "bodies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", Digest, nullable=False, unique=True),
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

# A long line of a body is a body of its own: `place` is the offset where it stands.
body_parts = Table(
    "body_parts",
    metadata,
    Column("body_id", ForeignKey("bodies.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("part_id", ForeignKey("bodies.id"), nullable=False, index=True),
    sqlite_with_rowid=False,
)

# A card's fields are those of `Entry`; `digest` is of what is there or was there last, `base` of its baseline, `salt` goes
# into its leaves in the chain. One that is neither `present` nor has a baseline is kept for its history only; of one without
# a `key`, which was forgotten, nothing is kept.
cards = Table(
    "cards",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("book_id", ForeignKey("books.id"), nullable=False),
    Column("key", Raw),
    Column("href", Raw, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("digest", ForeignKey("bodies.digest"), index=True),
    Column("uid", Raw, nullable=False),
    Column("name", Raw, nullable=False),
    Column("contacts", String, nullable=False),
    Column("problem", Raw, nullable=False),
    Column("program", Raw, nullable=False),
    Column("present", Boolean, nullable=False),
    Column("base", ForeignKey("bodies.digest"), index=True),
    Column("salt", LargeBinary),
    UniqueConstraint("book_id", "key"),
)
# What a check asks of a whole book has an index of its own: how many cards are there, and which are not as accepted.
Index("ix_cards_present", cards.c.book_id, sqlite_where=text("present"))
Index("ix_cards_unaccepted", cards.c.book_id, sqlite_where=UNACCEPTED)

# What cards hold, by eight bytes of its digest (`card_keys.py`): only of cards that are there. Each has some of them, so no
# foreign keys: to look both rows up took a database longer than to insert one.
card_keys = Table(
    "card_keys",
    metadata,
    Column("book_id", Integer, primary_key=True),
    Column("key", BigInteger, primary_key=True),
    Column("card_id", Integer, primary_key=True),
    sqlite_with_rowid=False,
)

# What was taken out (`body_id` is NULL) leaves its `leaf`, which is what the chain covers.
versions = Table(
    "versions",
    metadata,
    Column("card_id", ForeignKey("cards.id"), primary_key=True),
    Column("from_check", ForeignKey("checks.id"), primary_key=True, index=True),
    Column("until_check", ForeignKey("checks.id"), index=True),
    Column("body_id", ForeignKey("bodies.id"), index=True),
    Column("leaf", Digest),
    sqlite_with_rowid=False,
)

# Who wrote a version, by the server's own account: its User-Agent, when, and its user. Only of versions of which it says that.
writings = Table(
    "writings",
    metadata,
    Column("card_id", ForeignKey("cards.id"), primary_key=True),
    Column("check_id", ForeignKey("checks.id"), primary_key=True, index=True),
    Column("program", Raw, nullable=False),
    Column("at", Timestamp, nullable=False),
    Column("user", Raw, nullable=False),
    sqlite_with_rowid=False,
)

# A person types the ids of events and findings, so an id is never used for another one.
events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("book_id", ForeignKey("books.id"), nullable=False),
    Column("check_id", ForeignKey("checks.id"), nullable=False),
    Column("at", Timestamp, nullable=False),
    Column("cause", String, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("count", Integer, nullable=False),
    sqlite_autoincrement=True,
)

# The fields are those of `Finding`. `title`, `reason`, `alike`, `before` and `after` are phrases and values. `card_name` is what
# the card was called then.
findings = Table(
    "findings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("book_id", ForeignKey("books.id"), nullable=False),
    Column("event_id", ForeignKey("events.id"), nullable=False, index=True),
    Column("fingerprint", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("title", SaidValue, nullable=False),
    Column("reason", SaidValue),
    Column("card_id", ForeignKey("cards.id"), index=True),
    Column("card_name", Raw),
    Column("property", Raw, nullable=False),
    Column("before", SaidValue),
    Column("after", SaidValue),
    Column("alike", SaidValue),
    Column("per_card", Boolean, nullable=False),
    Column("whole_card", Boolean, nullable=False),
    Column("already", Boolean, nullable=False),
    Column("identity", Raw, nullable=False),
    Column("meaning", Raw, nullable=False),
    Column("urgency", String, nullable=False),
    Column("doubt", OneOf(Doubt), nullable=False),
    Column("with_origin", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("opened_at", Timestamp, nullable=False),
    Column("closed_at", Timestamp),
    sqlite_autoincrement=True,
)
Index(
    "uq_findings_open",
    findings.c.book_id,
    findings.c.fingerprint,
    unique=True,
    sqlite_where=text("state = 'open'"),
)

CHANGED = "changed"
# What became of findings, step by step: `what` is the state that one is in from then on (`State`), or CHANGED if it stays open
# and has other values; `check_id` is the check that did it, NULL if none did.
finding_history = Table(
    "finding_history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("finding_id", ForeignKey("findings.id"), nullable=False, index=True),
    Column("check_id", ForeignKey("checks.id")),
    Column("at", Timestamp, nullable=False),
    Column("what", String, nullable=False),
    Column("why", SaidValue, nullable=False),
)

# Meanings that their owner declared right; `key` is `Finding.accepted_key`, `card_id` the card it is about.
accepted = Table(
    "accepted",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("book_id", ForeignKey("books.id"), nullable=False),
    Column("key", String, nullable=False),
    Column("card_id", ForeignKey("cards.id"), index=True),
    Column("at", Timestamp, nullable=False),
    UniqueConstraint("book_id", "key"),
    sqlite_autoincrement=True,
)

# Who wrote what was accepted in a book: PRODIDs without versions (`Entry.program`), and User-Agents
# without versions, if the server said it (`by_server`).
programs = Table(
    "programs",
    metadata,
    Column("book_id", ForeignKey("books.id"), primary_key=True),
    Column("program", Raw, primary_key=True),
    Column("by_server", Boolean, primary_key=True),
    sqlite_with_rowid=False,
)

# Cards that checks pass over because they were forgotten; `digest` is a digest of the UID or the member.
ignored = Table(
    "ignored",
    metadata,
    Column("book_id", ForeignKey("books.id"), primary_key=True),
    Column("digest", Digest, primary_key=True),
    Column("at", Timestamp, nullable=False),
    sqlite_with_rowid=False,
)

# One `accept`, or what one check let pass because it was expected; undone finding by finding.
acceptances = Table(
    "acceptances",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Timestamp, nullable=False),
    Column("who", SaidValue, nullable=False),
    Column("why", SaidValue, nullable=False),
    sqlite_autoincrement=True,
)

# What an acceptance was about, and who took that back.
acceptance_findings = Table(
    "acceptance_findings",
    metadata,
    Column("acceptance_id", ForeignKey("acceptances.id"), primary_key=True),
    Column("finding_id", ForeignKey("findings.id"), primary_key=True, index=True),
    Column("undone_at", Timestamp),
    Column("undone_who", SaidValue, nullable=False),
    Column("undone_why", SaidValue, nullable=False),
    sqlite_with_rowid=False,
)

# The baselines that an acceptance moved: from which body to which, NULL for none.
acceptance_cards = Table(
    "acceptance_cards",
    metadata,
    Column("acceptance_id", ForeignKey("acceptances.id"), primary_key=True),
    Column("card_id", ForeignKey("cards.id"), primary_key=True),
    Column("before", ForeignKey("bodies.digest"), index=True),
    Column("after", ForeignKey("bodies.digest"), index=True),
    sqlite_with_rowid=False,
)

# For a while the changes of a source pass as accepted; of several at one time the one that was added last counts. `why` is its
# owner's.
expectations = Table(
    "expectations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String, nullable=False),
    Column("since", Timestamp, nullable=False),
    Column("until", Timestamp, nullable=False),
    Column("who", SaidValue, nullable=False),
    Column("why", SaidValue, nullable=False),
)

# A person types a restore's id to undo it. `state` is "started" (and interrupted, if nothing is at work), "done" or "stopped"
# by something that hindered it (`restores.Stage`); of each of its cards, "waiting" or "done".
restores = Table(
    "restores",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("book_id", ForeignKey("books.id"), nullable=False),
    Column("at", Timestamp, nullable=False),
    Column("who", SaidValue, nullable=False),
    Column("what", SaidValue, nullable=False),
    Column("undoes", ForeignKey("restores.id")),
    Column("state", String, nullable=False),
    sqlite_autoincrement=True,
)

# `made` is what is there afterwards, which may be what a server made of `wanted`; NULL stands for no card.
restore_cards = Table(
    "restore_cards",
    metadata,
    Column("restore_id", ForeignKey("restores.id"), primary_key=True),
    Column("card_id", ForeignKey("cards.id"), primary_key=True, index=True),
    Column("state", String, nullable=False),
    Column("before", ForeignKey("bodies.digest"), index=True),
    Column("wanted", ForeignKey("bodies.digest"), index=True),
    Column("made", ForeignKey("bodies.digest"), index=True),
    Column("base_before", ForeignKey("bodies.digest"), index=True),
    Column("base_after", ForeignKey("bodies.digest"), index=True),
    sqlite_with_rowid=False,
)

# One row is one thing to tell on one channel. `state` is "pending" until it is "sent" (or needs to be told no more, without a
# `sent_at`), or "dead": given up, and told once the channel takes messages again, which sets `ended`. The rows of one message
# have the same `sent_with`: the first one's id. `about` is another channel, of which this row tells that it takes no messages,
# "" if it tells of something else. `ended` is set once nothing is to follow any more: its all-clear is queued, or it needs
# none. `unsure` says that it may have been taken already: an attempt broke off before its end was noted.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("event_id", ForeignKey("events.id")),
    Column("about", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("unsure", Boolean, nullable=False),
    Column("created_at", Timestamp, nullable=False),
    Column("sent_at", Timestamp),
    Column("sent_with", Integer),
    Column("ended", Boolean, nullable=False),
    Index(None, "channel", "state", "ended"),
    Index(None, "event_id"),
    sqlite_autoincrement=True,
)

# Contacts whose every change is critical: a card, or every card that has a category; who asked for that, and when.
guarded = Table(
    "guarded",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("card_id", ForeignKey("cards.id"), unique=True),
    Column("category", Raw, unique=True),
    Column("at", Timestamp, nullable=False),
    Column("who", SaidValue, nullable=False),
)

# Books that are to say the same: an origin and its copy, under the pair's name in the settings. `kept` is what the copy was
# seen to keep, `compared_with` opaque: the settings that they were compared with. The checks are those of both books up to
# which they were compared; `apart` is why they were not compared card by card, since `apart_since` on the machine's monotonic
# clock, in seconds. At `due_at` something that waits for the copy to follow is to be told. `fault` is where the program itself
# failed at the last comparison, a place in its code, "" if it did not: they are compared anew at the next check.
mirrors = Table(
    "mirrors",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("origin_id", ForeignKey("books.id"), nullable=False),
    Column("copy_id", ForeignKey("books.id"), nullable=False),
    Column("kept", String, nullable=False),
    Column("compared_with", String, nullable=False),
    Column("compared_at", Timestamp),
    Column("origin_check", Integer, nullable=False),
    Column("copy_check", Integer, nullable=False),
    Column("apart", String, nullable=False),
    Column("apart_since", Float),
    Column("due_at", Timestamp),
    Column("fault", String, nullable=False),
)

# Which card of a copy is which of the origin's.
mirror_pairs = Table(
    "mirror_pairs",
    metadata,
    Column("mirror_id", ForeignKey("mirrors.id"), primary_key=True),
    Column("origin_card", ForeignKey("cards.id"), primary_key=True, index=True),
    Column("copy_card", ForeignKey("cards.id"), nullable=False, index=True),
    sqlite_with_rowid=False,
)

# Differences that may still end by themselves, by the finding's fingerprint; since when, and the key of the copy's card, or
# of the origin's that the copy lacks.
mirror_waits = Table(
    "mirror_waits",
    metadata,
    Column("mirror_id", ForeignKey("mirrors.id"), primary_key=True),
    Column("fingerprint", String, primary_key=True),
    Column("key", Raw, nullable=False),
    Column("since", Timestamp, nullable=False),
    sqlite_with_rowid=False,
)

# When the history was cared for, about once a day: time that went by was witnessed, a leap of the clock was not.
care = Table(
    "care",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Timestamp, nullable=False),
)

# When the record was last copied, and when all of it was last gone through and fitted.
last_done = Table(
    "last_done",
    metadata,
    Column("what", String, primary_key=True),
    Column("at", Timestamp, nullable=False),
    sqlite_with_rowid=False,
)

# How a channel fares while it does not take messages.
channels = Table(
    "channels",
    metadata,
    Column("channel", String, primary_key=True),
    Column("failing_since", Timestamp, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Timestamp, nullable=False),
    Column("others_know", Boolean, nullable=False),
    Column("error", SaidValue, nullable=False),
)

# The page: who is signed in (`digest` is of what the browser holds), and answers that were given already.
web_sessions = Table(
    "web_sessions",
    metadata,
    Column("digest", Digest, primary_key=True),
    Column("who", Raw, nullable=False),
    Column("since", Timestamp, nullable=False),
    Column("until", Timestamp, nullable=False),
    sqlite_with_rowid=False,
)

used_tokens = Table(
    "used_tokens",
    metadata,
    Column("digest", Digest, primary_key=True),
    Column("until", Timestamp, nullable=False),
    sqlite_with_rowid=False,
)

# Findings that their owner lets be for a while, as of the event they belonged to then: nobody is reminded of them. One that
# moved to another event since, for it changed, is told again.
quiet_findings = Table(
    "quiet_findings",
    metadata,
    Column("finding_id", ForeignKey("findings.id"), primary_key=True),
    Column("event_id", ForeignKey("events.id"), nullable=False),
    Column("until", Timestamp, nullable=False),
    Column("who", SaidValue, nullable=False),
)
