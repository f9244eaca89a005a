"""The words of one kind stand together, so that a list reads no others: the kind is the front of the key."""

from typing import Any

from django.db import migrations
from django.db.models import F

LISTED = {"submission": 1, "topic": 2, "deliberation": 3, "outcome": 4, "commitment": 5}
KEY_BITS = 40


def renumber(apps: Any, schema_editor: object) -> None:
    words = apps.get_model("search", "Words").objects
    for kind, number in LISTED.items():
        words.filter(kind=kind).update(id=F("key") + (number << KEY_BITS))


class Migration(migrations.Migration):
    dependencies = [("search", "0006_words_of_lists")]
    operations = [migrations.RunPython(renumber, migrations.RunPython.noop)]
