"""What was indexed before is found in any width and either script too."""

from typing import Any

from django.db import migrations

from shangliang.search import rules


def index_anew(apps: Any, schema_editor: object) -> None:
    """The tokens of every row as they are made now; the engine's own index follows by itself."""
    documents = apps.get_model("search", "Document").objects
    for row in documents.order_by("pk").iterator(chunk_size=500):
        documents.filter(pk=row.pk).update(**rules.kept(f"{row.title} {row.body}"))


class Migration(migrations.Migration):
    dependencies = [("search", "0002_index")]
    operations = [migrations.RunPython(index_anew, migrations.RunPython.noop)]
