"""Is this damage? Pure functions from what changed to findings and events."""
