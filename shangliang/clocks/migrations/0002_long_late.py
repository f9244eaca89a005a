"""When a deadline has been late for so long that a linked leader is told: 15 working days, as the rulebook begins.

What runs already is told then, too; what stopped long ago has the moment for completeness and tells nothing.
"""

from typing import Any

from django.db import migrations, models
from django.db.models import F

from shangliang.kit.workdays import Calendar

DAYS = 15


def reckon(apps: Any, schema_editor: object) -> None:
    rows, calendar = apps.get_model("clocks", "Clock").objects, Calendar()
    rows.exclude(stopped_at=None).update(long_at=F("red_at"))
    for pk, due_at in list(rows.filter(stopped_at=None).values_list("pk", "due_at")):
        rows.filter(pk=pk).update(long_at=calendar.days_after(due_at, DAYS).at)


class Migration(migrations.Migration):
    dependencies = [("clocks", "0001_initial")]
    operations = [
        migrations.AddField("clock", "long_at", models.DateTimeField(null=True)),
        migrations.AddField("clock", "grew_long_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunPython(reckon, migrations.RunPython.noop),
        migrations.AlterField("clock", "long_at", models.DateTimeField()),
    ]
