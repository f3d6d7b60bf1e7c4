"""Links follow what people decide, and what an undo does to their decisions."""

from django.db import migrations

FUNCTION = """
create function exchange_follow_decision() returns trigger
    language plpgsql
    as $$
    declare
        one exchange_decision := coalesce(new, old);
        was bigint;
    begin
        select row_id into was from exchange_externallink
        where connection_id = one.connection_id and foreign_type = one.foreign_type and foreign_id = one.foreign_id;
        if tg_op = 'DELETE' then
            update exchange_externallink
            set record = '', row_id = null, how_matched = 'id',
                state = case when one.foreign_type = 'counterparty' then 'conflict' else 'linked' end
            where connection_id = one.connection_id and foreign_type = one.foreign_type
            and foreign_id = one.foreign_id;
        else
            insert into exchange_externallink
                (connection_id, foreign_type, foreign_id, record, row_id, foreign_version, prints, details, state,
                 how_matched)
            values (one.connection_id, one.foreign_type, one.foreign_id, one.record, one.row_id, '', '{}', '{}',
                    'linked', 'hand')
            on conflict (connection_id, foreign_type, foreign_id) do update
            set record = excluded.record, row_id = excluded.row_id, state = 'linked', how_matched = 'hand';
        end if;
        if one.foreign_type in ('price_type', 'warehouse') and (tg_op = 'DELETE' or was <> one.row_id) then
            -- The same prices and rests belong to other rows now: the next export writes them anew, or lets them wait.
            update exchange_externallink set prints = prints - 'prices' - 'rests'
            where connection_id = one.connection_id and foreign_type = 'offer';
        end if;
        return null;
    end
    $$;
create trigger exchange_decided after insert or update or delete on exchange_decision
    for each row execute function exchange_follow_decision();
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_room_for_updates")]

    operations = [migrations.RunSQL(FUNCTION, "drop function exchange_follow_decision() cascade")]
