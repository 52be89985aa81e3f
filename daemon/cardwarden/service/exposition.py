"""Prometheus' text format, an extra: the only module that knows prometheus-client."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from cardwarden.errors import SettingsError
from cardwarden.phrases.phrase import Code, phrase

if TYPE_CHECKING:
    from prometheus_client import Counter, Gauge

TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Exposition:
    """Numbers of ours and what they are; `text` is all of it."""

    def __init__(self) -> None:
        """Raises SettingsError without prometheus-client."""
        try:
            from prometheus_client import CollectorRegistry  # noqa: PLC0415 - an extra
        except ImportError:
            command = Code(shlex.join([sys.executable, "-m", "pip", "install", "prometheus-client"]))
            raise SettingsError(phrase("settings-no-prometheus", command=command)) from None
        self._registry = CollectorRegistry()

    def gauge(self, name: str, about: str, *labels: str) -> Gauge:
        """A number that goes up and down."""
        from prometheus_client import Gauge  # noqa: PLC0415

        return Gauge(f"cardwarden_{name}", about, labels, registry=self._registry)

    def counter(self, name: str, about: str, *labels: str) -> Counter:
        """A number that only grows."""
        from prometheus_client import Counter, disable_created_metrics  # noqa: PLC0415

        # They would say when the registry was made, which is at each reading, and not since when is counted.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        return Counter(f"cardwarden_{name}", about, labels, registry=self._registry)

    def text(self) -> bytes:
        """What a scraper reads."""
        from prometheus_client import generate_latest  # noqa: PLC0415

        return bytes(generate_latest(self._registry))
