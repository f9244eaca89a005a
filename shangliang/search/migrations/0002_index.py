"""Each engine's own index over the tokens: FTS5 kept by triggers on SQLite, GIN on PostgreSQL."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = (
    "CREATE VIRTUAL TABLE search_grams USING fts5(grams, content='search_document', content_rowid='id', "
    "tokenize='unicode61')",
    "CREATE TRIGGER search_document_put AFTER INSERT ON search_document BEGIN "
    "INSERT INTO search_grams(rowid, grams) VALUES (new.id, new.grams); END",
    "CREATE TRIGGER search_document_out AFTER DELETE ON search_document BEGIN "
    "INSERT INTO search_grams(search_grams, rowid, grams) VALUES ('delete', old.id, old.grams); END",
    "CREATE TRIGGER search_document_new AFTER UPDATE ON search_document BEGIN "
    "INSERT INTO search_grams(search_grams, rowid, grams) VALUES ('delete', old.id, old.grams); "
    "INSERT INTO search_grams(rowid, grams) VALUES (new.id, new.grams); END",
)
POSTGRESQL = (
    "CREATE INDEX search_document_grams ON search_document USING gin (to_tsvector('simple', grams))",
)


def build(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(build, migrations.RunPython.noop)]
