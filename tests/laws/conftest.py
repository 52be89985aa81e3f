"""Hypothesis takes constants of the loaded program into its examples: all of it is loaded, so that they are the same in
whichever worker a law runs, and beside whatever other tests."""

from __future__ import annotations

import importlib
import pkgutil
import warnings

import cardwarden

with warnings.catch_warnings(action="ignore"):  # Apprise imports what Python 3.11 calls deprecated
    for module in pkgutil.walk_packages(cardwarden.__path__, "cardwarden."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
