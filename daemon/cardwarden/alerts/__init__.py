"""Findings become messages, and messages reach people."""
