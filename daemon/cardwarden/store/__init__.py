"""What was seen and what was told, in SQLite."""
