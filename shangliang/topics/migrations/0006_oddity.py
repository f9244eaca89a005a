"""Why a submission is looked at twice, not only that it is."""

from django.db import migrations, models


def name_the_old(apps, schema_editor):
    """Of those from before nobody wrote down why."""
    apps.get_model("topics", "Submission").objects.filter(is_suspicious=True).update(oddity="before")


def mark_again(apps, schema_editor):
    apps.get_model("topics", "Submission").objects.exclude(oddity="").update(is_suspicious=True)


class Migration(migrations.Migration):

    dependencies = [
        ("topics", "0005_gist_of_a_letter"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="oddity",
            field=models.CharField(
                blank=True,
                choices=[
                    ("trap", "填了只有程序才看得见的一栏"),
                    ("fast", "填得比人打字还快"),
                    ("many", "同一个网络一小时里来了很多件"),
                    ("before", "以前的来件，没有记下原因"),
                ],
                max_length=8,
            ),
        ),
        migrations.RunPython(name_the_old, mark_again),
        migrations.RemoveField(model_name="submission", name="is_suspicious"),
    ]
