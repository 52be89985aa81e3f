"""The question whom to guard closely: those whose numbers one would pay or trust blindly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cardwarden.cli.init.asking import Asker, Question
from cardwarden.cli.init.book import AskedBook
from cardwarden.cli.init.plan import SetupPlan
from cardwarden.cli.output import say, tell
from cardwarden.cli.speech import reader
from cardwarden.detect.guarded import guarded_contact, suggested
from cardwarden.errors import UsageError, WrongValueError
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.setup.document import tables_of, with_guarded
from cardwarden.text import harmless

_NOBODY = "-"


@dataclass(frozen=True, slots=True)
class GuardedWishes:
    """Whom the options name."""

    guard: tuple[str, ...]

    @classmethod
    def of(cls, guard: Sequence[str], document: str) -> GuardedWishes:
        """What `--guard` names. Raises UsageError if that is no contact, or the configuration names some already."""
        if guard and tables_of(document, "guarded"):
            command = Code("cardwarden guard NAME")
            raise UsageError(phrase("setup-guarded-there", option=Code("--guard"), command=command))
        try:
            return cls(tuple(map(guarded_contact, guard)))
        except WrongValueError as error:
            raise UsageError(phrase("usage-of-option", option=Code("--guard"), why=error.said)) from None


def ask_guarded(asker: Asker, asked: AskedBook, wishes: GuardedWishes) -> SetupPlan:
    """The plan with contacts that are guarded closely, if some are wanted and the configuration names none yet."""
    plan = asked.plan
    if tables_of(plan.document, "guarded"):
        return plan
    chosen = wishes.guard
    names = suggested(asked.entries, own=asked.owner)
    if not chosen and names and not asker.unattended:
        chosen = _chosen(asker, names)
    return replace(plan, document=with_guarded(plan.document, chosen, reader())) if chosen else plan


def _chosen(asker: Asker, names: Sequence[str]) -> tuple[str, ...]:
    say()
    tell(phrase("init-guard-about"))
    for number, name in enumerate(names, start=1):
        say(f"  {number}  {harmless(name)}")

    def understood(said: str) -> tuple[str, ...]:
        said = said.strip()
        if said in {"*", _NOBODY}:
            return tuple(names) if said == "*" else ()
        numbers = [part.strip() for part in said.replace("、", ",").split(",")]
        if not all(number.isdecimal() and 0 < int(number) <= len(names) for number in numbers):
            raise WrongValueError(phrase("init-guard-write", count=len(names)))
        return tuple(names[int(number) - 1] for number in numbers)

    say()
    return asker.value(Question("guard", "--guard"), understood, None, "*")
