"""A single character is a token too; a row's own key lets lists ask the index; PostgreSQL keeps the vector it compares."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from shangliang.search import rules

BEFORE_SQLITE = tuple(f"DROP TRIGGER search_document_{name}" for name in ("put", "out", "new"))
AFTER_SQLITE = (
    "CREATE TRIGGER search_document_put AFTER INSERT ON search_document BEGIN "
    "INSERT INTO search_grams(rowid, grams) VALUES (new.id, new.grams); END",
    "CREATE TRIGGER search_document_out AFTER DELETE ON search_document BEGIN "
    "INSERT INTO search_grams(search_grams, rowid, grams) VALUES ('delete', old.id, old.grams); END",
    "CREATE TRIGGER search_document_new AFTER UPDATE ON search_document BEGIN "
    "INSERT INTO search_grams(search_grams, rowid, grams) VALUES ('delete', old.id, old.grams); "
    "INSERT INTO search_grams(rowid, grams) VALUES (new.id, new.grams); END",
    "INSERT INTO search_grams(search_grams) VALUES ('rebuild')",
)
# Asked for a phrase, PostgreSQL looks at the row again: what is stored need not be cut into words anew each time.
BEFORE_POSTGRESQL = ("DROP INDEX search_document_grams",)
AFTER_POSTGRESQL = (
    "ALTER TABLE search_document ADD COLUMN words tsvector "
    "GENERATED ALWAYS AS (to_tsvector('simple', grams)) STORED",
    "CREATE INDEX search_document_words ON search_document USING gin (words)",
)


def _run(schema_editor: BaseDatabaseSchemaEditor, sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    for statement in sqlite if schema_editor.connection.vendor == "sqlite" else postgresql:
        schema_editor.execute(statement)


def take_off(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite makes the table anew when a column goes, and would leave the triggers behind."""
    _run(schema_editor, BEFORE_SQLITE, BEFORE_POSTGRESQL)


def index_anew(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The tokens of every row as they are made now, from all its words, which `body` has held since 0003."""
    documents = apps.get_model("search", "Document").objects
    for row in documents.order_by("pk").iterator(chunk_size=500):
        whole = row.body if row.body.startswith(rules.written(row.title)) else f"{row.title} {row.body}"
        documents.filter(pk=row.pk).update(grams=" ".join(rules.tokens(whole)))


def build(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _run(schema_editor, AFTER_SQLITE, AFTER_POSTGRESQL)


class Migration(migrations.Migration):
    dependencies = [("search", "0003_one_way_of_writing")]
    operations = [
        migrations.RunPython(take_off, migrations.RunPython.noop),
        migrations.RunPython(index_anew, migrations.RunPython.noop),
        migrations.AddField("document", "key", models.BigIntegerField(blank=True, null=True)),
        migrations.RemoveField("document", "body"),
        migrations.RunPython(build, migrations.RunPython.noop),
    ]
