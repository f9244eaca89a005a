"""Migrations stand on nothing of ours that could change the tables without the tests' kept ones being made anew."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

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


def test_the_models_say_what_the_tables_are() -> None:
    """A column that is not unique any more, or takes nothing, is so in the model and in the migrations or in neither."""
    with translation.override(None):  # as migrations are written
        loader = MigrationLoader(None)
        made = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
        changes = made.changes(graph=loader.graph)
    assert [
        f"{app}: {each}" for app, steps in changes.items() for step in steps for each in step.operations
    ] == []
