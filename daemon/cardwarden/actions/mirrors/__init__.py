"""Copies that must agree: after a check of either book the copy is compared with its origin, and drift is told.

Only what changed since the last comparison is compared again: which card is which is kept. Nothing is written into a book.
"""
