"""What was found in an installation, as it is printed: what it is, and what mends it."""

from __future__ import annotations

from cardwarden.cli.output import say_hanging, say_indented, say_whole
from cardwarden.cli.texts import doctor_text
from cardwarden.doctor.result import Diagnosis, Result
from cardwarden.phrases.language import Voice

_STYLES = {Diagnosis.OK: "green", Diagnosis.TROUBLE: "bold red", Diagnosis.UNKNOWN: "yellow"}
_SIGNS = {Diagnosis.OK: "ok", Diagnosis.TROUBLE: "!!", Diagnosis.UNKNOWN: "?"}
_INDENT = 4


def says(result: Result, voice: Voice) -> str:
    """What was found, in one sentence."""
    said = doctor_text(voice, result.name, **result.values)
    return voice.about(result.subject, said) if result.subject else said


def print_result(result: Result, voice: Voice) -> None:
    """Print what was found, and what mends it."""
    style = "" if result.verdict is Diagnosis.OK else _STYLES[result.verdict]
    say_hanging(f"{_SIGNS[result.verdict]:{_INDENT}}", says(result, voice), style)
    if result.verdict is Diagnosis.OK:
        return
    if words := doctor_text(voice, f"{result.name}-mend", **result.values):
        say_indented(words, _INDENT)
    if result.mend:
        say_whole(f"{'' if _is_setting(result.mend) else '$ '}{result.mend}", _INDENT, "cyan")


def _is_setting(mend: str) -> bool:
    """Whether it is a line for the configuration, not a command."""
    key, equals, _ = mend.partition(" = ")
    return bool(equals) and key.isidentifier()
