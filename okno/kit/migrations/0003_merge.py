import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0002_undone'),
    ]

    operations = [
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record', models.CharField(max_length=60)),
                ('survivor_id', models.BigIntegerField()),
                ('loser_id', models.BigIntegerField()),
                ('loser_title', models.CharField(default='', max_length=300, verbose_name='Merged')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='When')),
                ('user_id', models.BigIntegerField(null=True)),
                ('actor_name', models.CharField(default='', max_length=200, verbose_name='Who')),
                ('moved', models.JSONField(default=dict)),
                ('marks', models.JSONField(default=dict)),
                ('values', models.JSONField(default=dict)),
                ('undone_at', models.DateTimeField(null=True, verbose_name='Taken apart')),
            ],
        ),
        migrations.AddIndex(
            model_name='merge',
            index=models.Index(fields=['record', 'survivor_id', '-id'], name='kit_merge_survivor'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('record', 'loser_id'), name='kit_merge_once'),
        ),
    ]
