"""Everything that is wrong with the book, or between book and code; for `shangliang check` and the tests."""

from __future__ import annotations

from pathlib import Path

from shangliang.rulebook.findings import Finding
from shangliang.rulebook.loading import PACKAGE, STANDARDS, own_folder, read
from shangliang.rulebook.usage import COMPLETE, ids_in


def findings(
    standards: Path = STANDARDS, own: Path | None = None, package: Path = PACKAGE.parent
) -> list[Finding]:
    """Faults of the shipped book, of what this deployment has set for itself, and of the code's use of both."""
    book, faults = read(standards, own or own_folder())
    usage = ids_in(package)
    known_bad = {fault.id for fault in faults}  # a rule that could not be read is named once, not twice
    between = book.problems(usage.used, mentioned=usage.mentioned, complete=COMPLETE)
    return faults + [finding for finding in between if finding.id not in known_bad]
