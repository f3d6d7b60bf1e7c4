from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0003_merge'),
    ]

    operations = [
        migrations.AddField(
            model_name='fielddef',
            name='currency',
            field=models.CharField(blank=True, default='', max_length=3, verbose_name='Currency'),
        ),
        migrations.AddField(
            model_name='fielddef',
            name='default',
            field=models.JSONField(blank=True, null=True, verbose_name='Default'),
        ),
        migrations.AddField(
            model_name='fielddef',
            name='formula',
            field=models.TextField(blank=True, default='', verbose_name='Formula'),
        ),
        migrations.AddField(
            model_name='fielddef',
            name='hint',
            field=models.CharField(blank=True, default='', max_length=500, verbose_name='Hint'),
        ),
        migrations.AddField(
            model_name='fielddef',
            name='is_many',
            field=models.BooleanField(default=False, verbose_name='Many values'),
        ),
        migrations.AddField(
            model_name='fielddef',
            name='is_searchable',
            field=models.BooleanField(default=False, verbose_name='Searchable'),
        ),
        migrations.AddField(
            model_name='fielddef',
            name='is_tracked',
            field=models.BooleanField(default=True, verbose_name='With history'),
        ),
        migrations.AddField(
            model_name='fielddef',
            name='is_unique',
            field=models.BooleanField(default=False, verbose_name='Unique'),
        ),
        migrations.AddField(
            model_name='fielddef',
            name='problem',
            field=models.CharField(blank=True, default='', max_length=500),
        ),
        migrations.AddField(
            model_name='fielddef',
            name='result',
            field=models.CharField(blank=True, default='', max_length=20),
        ),
        migrations.AddField(
            model_name='fielddef',
            name='section',
            field=models.CharField(blank=True, default='', max_length=100, verbose_name='Section'),
        ),
        migrations.AddField(
            model_name='fielddef',
            name='state',
            field=models.CharField(choices=[('ready', 'Ready'), ('building', 'Being built'), ('failed', 'Not built')], default='ready', max_length=10, verbose_name='State'),
        ),
        migrations.AlterField(
            model_name='fielddef',
            name='kind',
            field=models.CharField(choices=[('text', 'text'), ('long_text', 'long_text'), ('integer', 'integer'), ('decimal', 'decimal'), ('money', 'money'), ('date', 'date'), ('moment', 'moment'), ('boolean', 'boolean'), ('choice', 'choice'), ('link', 'link'), ('person', 'person'), ('phone', 'phone'), ('email', 'email'), ('address', 'address'), ('file', 'file'), ('formula', 'formula'), ('json', 'json')], max_length=20, verbose_name='Kind'),
        ),
        migrations.CreateModel(
            name='FieldLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record', models.CharField(max_length=60)),
                ('row_id', models.BigIntegerField()),
                ('key', models.CharField(max_length=40)),
                ('to_record', models.CharField(max_length=60)),
                ('to_id', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['to_record', 'to_id'], name='kit_field_link_to')],
                'constraints': [models.UniqueConstraint(fields=('record', 'row_id', 'key', 'to_id'), name='kit_field_link_once')],
            },
        ),
        migrations.CreateModel(
            name='FieldLogic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record', models.CharField(max_length=60)),
                ('field', models.CharField(max_length=60)),
                ('shown', models.JSONField(null=True, verbose_name='Shown when')),
                ('required', models.JSONField(null=True, verbose_name='Required when')),
                ('options', models.JSONField(default=dict, verbose_name='Options by condition')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('record', 'field'), name='kit_field_logic_once')],
            },
        ),
        migrations.CreateModel(
            name='FieldSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=100, verbose_name='Name')),
                ('condition', models.JSONField(default=dict, verbose_name='Condition')),
                ('fields', models.JSONField(default=list, verbose_name='Fields')),
                ('position', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('record', 'name'), name='kit_field_set_once')],
            },
        ),
    ]
