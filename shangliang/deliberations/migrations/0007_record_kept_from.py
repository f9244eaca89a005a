from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("deliberations", "0006_signature_waiting"),
    ]

    operations = [
        migrations.AddField(
            model_name="record",
            name="kept_from",
            field=models.CharField(blank=True, max_length=32),
        ),
    ]
