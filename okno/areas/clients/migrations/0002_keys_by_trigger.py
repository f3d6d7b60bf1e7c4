"""Keys of matching and stays in statuses, kept by triggers: whoever writes, they are there in the same transaction."""

from django.db import migrations

from okno.kit.contacts import PUBLIC_MAIL

PUBLIC = ",".join(sorted(PUBLIC_MAIL))

FUNCTIONS = f"""
-- The domain of a site or a mail address without www; null where it is none or belongs to anybody.
create or replace function okno_clients_domain(value text) returns text
    language sql immutable strict parallel safe
    as $$
        select host from (
            select rtrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                lower(trim(value)), '^([a-z]+:)?//', ''), '[/?#].*$', ''), '^.*@', ''), ':[0-9]*$', ''), '^www[.]', ''), '.')
        ) as found(host)
        where host ~ '^[^[:space:].]+([.][^[:space:].]+)+$' and not host = any(string_to_array('{PUBLIC}', ','))
    $$;

-- A tax number of another country as it is compared; null without the country or the number.
create or replace function okno_clients_foreign(country text, number text) returns text
    language sql immutable parallel safe
    as $$
        select case when country <> '' and bare <> '' then country || '-' || bare end
        from (select regexp_replace(upper(number), '[^0-9A-ZА-Я]', '', 'g')) as found(bare)
    $$;
"""

VIEWS = """
-- Keys that a client itself should have.
create or replace view clients_own_key as
    select p.kind::text as kind, p.key::text as key, c.id as client_id
    from clients_client c join clients_contactpoint p on p.client_id = c.id
    where not c.is_deleted and p.contact_id is null and p.kind in ('phone', 'email', 'messenger')
    union
    select 'domain', okno_clients_domain(p.key), c.id
    from clients_client c join clients_contactpoint p on p.client_id = c.id
    where not c.is_deleted and p.contact_id is null and p.kind in ('email', 'site')
    and okno_clients_domain(p.key) is not null
    union
    select 'domain', okno_clients_domain(c.site), c.id from clients_client c
    where not c.is_deleted and okno_clients_domain(c.site) is not null
    union
    select 'inn', c.inn, c.id from clients_client c where not c.is_deleted and c.inn <> ''
    union
    select 'inn', e.inn, c.id from clients_legalentity e join clients_client c on c.id = e.client_id
    where not c.is_deleted and not e.is_deleted and e.inn <> ''
    union
    select 'kpp', e.inn || '-' || e.kpp, c.id from clients_legalentity e join clients_client c on c.id = e.client_id
    where not c.is_deleted and not e.is_deleted and e.inn <> '' and e.kpp <> ''
    union
    select 'foreign', okno_clients_foreign(c.country, c.tax_number), c.id from clients_client c
    where not c.is_deleted and okno_clients_foreign(c.country, c.tax_number) is not null
    union
    select 'foreign', okno_clients_foreign(e.country, e.tax_number), c.id
    from clients_legalentity e join clients_client c on c.id = e.client_id
    where not c.is_deleted and not e.is_deleted and okno_clients_foreign(e.country, e.tax_number) is not null;

-- The clients at which a contact is: the main one, none for a contact of nobody, and the further ones.
create or replace view clients_place_of as
    select t.id as contact_id, t.client_id, false as is_further
    from clients_contact t left join clients_client c on c.id = t.client_id
    where not t.is_deleted and coalesce(not c.is_deleted, true)
    union all
    select t.id, f.client_id, true
    from clients_contactplace f join clients_contact t on t.id = f.contact_id join clients_client c on c.id = f.client_id
    where not t.is_deleted and not c.is_deleted and f.client_id is distinct from t.client_id;

-- Keys that a contact should have; of one at clients they lead to each of them too.
create or replace view clients_people_key as
    select p.kind::text as kind, p.key::text as key, w.client_id, w.contact_id, w.is_further
    from clients_place_of w join clients_contactpoint p on p.contact_id = w.contact_id
    where p.kind in ('phone', 'email', 'messenger')
    union
    select 'domain', okno_clients_domain(p.key), w.client_id, w.contact_id, w.is_further
    from clients_place_of w join clients_contactpoint p on p.contact_id = w.contact_id
    where p.kind = 'email' and okno_clients_domain(p.key) is not null;
"""

TURNS = """
-- Whether a client of a status is ours: neither one to come nor one who is gone.
create or replace function okno_clients_is_ours(status text) returns boolean
    language sql immutable parallel safe
    as $$ select status in ('one_off', 'regular', 'sleeping', 'troubled') $$;

-- What a change of the status means for the base; before is null of a new card.
create or replace function okno_clients_turn(card bigint, before text, after text) returns text
    language sql stable
    as $$
        select case
            when okno_clients_is_ours(after) = coalesce(okno_clients_is_ours(before), false) then ''
            when not okno_clients_is_ours(after) then 'lost'
            when exists (
                select 1 from clients_statusstay s where s.client_id = card and okno_clients_is_ours(s.status)
            ) then 'returned'
            else 'new'
        end
    $$;
"""

REFRESH = """
-- Make the keys of these clients and contacts be what they should be; nothing is written where they are already.
create or replace function okno_clients_refresh(cards bigint[], people bigint[]) returns void
    language plpgsql
    as $$
    begin
        if cardinality(cards) > 0 then
            delete from clients_matchkey k where k.client_id = any(cards) and k.contact_id is null and not exists (
                select 1 from clients_own_key w
                where w.client_id = any(cards) and w.client_id = k.client_id and w.kind = k.kind and w.key = k.key
            );
            insert into clients_matchkey (kind, key, client_id)
            select w.kind, w.key, w.client_id from clients_own_key w where w.client_id = any(cards)
            on conflict do nothing;
        end if;
        if cardinality(people) > 0 then
            delete from clients_matchkey k where k.contact_id = any(people) and not exists (
                select 1 from clients_people_key w
                where w.contact_id = any(people) and w.contact_id = k.contact_id and w.kind = k.kind
                and w.key = k.key and w.client_id is not distinct from k.client_id and w.is_further = k.is_further
            );
            insert into clients_matchkey (kind, key, client_id, contact_id, is_further)
            select w.kind, w.key, w.client_id, w.contact_id, w.is_further from clients_people_key w
            where w.contact_id = any(people)
            on conflict do nothing;
        end if;
    end
    $$;

create or replace function okno_clients_card_keys() returns trigger
    language plpgsql
    as $$
    declare
        cards bigint[];
        people bigint[];
    begin
        if tg_op = 'INSERT' then
            -- The people and the ways to reach a new card come later and bring their own keys.
            insert into clients_matchkey (kind, key, client_id)
            select 'inn', inn, id from fresh where inn <> '' and not is_deleted
            union
            select 'domain', okno_clients_domain(site), id from fresh
            where site <> '' and not is_deleted and okno_clients_domain(site) is not null
            union
            select 'foreign', okno_clients_foreign(country, tax_number), id from fresh
            where not is_deleted and okno_clients_foreign(country, tax_number) is not null
            on conflict do nothing;
            insert into clients_statusstay (client_id, status, since, turn)
            select id, status, created_at, okno_clients_turn(id, null, status) from fresh;
            return null;
        end if;
        select array_agg(n.id), array_agg(n.id) filter (where n.is_deleted <> o.is_deleted) into cards, people
        from fresh n join stale o on o.id = n.id
        where (n.inn, n.site, n.country, n.tax_number, n.is_deleted)
            is distinct from (o.inn, o.site, o.country, o.tax_number, o.is_deleted);
        if people is not null then
            select array_agg(at.contact_id) into people from (
                select t.id as contact_id from clients_contact t where t.client_id = any(people)
                union
                select f.contact_id from clients_contactplace f where f.client_id = any(people)
            ) as at;
        end if;
        perform okno_clients_refresh(coalesce(cards, '{}'), coalesce(people, '{}'));
        update clients_statusstay s set until = clock_timestamp()
        from fresh n join stale o on o.id = n.id
        where n.status <> o.status and s.client_id = n.id and s.until is null;
        insert into clients_statusstay (client_id, status, since, turn)
        select n.id, n.status, clock_timestamp(), okno_clients_turn(n.id, o.status, n.status)
        from fresh n join stale o on o.id = n.id where n.status <> o.status;
        return null;
    end
    $$;

create or replace function okno_clients_person_keys() returns trigger
    language plpgsql
    as $$
    declare
        people bigint[];
    begin
        select array_agg(n.id) into people from fresh n join stale o on o.id = n.id
        where (n.client_id, n.is_deleted) is distinct from (o.client_id, o.is_deleted);
        perform okno_clients_refresh('{}', coalesce(people, '{}'));
        return null;
    end
    $$;

-- Further clients of contacts: the keys of these people lead to them too.
create or replace function okno_clients_place_keys() returns trigger
    language plpgsql
    as $$
    declare
        people bigint[];
    begin
        if tg_op = 'DELETE' then
            select array_agg(distinct contact_id) into people from stale;
        elsif tg_op = 'INSERT' then
            select array_agg(distinct contact_id) into people from fresh;
        else
            select array_agg(contact_id) into people
            from (select contact_id from fresh union select contact_id from stale) as both_ways;
        end if;
        perform okno_clients_refresh('{}', coalesce(people, '{}'));
        return null;
    end
    $$;

-- Ways to reach somebody and legal entities: both name the card that they are of.
create or replace function okno_clients_part_keys() returns trigger
    language plpgsql
    as $$
    declare
        cards bigint[];
        people bigint[];
    begin
        if tg_op = 'DELETE' then
            select array_agg(distinct client_id) into cards from stale where client_id is not null;
            if tg_table_name = 'clients_contactpoint' then
                select array_agg(distinct contact_id) into people from stale where contact_id is not null;
            end if;
        elsif tg_op = 'INSERT' and tg_table_name = 'clients_contactpoint' then
            -- New ways only add keys: an import of many need not look at all that their cards have. Places are looked up
            -- for each way: joined to the view, all contacts of the base would be read for one phone.
            insert into clients_matchkey (kind, key, client_id, contact_id, is_further)
            select told.kind, told.key, at.client_id, at.contact_id, at.is_further
            from fresh f
            cross join lateral (
                select c.id as client_id, null::bigint as contact_id, false as is_further from clients_client c
                where c.id = f.client_id and f.contact_id is null and not c.is_deleted
                union all
                select w.client_id, w.contact_id, w.is_further from clients_place_of w where w.contact_id = f.contact_id
            ) as at
            cross join lateral (
                select f.kind::text, f.key::text where f.kind in ('phone', 'email', 'messenger')
                union all
                select 'domain', found.domain from (
                    select okno_clients_domain(f.key)
                    where f.kind = 'email' or (f.kind = 'site' and f.contact_id is null)
                    offset 0
                ) as found(domain) where found.domain is not null
            ) as told(kind, key)
            on conflict do nothing;
            return null;
        elsif tg_op = 'INSERT' then
            insert into clients_matchkey (kind, key, client_id)
            select 'inn', f.inn, c.id from fresh f join clients_client c on c.id = f.client_id
            where not c.is_deleted and not f.is_deleted and f.inn <> ''
            union
            select 'kpp', f.inn || '-' || f.kpp, c.id from fresh f join clients_client c on c.id = f.client_id
            where not c.is_deleted and not f.is_deleted and f.inn <> '' and f.kpp <> ''
            union
            select 'foreign', okno_clients_foreign(f.country, f.tax_number), c.id
            from fresh f join clients_client c on c.id = f.client_id
            where not c.is_deleted and not f.is_deleted and okno_clients_foreign(f.country, f.tax_number) is not null
            on conflict do nothing;
            return null;
        else
            select array_agg(distinct client_id) into cards
            from (select client_id from fresh union select client_id from stale) as both_ways where client_id is not null;
            if tg_table_name = 'clients_contactpoint' then
                select array_agg(distinct contact_id) into people
                from (select contact_id from fresh union select contact_id from stale) as both_ways
                where contact_id is not null;
            end if;
        end if;
        perform okno_clients_refresh(coalesce(cards, '{}'), coalesce(people, '{}'));
        return null;
    end
    $$;
"""

TRIGGERS = """
create or replace trigger okno_keys_insert after insert on clients_client
    referencing new table as fresh for each statement execute function okno_clients_card_keys();
create or replace trigger okno_keys_update after update on clients_client
    referencing new table as fresh old table as stale for each statement execute function okno_clients_card_keys();
create or replace trigger okno_keys_update after update on clients_contact
    referencing new table as fresh old table as stale for each statement execute function okno_clients_person_keys();
create or replace trigger okno_keys_insert after insert on clients_contactplace
    referencing new table as fresh for each statement execute function okno_clients_place_keys();
create or replace trigger okno_keys_update after update on clients_contactplace
    referencing new table as fresh old table as stale for each statement execute function okno_clients_place_keys();
create or replace trigger okno_keys_delete after delete on clients_contactplace
    referencing old table as stale for each statement execute function okno_clients_place_keys();
create or replace trigger okno_keys_insert after insert on clients_contactpoint
    referencing new table as fresh for each statement execute function okno_clients_part_keys();
create or replace trigger okno_keys_update after update on clients_contactpoint
    referencing new table as fresh old table as stale for each statement execute function okno_clients_part_keys();
create or replace trigger okno_keys_delete after delete on clients_contactpoint
    referencing old table as stale for each statement execute function okno_clients_part_keys();
create or replace trigger okno_keys_insert after insert on clients_legalentity
    referencing new table as fresh for each statement execute function okno_clients_part_keys();
create or replace trigger okno_keys_update after update on clients_legalentity
    referencing new table as fresh old table as stale for each statement execute function okno_clients_part_keys();
create or replace trigger okno_keys_delete after delete on clients_legalentity
    referencing old table as stale for each statement execute function okno_clients_part_keys();
"""

# Cards that were there before the triggers.
FILL = """
insert into clients_matchkey (kind, key, client_id) select kind, key, client_id from clients_own_key on conflict do nothing;
insert into clients_matchkey (kind, key, client_id, contact_id, is_further)
select kind, key, client_id, contact_id, is_further from clients_people_key on conflict do nothing;
insert into clients_statusstay (client_id, status, since, turn)
select c.id, c.status, c.created_at, okno_clients_turn(c.id, null, c.status) from clients_client c
where not exists (select 1 from clients_statusstay s where s.client_id = c.id);
"""

UNDO = """
drop trigger if exists okno_keys_insert on clients_client;
drop trigger if exists okno_keys_update on clients_client;
drop trigger if exists okno_keys_update on clients_contact;
drop trigger if exists okno_keys_insert on clients_contactplace;
drop trigger if exists okno_keys_update on clients_contactplace;
drop trigger if exists okno_keys_delete on clients_contactplace;
drop trigger if exists okno_keys_insert on clients_contactpoint;
drop trigger if exists okno_keys_update on clients_contactpoint;
drop trigger if exists okno_keys_delete on clients_contactpoint;
drop trigger if exists okno_keys_insert on clients_legalentity;
drop trigger if exists okno_keys_update on clients_legalentity;
drop trigger if exists okno_keys_delete on clients_legalentity;
drop function if exists okno_clients_card_keys, okno_clients_person_keys, okno_clients_place_keys, okno_clients_part_keys;
drop function if exists okno_clients_refresh, okno_clients_turn, okno_clients_is_ours;
drop view if exists clients_own_key, clients_people_key, clients_place_of;
drop function if exists okno_clients_domain, okno_clients_foreign;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS + VIEWS + TURNS + REFRESH + TRIGGERS + FILL, UNDO)]
