"""What the planner is told of a text that has few values: an index would be no help, a good guess is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("deals", "0002_totals")]

    operations = [
        migrations.RunSQL(
            "create statistics deals_deal_source on (okno_fold(source)) from deals_deal",
            "drop statistics deals_deal_source",
        ),
    ]
