from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('topics', '0008_waiting_note'),
    ]

    operations = [
        migrations.AddField(
            model_name='photo',
            name='for_doer',
            field=models.BooleanField(default=False),
        ),
    ]
