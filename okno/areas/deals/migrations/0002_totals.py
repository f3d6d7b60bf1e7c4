"""Triggers that keep amounts of deals in roubles, and their totals: see docs/adr/0012-kept-totals.md."""

from django.db import migrations

# Before the totals, which add up what this writes. A change of nothing else than `managed` does not come here.
MANAGED = """
create function deals_keep_managed() returns trigger
    language plpgsql
    as $$
    begin
        if new.currency = 'RUB' then
            new.managed := new.amount;
        else
            new.managed := coalesce(
                round(new.amount * okno_rate(new.currency, coalesce(new.closed_at::date, current_date)), 2), 0
            );
        end if;
        return new;
    end
    $$;
create trigger deals_managed before insert or update of amount, currency, closed_at on deals_deal
    for each row execute function deals_keep_managed();
"""

# What one statement, however many rows it touched, adds to the totals and takes away from them.
FUNCTION = """
create function deals_keep_totals() returns trigger
    language plpgsql
    as $$
    begin
        if tg_op = 'INSERT' then
            insert into deals_dealtotal (stage_id, owner_id, department_id, day, count, managed)
            select stage_id, owner_id, department_id, (next_task_at at time zone 'UTC')::date, count(*), sum(managed)
            from fresh where not is_deleted group by 1, 2, 3, 4;
            insert into deals_dealexpectation (stage_id, owner_id, department_id, day, count, managed)
            select stage_id, owner_id, department_id, date_trunc('month', expected_date)::date, count(*), sum(managed)
            from fresh where not is_deleted and expected_date is not null group by 1, 2, 3, 4;
        elsif tg_op = 'DELETE' then
            insert into deals_dealtotal (stage_id, owner_id, department_id, day, count, managed)
            select stage_id, owner_id, department_id, (next_task_at at time zone 'UTC')::date, -count(*), -sum(managed)
            from stale where not is_deleted group by 1, 2, 3, 4;
            insert into deals_dealexpectation (stage_id, owner_id, department_id, day, count, managed)
            select stage_id, owner_id, department_id, date_trunc('month', expected_date)::date, -count(*), -sum(managed)
            from stale where not is_deleted and expected_date is not null group by 1, 2, 3, 4;
        else
            insert into deals_dealtotal (stage_id, owner_id, department_id, day, count, managed)
            select stage_id, owner_id, department_id, (next_task_at at time zone 'UTC')::date, sum(sign),
                   sum(sign * managed)
            from (select *, 1 as sign from fresh union all select *, -1 from stale) as deal
            where not is_deleted group by 1, 2, 3, 4 having sum(sign) <> 0 or sum(sign * managed) <> 0;
            insert into deals_dealexpectation (stage_id, owner_id, department_id, day, count, managed)
            select stage_id, owner_id, department_id, date_trunc('month', expected_date)::date, sum(sign),
                   sum(sign * managed)
            from (select *, 1 as sign from fresh union all select *, -1 from stale) as deal
            where not is_deleted and expected_date is not null
            group by 1, 2, 3, 4 having sum(sign) <> 0 or sum(sign * managed) <> 0;
        end if;
        return null;
    end
    $$
"""

TRIGGERS = """
create trigger deals_totals_insert after insert on deals_deal referencing new table as fresh
    for each statement execute function deals_keep_totals();
create trigger deals_totals_update after update on deals_deal referencing new table as fresh old table as stale
    for each statement execute function deals_keep_totals();
create trigger deals_totals_delete after delete on deals_deal referencing old table as stale
    for each statement execute function deals_keep_totals();
"""

# Between this and the commit no deal can be written past the triggers: creating one locks the table.
COUNTED = """
insert into deals_dealtotal (stage_id, owner_id, department_id, day, count, managed)
select stage_id, owner_id, department_id, (next_task_at at time zone 'UTC')::date, count(*), sum(managed)
from deals_deal where not is_deleted group by 1, 2, 3, 4;
insert into deals_dealexpectation (stage_id, owner_id, department_id, day, count, managed)
select stage_id, owner_id, department_id, date_trunc('month', expected_date)::date, count(*), sum(managed)
from deals_deal where not is_deleted and expected_date is not null group by 1, 2, 3, 4
"""

GONE = "drop function deals_keep_totals() cascade"
NOT_MANAGED = "drop function deals_keep_managed() cascade"


class Migration(migrations.Migration):
    dependencies = [("deals", "0001_initial")]

    operations = [
        migrations.RunSQL(MANAGED, NOT_MANAGED),
        migrations.RunSQL(FUNCTION, GONE),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
    ]
