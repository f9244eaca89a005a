"""Triggers that refuse to change or delete what is frozen."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from shangliang.figures import triggers


def create(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in triggers.create(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def drop(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in triggers.drop(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("figures", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
