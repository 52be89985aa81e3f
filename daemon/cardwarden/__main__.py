"""`python -m cardwarden`, and the console script: the version is told at once, everything else is cli.main's."""

from __future__ import annotations

import sys

from cardwarden import __version__


def main() -> None:
    """Run what the arguments ask for. Asked for the version, it loads nothing: that takes as long as Python does."""
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:
        sys.stdout.write(f"cardwarden {__version__}\n")
        return
    from cardwarden.cli import main as cli  # noqa: PLC0415

    cli.main()


if __name__ == "__main__":
    main()
