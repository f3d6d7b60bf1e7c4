"""Half of each page of offers is left free: their rests change all day, and such updates then touch no index."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "alter table catalog_offer set (fillfactor = 50)", "alter table catalog_offer reset (fillfactor)"
        ),
    ]
