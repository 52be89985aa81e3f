"""The questions of `cardwarden init`, and what it shows before it writes."""
