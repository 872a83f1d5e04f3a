from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0003_cases_know_their_cause'),
    ]

    operations = [
        migrations.AlterField(
            model_name='case',
            name='edition',
            field=models.PositiveBigIntegerField(editable=False),
        ),
        migrations.AlterField(
            model_name='commentreplica',
            name='edition',
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='postreplica',
            name='edition',
            field=models.PositiveBigIntegerField(default=0),
        ),
    ]
