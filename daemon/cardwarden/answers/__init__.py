"""Answers to a notification: the daemon listens on a secret ntfy topic if nothing at home can be reached from outside."""
