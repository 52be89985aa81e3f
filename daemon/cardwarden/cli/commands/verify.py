"""`cardwarden verify`: is the history as it was recorded?"""

from __future__ import annotations

from pathlib import Path

import click

from cardwarden.actions.verify import find_head, verify_evidence, verify_store
from cardwarden.cli.options import config_option, json_option, settings
from cardwarden.cli.output import print_json, say
from cardwarden.cli.progress import showing
from cardwarden.errors import UsageError
from cardwarden.text import harmless, plural
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
            raise UsageError("--head is looked up in the history. Leave the file of evidence away.")
        count = verify_evidence(evidence)
        if as_json:
            print_json({"evidence": str(evidence), "files": count})
        else:
            say(f"{harmless(str(evidence))} is as it was made: {plural(count, 'file')}, all sums fit.")
        return 0
    with assembled(settings()) as program:
        with showing(quiet=as_json) as progress:
            done = verify_store(program.store, progress)
        recorded = find_head(program.store, head) if head else None
    if as_json:
        place = {"check": recorded.check_id, "at": recorded.at.isoformat()} if recorded else None
        print_json({"links": done.links, "bodies": done.bodies, "head": done.head, "found": place})
        return 0
    say(f"The history is as it was recorded: {plural(done.links, 'link')}, {plural(done.bodies, 'stored card')}.")
    if recorded:
        say(
            f"{head} is in it. It covers everything up to check {recorded.check_id} of {program.voice.when(recorded.at)}."
        )
    say(f"Its proof now: {done.head}")
    return 0
