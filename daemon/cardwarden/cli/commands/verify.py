"""`cardwarden verify`: is the history as it was recorded?"""

from __future__ import annotations

from pathlib import Path

import click

from cardwarden.actions.queries.documents.evidence import LinkDocument, VerifiedDocument, VerifiedEvidenceDocument
from cardwarden.actions.verify import find_head, verify_evidence, verify_now
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import print_json, tell
from cardwarden.cli.progress import showing
from cardwarden.errors import UsageError
from cardwarden.phrases.phrase import Code, Moment, phrase
from cardwarden.wiring import assembled


@click.command("verify")
@click.argument("evidence", required=False, type=click.Path(path_type=Path), metavar="[EVIDENCE.zip]")
@click.option("--head", metavar="DIGITS", help="Also: is this in the history, that stood in a message after Proof?")
@json_option
@config_option
def command(evidence: Path | None, *, head: str | None, as_json: bool) -> int:
    """Check that the history is as it was recorded, or that a file of evidence is as it was made.

    It hashes every stored card and every link of the chain again. Exit code 5 says that something does not fit. For a
    file of evidence neither a configuration nor a database is needed.
    """
    if evidence:
        if head:
            raise UsageError(phrase("verify-head-with-evidence"))
        with showing(quiet=as_json) as progress:
            count = verify_evidence(evidence, progress)
        if as_json:
            print_json(VerifiedEvidenceDocument(str(evidence), count))
        else:
            tell(phrase("verify-evidence", path=Code(str(evidence)), count=count))
        return 0
    with assembled(settings()) as program:
        with showing(quiet=as_json) as progress:
            done = verify_now(program.store, program.clock, progress)
        recorded = find_head(program.store, head) if head else None
    if as_json:
        place = LinkDocument(recorded.check_id, recorded.at) if recorded else None
        print_json(VerifiedDocument(done.links, done.bodies, done.head, place))
        return 0
    links, cards = phrase("verify-links", count=done.links), phrase("verify-cards", count=done.bodies)
    tell(phrase("verify-well", links=links, cards=cards))
    if recorded:
        tell(phrase("verify-head", digits=head or "", id=str(recorded.check_id), at=Moment(recorded.at)))
    tell(phrase("verify-proof", head=Code(done.head)))
    return 0
