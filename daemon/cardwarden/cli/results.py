"""What was found in an installation, as it is printed: what it is, and what mends it."""

from __future__ import annotations

from cardwarden.cli.output import say, say_indented
from cardwarden.cli.texts import has, text
from cardwarden.doctor.result import Result, Verdict

_STYLES = {Verdict.OK: "green", Verdict.TROUBLE: "bold red", Verdict.UNKNOWN: "yellow"}
_SIGNS = {Verdict.OK: "ok", Verdict.TROUBLE: "!!", Verdict.UNKNOWN: "?"}
_INDENT = 4


def says(result: Result) -> str:
    """What was found, in one sentence."""
    said = text(f"doctor.{result.name}", **result.values)
    return f"{result.subject}: {said}" if result.subject else said


def _mend(result: Result) -> str:
    """What to do in words, "" if the command says it all."""
    name = f"doctor.{result.name}-mend"
    return text(name, **result.values) if has(name) else ""


def print_result(result: Result) -> None:
    """Print what was found, and what mends it."""
    say(
        f"{_SIGNS[result.verdict]:{_INDENT}}{says(result)}",
        _STYLES[result.verdict] if result.verdict is not Verdict.OK else "",
    )
    if result.verdict is Verdict.OK:
        return
    if words := _mend(result):
        say_indented(words, _INDENT)
    if result.mend:
        say(
            f"{'':{_INDENT}}$ {result.mend}" if not _is_setting(result.mend) else f"{'':{_INDENT}}{result.mend}", "cyan"
        )


def _is_setting(mend: str) -> bool:
    """Whether it is a line for the configuration, not a command."""
    key, equals, _ = mend.partition(" = ")
    return bool(equals) and key.isidentifier()
