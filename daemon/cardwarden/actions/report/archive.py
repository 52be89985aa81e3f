"""Write evidence: one ZIP file with a page to read, the same as JSON, the raw cards, the chain, and the sums of all of it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from cardwarden.actions.new_files import new_files
from cardwarden.actions.report.evidence import Evidence, as_json
from cardwarden.actions.report.page import page
from cardwarden.actions.verify import MANIFEST
from cardwarden.errors import RefusedError, UsageError, because
from cardwarden.phrases.phrase import Code, phrase
from cardwarden.progress import SILENT, Progress, Work, counted

_STILL = (1980, 1, 1, 0, 0, 0)  # every file of an archive has this time: the same evidence is the same bytes


def packed(evidence: Evidence, progress: Progress = SILENT) -> bytes:
    """The archive, as bytes."""
    files = {
        "report.html": page(evidence).encode("utf-8"),
        "report.json": json.dumps(as_json(evidence), ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace"),
        **evidence.files,
    }
    files[MANIFEST] = "".join(_sums(files)).encode("ascii")
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in counted(files.items(), progress, Work.WRITING, len(files)):
            entry = zipfile.ZipInfo(name, _STILL)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, data)
    return whole.getvalue()


def write_archive(evidence: Evidence, out: Path, progress: Progress = SILENT) -> None:
    """Write the archive, readable by its owner alone; it has the sums of its files in SHA256SUMS.

    Raises RefusedError if the file is there already, UsageError if it cannot be written.
    """
    data = packed(evidence, progress)
    try:
        with new_files() as made:
            made.file(out, data)
    except FileExistsError as error:
        raise RefusedError(phrase("error-path-exists", path=Code(str(out)))) from error
    except OSError as error:
        raise UsageError(phrase("error-path-unwritable", path=Code(str(out)), why=because(error))) from error


def _sums(files: Mapping[str, bytes]) -> Iterator[str]:
    for name, data in sorted(files.items()):
        yield f"{hashlib.sha256(data).hexdigest()}  {name}\n"
