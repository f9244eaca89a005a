"""A signature that is not given yet says so: its way is the state that its table goes by."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

WAYS = [
    ("waiting", "未签"),
    ("link", "链接签字"),
    ("paper", "纸面签字"),
    ("desk", "工作台签字"),
    ("stand_in", "代签"),
]


def name_waiting(apps: Any, schema: Any) -> None:
    apps.get_model("deliberations", "Signature").objects.filter(way="").update(way="waiting")


def unname_waiting(apps: Any, schema: Any) -> None:
    apps.get_model("deliberations", "Signature").objects.filter(way="waiting").update(way="")


class Migration(migrations.Migration):
    dependencies = [("deliberations", "0005_numbers_with_origin")]

    operations = [
        migrations.RemoveConstraint("signature", "signature_way_iff_signed"),
        migrations.AlterField(
            "signature", "way", models.CharField(choices=WAYS, default="waiting", max_length=10)
        ),
        migrations.RunPython(name_waiting, unname_waiting),
        migrations.AddConstraint(
            "signature",
            models.CheckConstraint(
                condition=models.Q(("signed_at", None), ("way", "waiting"))
                | models.Q(~models.Q(signed_at=None), ~models.Q(way="waiting")),
                name="signature_way_iff_signed",
            ),
        ),
    ]
