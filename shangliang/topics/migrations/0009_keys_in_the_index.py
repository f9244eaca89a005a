"""The index knows the topics by their own keys and their room's name too, so that the list of topics can ask it."""

from typing import Any

from django.db import migrations, models

from shangliang.kit import numbers
from shangliang.search import rules


def fill(apps: Any, schema_editor: object) -> None:
    documents = apps.get_model("search", "Document").objects.filter(kind="topic")
    for row in apps.get_model("topics", "Topic").objects.select_related("room").order_by("pk").iterator(chunk_size=500):
        words = " ".join(filter(None, (row.title, row.summary, row.place_text, row.room.name)))
        no = numbers.show(row.opened_at, row.origin_code, row.origin_key or row.pk)
        documents.filter(no=no).update(key=row.pk, **rules.kept(words))


class Migration(migrations.Migration):
    dependencies = [("topics", "0008_waiting_note"), ("search", "0004_single_characters")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            "topic", models.Index(fields=["state", "desk_path", "is_embargoed"], name="topic_state")
        ),
    ]
