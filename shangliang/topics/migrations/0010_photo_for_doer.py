from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('topics', '0009_keys_in_the_index'),
    ]

    operations = [
        migrations.AddField(
            model_name='photo',
            name='for_doer',
            field=models.BooleanField(default=False),
        ),
    ]
