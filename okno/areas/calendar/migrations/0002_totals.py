"""Triggers that keep how many open tasks people have by day: see docs/adr/0012-kept-totals.md."""

from django.db import migrations

# What one statement, however many rows it touched, adds to the totals and takes away from them.
FUNCTION = """
create function calendar_keep_totals() returns trigger
    language plpgsql
    as $$
    begin
        if tg_op = 'INSERT' then
            insert into calendar_tasktotal (owner_id, day, count)
            select owner_id, (due_at at time zone 'UTC')::date, count(*) from fresh
            where state = 'open' and not is_deleted and due_at is not null group by 1, 2;
        elsif tg_op = 'DELETE' then
            insert into calendar_tasktotal (owner_id, day, count)
            select owner_id, (due_at at time zone 'UTC')::date, -count(*) from stale
            where state = 'open' and not is_deleted and due_at is not null group by 1, 2;
        else
            insert into calendar_tasktotal (owner_id, day, count)
            select owner_id, (due_at at time zone 'UTC')::date, sum(sign)
            from (
                select owner_id, due_at, state, is_deleted, 1 as sign from fresh
                union all select owner_id, due_at, state, is_deleted, -1 from stale
            ) as task
            where state = 'open' and not is_deleted and due_at is not null group by 1, 2 having sum(sign) <> 0;
        end if;
        return null;
    end
    $$
"""

TRIGGERS = """
create trigger calendar_totals_insert after insert on calendar_task referencing new table as fresh
    for each statement execute function calendar_keep_totals();
create trigger calendar_totals_update after update on calendar_task referencing new table as fresh old table as stale
    for each statement execute function calendar_keep_totals();
create trigger calendar_totals_delete after delete on calendar_task referencing old table as stale
    for each statement execute function calendar_keep_totals();
"""

# Between this and the commit no task can be written past the triggers: creating one locks the table.
COUNTED = """
insert into calendar_tasktotal (owner_id, day, count)
select owner_id, (due_at at time zone 'UTC')::date, count(*) from calendar_task
where state = 'open' and not is_deleted and due_at is not null group by 1, 2
"""

GONE = "drop function calendar_keep_totals() cascade"


class Migration(migrations.Migration):
    dependencies = [("calendar", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, GONE),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
    ]
