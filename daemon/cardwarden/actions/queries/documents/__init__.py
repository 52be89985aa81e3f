"""What programs read: the JSON documents that `--json` prints and the page's API answers with, as types.

They are a contract. A field may be added; none goes away, is renamed or means something else before a new first number of
the version. Times are ISO 8601 with their offset. The guide's page of them and their JSON Schema are made of this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final, TypeAlias

from cardwarden.actions.queries.documents.checks import (
    AcceptedDocument,
    CheckDocument,
    ExpectDocument,
    GuardDocument,
    GuardedListDocument,
    TakenBackDocument,
)
from cardwarden.actions.queries.documents.contacts import ContactDocument, HistoryDocument
from cardwarden.actions.queries.documents.evidence import VerifiedDocument, VerifiedEvidenceDocument
from cardwarden.actions.queries.documents.findings import EventsPageDocument, ExplainedDocument, FindingsDocument
from cardwarden.actions.queries.documents.restores import ImportFileDocument, RestoreDocument, RestoresDocument
from cardwarden.actions.queries.documents.setup import (
    DiscoveredDocument,
    DoctorDocument,
    HouseholdsDocument,
    RenamedDocument,
    RulesDocument,
)
from cardwarden.actions.queries.documents.status import StatusDocument

Document: TypeAlias = (
    AcceptedDocument
    | CheckDocument
    | ContactDocument
    | DiscoveredDocument
    | DoctorDocument
    | EventsPageDocument
    | ExpectDocument
    | ExplainedDocument
    | FindingsDocument
    | GuardDocument
    | GuardedListDocument
    | HistoryDocument
    | HouseholdsDocument
    | ImportFileDocument
    | RenamedDocument
    | RestoreDocument
    | RestoresDocument
    | RulesDocument
    | StatusDocument
    | TakenBackDocument
    | VerifiedDocument
    | VerifiedEvidenceDocument
)

DOCUMENTS: Final[Mapping[str, tuple[type[Document], ...]]] = {
    "check": (CheckDocument,),
    "status": (StatusDocument,),
    "findings": (FindingsDocument,),
    "show": (FindingsDocument, ContactDocument),
    "accept": (AcceptedDocument, TakenBackDocument),
    "guard": (GuardDocument, GuardedListDocument),
    "expect": (ExpectDocument,),
    "restore": (RestoreDocument, RestoresDocument, ImportFileDocument),
    "history": (HistoryDocument,),
    "source rename": (RenamedDocument,),
    "household list": (HouseholdsDocument,),
    "diff": (FindingsDocument, ExplainedDocument),
    "verify": (VerifiedDocument, VerifiedEvidenceDocument),
    "rules": (RulesDocument,),
    "doctor": (DoctorDocument,),
    "discover": (DiscoveredDocument,),
}
"""What each command may print with `--json`."""

API: Final[Mapping[str, tuple[type[Document], ...]]] = {
    "/api/status": (StatusDocument,),
    "/api/events": (EventsPageDocument,),
    "/api/events/{event}": (FindingsDocument,),
}
"""What each path of the page's API answers with."""


def json_value(value: Any) -> Any:
    """A document as what `json` writes."""
    if is_dataclass(value):
        return {field.name: json_value(getattr(value, field.name)) for field in fields(value)}
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
        case Mapping():
            return {key: json_value(entry) for key, entry in value.items()}
        case list() | tuple():
            return [json_value(entry) for entry in value]
        case _:
            return value
