"""The command line's frame: finds the command, and turns how it ended into a sentence and an exit code."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Final, NoReturn, TextIO

import click

from cardwarden import __version__
from cardwarden.cli import completion, log, plain_marks
from cardwarden.cli.groups import LazyGroup, examples_of
from cardwarden.cli.options import config_option, speak_as_configured
from cardwarden.cli.speech import BOUND, bound, has_spoken, sentence, speak
from cardwarden.cli.usage import said_of_usage
from cardwarden.cli.wrapping import wrapped
from cardwarden.errors import CardwardenError, SettingsError, UsageError, because
from cardwarden.phrases.language import Voice
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.text import harmless
from cardwarden.trust import trust_the_machine

_USAGE: Final = 2
_BUG: Final = 70
_INTERRUPTED: Final = 128 + 2
OBJECTS: Final = 50_000
"""New objects between two searches for circles of garbage. A book is many objects and no circles: each tenth of an import,
a third of a first check went into that search. While modules are loaded it is off (`__main__`)."""
_BROKEN_PIPE: Final = 128 + 13

EXIT_CODES: Final = (
    "Exit codes: 0 clean, 1 something of warning or above is open, 2 usage, 3 inconclusive or partial, "
    "4 configuration, 5 store, 6 delivery, 7 refused, 70 a bug."
)
# cardwarden.cli.commands.NAME:command. It is imported when it is called, so that help comes at once.
COMMANDS: Final = {
    "init": "Make a configuration by a few questions, and start.",
    "doctor": "Find out what is wrong here, and how to mend it.",
    "demo": "Play a true story of damage and rescue, with made-up contacts.",
    "check": "Check the address books now.",
    "run": "Guard the address books until stopped.",
    "web": "Serve the page, or set its password.",
    "worker": "Guard all households of a server, beside other workers.",
    "status": "Show whether everything is guarded, and what waits.",
    "healthcheck": "Say whether the daemon lives (0 or 1).",
    "findings": "List what is open.",
    "show": "Show a finding, an event or a contact.",
    "accept": "Accept changes: they become what is expected.",
    "guard": "Guard contacts closely: each change is told at once.",
    "expect": "Let changes pass for a while.",
    "restore": "Put back what was there before.",
    "history": "List what happened to the contacts.",
    "export": "Write a source as it was at a time.",
    "source": "Let a source go on under another name.",
    "diff": "Compare two address books, or one at two times.",
    "report": "Make a file of evidence for others.",
    "verify": "Check that the history is as it was recorded.",
    "backup": "Copy the database, also while the daemon runs.",
    "forget": "Remove all that is kept of a contact.",
    "rules": "List the rules, or explain one.",
    "login": "Sign in to Google, Microsoft or a Nextcloud in a browser.",
    "discover": "List the address books at a CardDAV address.",
    "config": "Validate, show or print a sample of the configuration.",
    "alert": "Send a test message.",
    "household": "Add, list, move or remove the households of a server.",
    "systemd": "Run cardwarden as a service of systemd.",
}


class _Commands(LazyGroup):
    package = "cardwarden.cli.commands"
    about = COMMANDS

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As ever; what was loaded for the command stays, so the collector need never look at it again."""
        resolved = super().resolve_command(ctx, args)
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        return resolved


@click.group(
    cls=_Commands,
    epilog=f"{EXIT_CODES}\n\n{examples_of('')}",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@config_option
@click.option("--debug", is_flag=True, help="Show where a bug happened; this may print parts of contacts.")
@click.version_option(__version__, message="%(prog)s %(version)s")
def command(*, debug: bool) -> None:
    """Guards address books: tells you when a contact changes in a way you would not want."""
    if debug:
        os.environ["CARDWARDEN_DEBUG"] = "1"


def main() -> None:
    """The console script; a shell that completes a word asks it, too."""
    if shell := os.environ.get(completion.ASKED):
        sys.exit(completion.answer(sys.argv[1:], shell))
    trust_the_machine(os.environ)
    os.environ.setdefault(
        "PYDANTIC_DISABLE_PLUGINS", "__all__"
    )  # it would look for them in every package that is there
    code = run(sys.argv[1:])
    if code == _INTERRUPTED:
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> NoReturn:
    """End at once: threads that wait for a server would be waited for. What a command had begun, it has taken back."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


def run(arguments: Sequence[str]) -> int:
    """Runs one command and gives its exit code: what the command returned, or what its error means."""
    gc.set_threshold(OBJECTS)
    _open_output()
    plain_marks.register()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=plain_marks.ERRORS)
    try:
        code = _outcome(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        code = _BROKEN_PIPE
    except OSError as error:
        _complain_of_bug(error)
        code = _BUG
    _settle_output()
    return code


def _open_output() -> None:
    """Python leaves out the streams that were closed by the caller (`>&-`); what is said there goes nowhere."""
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _outcome(arguments: Sequence[str]) -> int:
    try:
        return _invoke(arguments)
    except OSError:
        raise  # it may be the output itself that cannot be written
    except (KeyboardInterrupt, click.Abort):
        return _INTERRUPTED
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return _USAGE
    except click.ClickException as error:
        _complain_of_usage(error)
        return _USAGE
    except Exception as error:  # noqa: BLE001 the last resort: a bug is a sentence and a code, too
        _complain_of_bug(error)
        return _BUG


def _invoke(arguments: Sequence[str]) -> int:
    # click's own main() takes a closed pipe for a failure of 1, which says here that something is open
    log.speak()
    with command.make_context("cardwarden", list(arguments)) as context:
        try:
            code = command.invoke(context)
        except CardwardenError as error:
            _explain(error)
            return error.exit_code
        except click.Abort as error:
            if not isinstance(error.__context__, EOFError):
                raise
            click.echo(err=True)  # the question's line ends
            _explain(UsageError(phrase("usage-nobody-answers", option=Code("--help"))))
            return _USAGE
    return code if isinstance(code, int) else 0


def _explain(error: CardwardenError) -> None:
    """What is wrong, in the language of whoever reads it."""
    if isinstance(error, SettingsError) and error.language:
        speak(Voice(error.language))
    elif not has_spoken():
        speak_as_configured()
    details = error.problems if isinstance(error, SettingsError) else getattr(error, "candidates", ())
    _complain(bound(error.said), *(f"  {bound(detail)}" for detail in details))


def _complain(message: str, *details: str) -> None:
    """On standard error: whole, and wrapped on a terminal, where a command stays in one piece."""
    import shutil  # noqa: PLC0415 - loads all that packs files

    width = shutil.get_terminal_size().columns if sys.stderr.isatty() else sys.maxsize
    for text in (f"cardwarden: {message}", *details):
        safe = BOUND.join(map(harmless, text.split(BOUND)))
        for line in wrapped(safe, width):
            click.echo(line.replace(BOUND, " "), err=True)


def _complain_of_usage(error: click.ClickException) -> None:
    context: click.Context | None = getattr(error, "ctx", None)
    path = context.command_path if context else "cardwarden"
    with context.scope(cleanup=False) if context else nullcontext():
        if context and not has_spoken():
            speak_as_configured()
        help_line = sentence(phrase("usage-see-help", command=Code(f"{path} --help")))
        _complain(sentence(said_of_usage(error)), f"  {help_line}")


def _complain_of_bug(error: Exception) -> None:
    """Names the place only: the error's text and its traceback may hold what stands in a contact."""
    if os.environ.get("CARDWARDEN_DEBUG") == "1":
        traceback.print_exception(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}"
    if isinstance(error, OSError):
        _complain(sentence(phrase("bug-in-system", why=because(error), place=place)))
    else:
        _complain(sentence(phrase("bug-in-program", place=place)))


def _settle_output() -> None:
    """What cannot be written is dropped here, else the interpreter tries again at its end and changes the exit code."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
