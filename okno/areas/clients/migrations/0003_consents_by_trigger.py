"""What clients and contacts have agreed to, shown on their cards by a trigger: whoever writes, merging and undo too."""

from django.db import migrations

# What holds of the words on the rows of one table.
SHOWN = """update {table} c set consents = w.given, refusals = w.refused
        from (
            select o.id, coalesce(jsonb_agg(l.channel order by l.channel) filter (where l.is_given), '[]') as given,
                coalesce(jsonb_agg(l.channel order by l.channel) filter (where not l.is_given), '[]') as refused
            from unnest({ids}) as o(id) left join (
                select distinct on ({key}, channel) {key}, channel, is_given from clients_consent
                where {key} = any({ids}) order by {key}, channel, said_date desc, id desc
            ) as l on l.{key} = o.id
            where o.id is not null group by o.id
        ) as w
        where c.id = w.id and (c.consents, c.refusals) is distinct from (w.given, w.refused);"""

FUNCTIONS = f"""
-- The last word of each channel among words: lists of channels agreed to and of those refused.
create or replace function okno_clients_consents() returns trigger
    language plpgsql
    as $$
    declare
        cards bigint[];
        people bigint[];
    begin
        if tg_op = 'DELETE' then
            select array_agg(distinct client_id), array_agg(distinct contact_id) into cards, people from stale;
        elsif tg_op = 'INSERT' then
            select array_agg(distinct client_id), array_agg(distinct contact_id) into cards, people from fresh;
        else
            select array_agg(distinct client_id), array_agg(distinct contact_id) into cards, people
            from (select client_id, contact_id from fresh union select client_id, contact_id from stale) as both_ways;
        end if;
        {SHOWN.format(table="clients_client", key="client_id", ids="cards")}
        {SHOWN.format(table="clients_contact", key="contact_id", ids="people")}
        return null;
    end
    $$;
"""

# They run after those of the journal, by their names: an undo then takes back the card first, and then the word.
TRIGGERS = """
create or replace trigger okno_standing_insert after insert on clients_consent
    referencing new table as fresh for each statement execute function okno_clients_consents();
create or replace trigger okno_standing_update after update on clients_consent
    referencing new table as fresh old table as stale for each statement execute function okno_clients_consents();
create or replace trigger okno_standing_delete after delete on clients_consent
    referencing old table as stale for each statement execute function okno_clients_consents();
"""

UNDO = """
drop trigger if exists okno_standing_insert on clients_consent;
drop trigger if exists okno_standing_update on clients_consent;
drop trigger if exists okno_standing_delete on clients_consent;
drop function if exists okno_clients_consents;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0002_keys_by_trigger")]

    operations = [migrations.RunSQL(FUNCTIONS + TRIGGERS, UNDO)]
