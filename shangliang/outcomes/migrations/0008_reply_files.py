"""A reply holds several photos, from before and after, and a letter: the one photo it had becomes one of them."""

import django.db.models.deletion
from django.db import migrations, models


def carry_over(apps, schema_editor):
    reply, file = (apps.get_model("outcomes", name) for name in ("Reply", "ReplyFile"))
    rows = reply.objects.exclude(evidence="").values_list("pk", "evidence")
    file.objects.bulk_create(
        (file(reply_id=pk, kind="after", file=name) for pk, name in rows.iterator()), batch_size=500
    )


def carry_back(apps, schema_editor):
    reply, file = (apps.get_model("outcomes", name) for name in ("Reply", "ReplyFile"))
    for pk, name in file.objects.filter(kind="after").order_by("-pk").values_list("reply_id", "file"):
        reply.objects.filter(pk=pk).update(evidence=name)


class Migration(migrations.Migration):

    dependencies = [
        ('outcomes', '0007_ask'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReplyFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('before', '办之前的照片'), ('after', '办好后的照片'), ('letter', '答复函')], max_length=8)),
                ('file', models.FileField(upload_to='evidence/')),
                ('reply', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='outcomes.reply')),
            ],
        ),
        migrations.RunPython(carry_over, carry_back),
        migrations.RemoveField(
            model_name='reply',
            name='evidence',
        ),
    ]
