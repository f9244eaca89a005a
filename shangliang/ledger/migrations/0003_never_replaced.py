"""Triggers that refuse to replace a row of the ledger, and to empty content but by erasure."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from shangliang.ledger import triggers


def create(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in triggers.create_more(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def drop(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Back to what the migration before has made."""
    vendor = schema_editor.connection.vendor
    for statement in triggers.drop(vendor) + triggers.create(vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]
    operations = [migrations.RunPython(create, drop)]
