"""What was seen and what was told, in SQLite."""

from cardwarden.later import later

# SQLAlchemy names them for drivers and plugins that are not used here.
with later("asyncio", "iscoroutine"), later("importlib.metadata"):
    import sqlalchemy.dialects.sqlite as _  # noqa: F401
