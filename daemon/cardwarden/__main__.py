"""`python -m cardwarden`."""

from __future__ import annotations

from cardwarden.cli.main import main

if __name__ == "__main__":
    main()
