"""Each library stands behind one module, and the time of day comes from one clock."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from support.modules import Module, modules

BEHIND = {
    "alembic": ("cardwarden.store",),
    "anyio": ("cardwarden.web.application", "cardwarden.web.front"),
    "apprise": (
        "cardwarden.alerts.sending",
        "cardwarden.alerts.gotify",
        "cardwarden.alerts.mail",
        "cardwarden.alerts.services",
    ),
    "apscheduler": ("cardwarden.service",),
    "babel": ("cardwarden.phrases.language",),
    "click": ("cardwarden.cli",),
    "defusedxml": ("cardwarden.carddav.multistatus",),
    "dns": ("cardwarden.carddav.services",),
    "h11": ("cardwarden.web.server",),
    "jinja2": (
        "cardwarden.html_templates",
        "cardwarden.web.render",
        "cardwarden.actions.report.page",
        "cardwarden.alerts.html",
        "cardwarden.alerts.sandbox",
    ),
    "markupsafe": ("cardwarden.actions.report.page", "cardwarden.web.render"),
    "oauthlib": ("cardwarden.carddav.sign_in",),
    "paho": ("cardwarden.service.mqtt",),
    "phonenumbers": ("cardwarden.vcard.number",),
    "prometheus_client": ("cardwarden.service.exposition",),
    "pydantic": ("cardwarden.settings", "cardwarden.sources", "cardwarden.cli.contract"),
    "pydantic_core": ("cardwarden.settings.kinds", "cardwarden.settings.tables"),
    "rapidfuzz": ("cardwarden.vcard.pairing",),
    "requests": ("cardwarden.carddav", "cardwarden.answers", "cardwarden.alerts.gotify", "cardwarden.service.ping"),
    "urllib3": ("cardwarden.carddav.deadline", "cardwarden.carddav.shared_trust"),
    "requests_oauthlib": ("cardwarden.carddav.sign_in",),
    "rich": ("cardwarden.cli",),
    "procrastinate": ("cardwarden.fleet.queue",),
    "sqlalchemy": (
        "cardwarden.store",
        "cardwarden.fleet.tables",
        "cardwarden.fleet.ledger",
        "cardwarden.fleet.due",
        "cardwarden.fleet.overview",
        "cardwarden.fleet.queue",
    ),
    "starlette": ("cardwarden.web",),
    "tomlkit": ("cardwarden.setup.document",),
    "uvicorn": ("cardwarden.web.server",),
    "vobject": ("cardwarden.vcard.second_opinion",),
    "watchdog": ("cardwarden.service",),
}
CLOCK_READS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.monotonic",
    "time.sleep",
}  # fmt: skip


def imported(module: Module) -> Iterator[str]:
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def test_each_library_is_imported_where_the_table_says_and_nowhere_else() -> None:
    strays = [
        f"{module.name} imports {name}"
        for module in modules()
        for name in imported(module)
        if (top := name.partition(".")[0]) not in sys.stdlib_module_names
        and top not in ("cardwarden", "__future__")
        and not any(inside(module.name, place) for place in BEHIND.get(top, ()))
    ]
    assert strays == []


def test_the_core_opens_no_connection() -> None:
    network = ("http", "urllib.request", "ftplib", "smtplib", "ssl")
    strays = [
        f"{module.name} imports {name}"
        for module in modules()
        for name in imported(module)
        if module.name.startswith(("cardwarden.vcard", "cardwarden.detect"))
        and any(inside(name, one) for one in network)
    ]
    assert strays == []


def test_the_time_is_read_in_one_place() -> None:
    strays = [
        f"{module.name}: {ast.unparse(node)}"
        for module in modules()
        if module.name not in {"cardwarden.clock", "cardwarden.service.life"}  # a health check loads no type of a clock
        for node in module.nodes
        if isinstance(node, ast.Attribute) and ".".join(ast.unparse(node).split(".")[-2:]) in CLOCK_READS
    ]
    assert strays == []
