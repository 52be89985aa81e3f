"""What was seen and what was told, in SQLite."""

from cardwarden.later import later

with later("asyncio", "iscoroutine"):  # SQLAlchemy names it for drivers that are not used here
    import sqlalchemy.dialects.sqlite as _  # noqa: F401
