"""Which rules the code asks for: every id that stands as a string in a Python file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from shangliang.rulebook.parameters import APPS
from shangliang.rulebook.units import ENDINGS

# Apps whose code is all there: a rule of theirs that nothing uses is a fault, no longer "waiting".
COMPLETE = frozenset(
    {
        "access",
        "accounts",
        "clocks",
        "deliberations",
        "events",
        "feedback",
        "inbox",
        "ledger",
        "opinions",
        "outcomes",
        "people",
        "places",
        "search",
        "sortition",
        "topics",
        "web",
    }
)

_ENDINGS = "|".join(sorted({ending for endings in ENDINGS.values() for ending in endings}))
_ID = re.compile(rf"({'|'.join(APPS)})\.[a-z][a-z0-9_]*?({_ENDINGS})")

# Files that name rules without applying them.
_ONLY_MENTIONS = re.compile(r"(^|/)(tests/|labels\.py$)")


@dataclass
class Usage:
    """id -> files, relative to the package."""

    used: dict[str, set[str]] = field(default_factory=dict)
    mentioned: dict[str, set[str]] = field(default_factory=dict)  # in tests and label tables


def ids_in(package: Path) -> Usage:
    """Every id that the package's code holds; migrations and the rulebook itself are left out."""
    usage = Usage()
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if name.startswith("rulebook/") or "/migrations/" in name:
            continue
        bucket = usage.mentioned if _ONLY_MENTIONS.search(name) else usage.used
        for id in _ids(path):
            bucket.setdefault(id, set()).add(name)
    return usage


def _ids(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    if not _ID.search(text):
        return  # parsing is the slow part
    for node in ast.walk(ast.parse(text, filename=str(path))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _ID.fullmatch(node.value):
            yield node.value
