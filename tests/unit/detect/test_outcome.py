"""How a check ended."""

from __future__ import annotations

from cardwarden.detect.outcome import Outcome


def test_only_a_reading_that_was_not_believed_concludes_nothing() -> None:
    assert [outcome for outcome in Outcome if not outcome.is_conclusive] == [Outcome.INCONCLUSIVE]
