"""`python -m cardwarden`, and the console script: what programs ask all the time is told at once, the rest is cli.main's."""

from __future__ import annotations

import gc
import os
import sys

from cardwarden import __version__

_COMPLETING = "_CARDWARDEN_COMPLETE"  # a shell completes a word (cli.completion)


def main() -> None:
    """Run what the arguments ask for. The version and whether the daemon runs take about as long as Python does."""
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:
        sys.stdout.write(f"cardwarden {__version__}\n")
        return
    if sys.argv[1:2] == ["healthcheck"] and _COMPLETING not in os.environ:
        from cardwarden.service.life import answered  # noqa: PLC0415

        code = answered(sys.argv[2:], os.environ)
        if code is not None:
            sys.exit(code)
    gc.disable()  # while modules are loaded, nothing becomes garbage; the command line turns it on
    from cardwarden.cli import main as cli  # noqa: PLC0415

    cli.main()


if __name__ == "__main__":
    main()
