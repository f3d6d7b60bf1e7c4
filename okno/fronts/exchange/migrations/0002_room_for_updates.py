"""Half of each page of links is left free: every exchange marks them as seen, and that then touches no index."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "alter table exchange_externallink set (fillfactor = 50)",
            "alter table exchange_externallink reset (fillfactor)",
        ),
    ]
