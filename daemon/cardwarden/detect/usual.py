"""Every rule as it is if the settings write nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from cardwarden.detect.rule import Rule


class UsualRules(Sequence["Rule"]):
    """The rules, loaded when somebody judges by them; two of these are equal, and those of one version always are."""

    def __repr__(self) -> str:
        return "the usual rules"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UsualRules)

    def __hash__(self) -> int:
        return hash(UsualRules)

    def __len__(self) -> int:
        return len(_usual())

    @overload
    def __getitem__(self, index: int) -> Rule: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Rule]: ...

    def __getitem__(self, index: int | slice) -> Rule | Sequence[Rule]:
        return _usual()[index]


def _usual() -> Sequence[Rule]:
    from cardwarden.detect.rules import USUAL  # noqa: PLC0415

    return USUAL
