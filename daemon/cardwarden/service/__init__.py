"""The daemon: when to check, when to deliver, when to stop."""
