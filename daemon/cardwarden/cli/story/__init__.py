"""The true story that `cardwarden demo` plays, with made-up people and numbers."""
