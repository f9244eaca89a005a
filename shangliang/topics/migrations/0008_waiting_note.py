"""Which message of a submitter waits for an answer."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("topics", "0007_photo_without_release"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="waiting_note",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="topics.note",
            ),
        ),
    ]
