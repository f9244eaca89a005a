"""Migrations stand on nothing of ours that could change the tables without the tests' kept ones being made anew."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import PACKAGE, ROOT, shown, tree
from tests.databases import MADE_OF


def imported(migration: Path) -> Iterator[Path]:
    """The files of ours that it imports."""
    for node in ast.walk(tree(migration)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names] + [node.module]
        for name in names:
            file = ROOT / f"{name.replace('.', '/')}.py"
            if file.is_relative_to(PACKAGE) and file.exists():
                yield file


def test_what_a_migration_imports_is_part_of_the_fingerprint_of_the_tables() -> None:
    migrations = sorted(PACKAGE.glob("*/migrations/*.py"))
    known = {file for pattern in MADE_OF for file in ROOT.glob(pattern)}
    assert set(migrations) <= known
    found = {file for migration in migrations for file in imported(migration)}
    assert PACKAGE / "ledger" / "triggers.py" in found
    assert [shown(file) for file in sorted(found - known)] == []
