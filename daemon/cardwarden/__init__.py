"""cardwarden guards address books and tells their owners when a contact changes in a way they would not want."""

__version__ = "0.1.0"
