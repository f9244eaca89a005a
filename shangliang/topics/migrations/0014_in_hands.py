"""Slips that the room wrote for somebody, printed again, or whose telephone it has looked at are known from now on."""

from typing import Any

from django.db import migrations, models

from shangliang.kit.numbered import by_no

OUTSIDE = ["town_office", "assigning_office", "district_office", "city_office"]
LOOKS = ["contact.revealed", "slip.renewed"]


def find(apps: Any, schema_editor: object) -> None:
    """By how it came, by the looks that stand beside it, and by what the ledger says of slips that were printed again.

    The ledger names the office; where it is none of those outside the room, the slip has been in the room's hands.
    """
    rows = apps.get_model("topics", "Submission").objects.filter(in_hands_at=None)
    rows.exclude(way="online").update(in_hands_at=models.F("received_at"))
    seen = apps.get_model("topics", "Reveal").objects.exclude(office__in=OUTSIDE)
    for pk, at in seen.order_by("-at").values_list("submission_id", "at"):
        rows.filter(pk=pk).update(in_hands_at=at)
    entries = apps.get_model("ledger", "Entry").objects.filter(subject_kind="submission", event__in=LOOKS)
    for office, no, at in entries.order_by("-at").values_list("office", "subject_no", "at"):
        if office.partition("@")[0] in OUTSIDE:
            continue
        by_no(rows, no).update(in_hands_at=at)


class Migration(migrations.Migration):
    dependencies = [("topics", "0013_lists"), ("ledger", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="submission",
            name="in_hands_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(find, migrations.RunPython.noop),
    ]
