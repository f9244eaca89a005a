"""What is there already comes into the index that the lists of the desk ask."""

from typing import Any

from django.db import migrations

from shangliang.search import rules

BATCH = 500
WORDS = {
    ("topics", "Submission"): ("text", "gist", "place_text", "room__name"),
    ("topics", "Topic"): ("title", "summary", "place_text", "room__name"),
    ("deliberations", "Deliberation"): ("subject_line", "place", "topic__title", "room__name"),
    ("outcomes", "Outcome"): ("topic__title", "text", "room__name"),
    ("outcomes", "Commitment"): ("what", "topic__title", "lead__name", "room__name"),
}


def fill(apps: Any, schema_editor: object) -> None:
    words = apps.get_model("search", "Words")
    for (app, model), columns in WORDS.items():
        kind, rows = model.lower(), apps.get_model(app, model).objects.exclude(state="erased").order_by("pk")
        batch = []
        for key, *texts in rows.values_list("pk", *columns).iterator(chunk_size=BATCH):
            tokens = " ".join(rules.tokens(" ".join(filter(None, texts))))
            batch.append(words(pk=rules.key_in_lists(kind, key), kind=kind, key=key, tokens=tokens))
            if len(batch) == BATCH:
                words.objects.bulk_create(batch)
                batch = []
        words.objects.bulk_create(batch)


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0010_handed_on"),
        ("deliberations", "0008_paper_tries"),
        ("topics", "0012_agreed_in_words"),
        ("search", "0006_words_of_lists"),
    ]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
