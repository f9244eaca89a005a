"""A row is found by its own key, too; and PostgreSQL keeps the vector beside the row, not in another place.

Where a word stands in most texts, PostgreSQL looks through all vectors; each one kept elsewhere is fetched for itself.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

POSTGRESQL = (
    "ALTER TABLE search_document ALTER COLUMN words SET STORAGE MAIN, ALTER COLUMN grams SET STORAGE EXTERNAL",
    "UPDATE search_document SET grams = grams",
)


def keep_together(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else ():
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0004_single_characters")]
    operations = [
        migrations.RunPython(keep_together, migrations.RunPython.noop),
        migrations.AddIndex("document", models.Index(fields=["kind", "key"], name="document_key")),
    ]
