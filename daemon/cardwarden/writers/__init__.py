"""The only code that changes an address book; only the action restore uses it."""
