-- Functions that indexes, triggers and queries rely on. All are plain SQL or plpgsql: no extension is needed.

-- Text as people compare it: case and the letter «ё» do not matter.
create or replace function okno_fold(value text) returns text
    language sql immutable strict parallel safe
    as $$ select translate(lower(value), 'ё', 'е') $$;

-- All three-letter pieces of a text: the index behind "contains" (a GIN index over this array, which keeps each once).
-- A loop: to begin a query for each of the names that a row has took four times longer than cutting them.
create or replace function okno_trgm(value text) returns text[]
    language plpgsql immutable strict parallel safe
    as $$
    declare
        folded text := translate(lower(value), 'ё', 'е');
        pieces text[] := '{}';
    begin
        for place in 1 .. length(folded) - 2 loop
            pieces := pieces || substr(folded, place, 3);
        end loop;
        return pieces;
    end
    $$;

-- Pieces that leave no letter of a text out and hardly overlap: the index is asked for these, and as it may find a
-- little too much, each row is looked at as well. A third of the lists to read, the same rows.
create or replace function okno_pieces(value text) returns text[]
    language sql immutable strict parallel safe
    as $$
        select coalesce(array_agg(distinct substr(translate(lower(value), 'ё', 'е'), least(i, length(value) - 2), 3)), '{}')
        from generate_series(1, length(value), 3) as i
        where length(value) > 2
    $$;

-- Words of a text by their stems: what search by morphology looks at («поставка» finds «поставок»).
create or replace function okno_words(value text) returns tsvector
    language sql immutable strict parallel safe
    as $$ select to_tsvector('russian'::regconfig, translate(lower(value), 'ё', 'е')) $$;

-- Canonical values of custom fields, immutable so that expression indexes may use them.
-- Not strict: PostgreSQL puts the body of a strict function into the statement only where it can prove that the body is
-- strict too, and a call for each of 200,000 rows takes eight times longer to add up.
create or replace function okno_number(value jsonb) returns numeric
    language sql immutable parallel safe
    as $$ select case jsonb_typeof(value)
            when 'object' then (value ->> 'a')::numeric
            when 'number' then value::numeric
        end $$;

create or replace function okno_date(value text) returns date
    language sql immutable strict parallel safe
    as $$ select case when value ~ '^\d{4}-\d{2}-\d{2}'
            then make_date(substr(value, 1, 4)::int, substr(value, 6, 2)::int, substr(value, 9, 2)::int)
        end $$;

create or replace function okno_moment(value text) returns timestamptz
    language sql immutable strict parallel safe
    as $$ select case when value ~ '^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}'
            then make_timestamptz(substr(value, 1, 4)::int, substr(value, 6, 2)::int, substr(value, 9, 2)::int,
                                  substr(value, 12, 2)::int, substr(value, 15, 2)::int, substr(value, 18, 2)::int, 'UTC')
        end $$;

-- Every change of a journalled table, by whatever statement, tied to the command that is running.
-- The arguments of the trigger are columns that say nothing to people (versions, counters).
create or replace function okno_journal() returns trigger
    language plpgsql
    as $$
    declare
        run bigint := nullif(current_setting('okno.run', true), '')::bigint;
        ignored text[] := coalesce(tg_argv, '{}');
    begin
        if current_setting('okno.journal', true) = 'off' then
            return null;
        end if;
        if tg_op = 'INSERT' then
            insert into kit_change (run_id, table_name, row_id, op, before, after)
            select run, tg_table_name, fresh.id, 'I', null, jsonb_strip_nulls(to_jsonb(fresh) - ignored)
            from fresh;
        elsif tg_op = 'DELETE' then
            insert into kit_change (run_id, table_name, row_id, op, before, after)
            select run, tg_table_name, stale.id, 'D', jsonb_strip_nulls(to_jsonb(stale) - ignored), null
            from stale;
        else
            insert into kit_change (run_id, table_name, row_id, op, before, after)
            select run, tg_table_name, pair.id, 'U', difference.before, difference.after
            from (
                select fresh.id, to_jsonb(stale) - ignored as was, to_jsonb(fresh) - ignored as now
                from fresh join stale on stale.id = fresh.id
                -- Without this the two images would be made anew for each of their columns.
                offset 0
            ) as pair
            cross join lateral (
                select jsonb_object_agg(item.key, item.value) as before,
                       jsonb_object_agg(item.key, pair.now -> item.key) as after
                from jsonb_each(pair.was) as item
                where pair.now -> item.key is distinct from item.value
            ) as difference
            where difference.after is not null;
        end if;
        return null;
    end
    $$;

-- The version of a row grows with every real change, so a stale edit is always noticed.
create or replace function okno_version() returns trigger
    language plpgsql
    as $$
    begin
        new.version := old.version + 1;
        new.updated_at := clock_timestamp();
        return new;
    end
    $$;

-- How many roubles a unit of a currency is worth on a day: by the rate that holds then; for days before the first known
-- rate by that one; nothing when none is known. Its text is not checked before the table is there.
create or replace function okno_rate(code text, day date) returns numeric
    language plpgsql stable strict parallel safe
    as $$
    begin
        if code = 'RUB' then
            return 1;
        end if;
        return coalesce(
            (select value / nominal from kit_currencyrate where currency = code and since <= day order by since desc limit 1),
            (select value / nominal from kit_currencyrate where currency = code order by since limit 1)
        );
    end
    $$;
