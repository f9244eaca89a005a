"""The words by which each list finds its rows: one index for all lists, whose keys name the rows by themselves.

The search page's own index no longer answers lists, and forgets the keys that it held for them.
"""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import shangliang.search.models


def triggers(table: str, index: str, column: str) -> tuple[str, ...]:
    out = f"INSERT INTO {index}({index}, rowid, {column}) VALUES ('delete', old.id, old.{column});"
    put = f"INSERT INTO {index}(rowid, {column}) VALUES (new.id, new.{column});"
    return (
        f"CREATE TRIGGER {table}_put AFTER INSERT ON {table} BEGIN {put} END",
        f"CREATE TRIGGER {table}_out AFTER DELETE ON {table} BEGIN {out} END",
        f"CREATE TRIGGER {table}_new AFTER UPDATE ON {table} BEGIN {out} {put} END",
    )


BEFORE_SQLITE = tuple(f"DROP TRIGGER search_document_{name}" for name in ("put", "out", "new"))
AFTER_SQLITE = (
    *triggers("search_document", "search_grams", "grams"),
    "INSERT INTO search_grams(search_grams) VALUES ('rebuild')",
    "CREATE VIRTUAL TABLE search_lists USING fts5(tokens, content='search_words', content_rowid='id', "
    "tokenize='unicode61')",
    *triggers("search_words", "search_lists", "tokens"),
)
AFTER_POSTGRESQL = (
    # beside the row: where a word stands in most texts, each vector kept elsewhere would be fetched for itself
    "ALTER TABLE search_words ALTER COLUMN tokens SET STORAGE MAIN",
    "CREATE INDEX search_words_tokens ON search_words USING gin (tokens)",
)


def take_off(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite makes the table anew when a column goes, and would leave the triggers behind."""
    for statement in BEFORE_SQLITE if schema_editor.connection.vendor == "sqlite" else ():
        schema_editor.execute(statement)


def build(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in AFTER_SQLITE if schema_editor.connection.vendor == "sqlite" else AFTER_POSTGRESQL:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0005_found_by_key"), ("topics", "0009_keys_in_the_index")]
    operations = [
        migrations.CreateModel(
            name="Words",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("key", models.BigIntegerField()),
                ("tokens", shangliang.search.models.TokensField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "key"), name="words_once")],
            },
        ),
        migrations.RunPython(take_off, migrations.RunPython.noop),
        migrations.RemoveIndex("document", "document_key"),
        migrations.RemoveField("document", "key"),
        migrations.RunPython(build, migrations.RunPython.noop),
    ]
