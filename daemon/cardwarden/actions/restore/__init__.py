"""Restore: put back what a finding, a contact or a book said before; planned, shown, written, recorded."""
