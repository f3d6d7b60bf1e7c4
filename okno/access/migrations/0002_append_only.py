"""The access log only grows: the database itself refuses to change or delete its lines."""

from django.db import migrations

MAKE = """
create or replace function okno_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'lines of % are neither changed nor deleted', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger okno_append_only before update or delete on access_reading
  for each row execute function okno_append_only();
create trigger okno_append_only_whole before truncate on access_reading
  for each statement execute function okno_append_only();
"""
DROP = """
drop trigger okno_append_only_whole on access_reading;
drop trigger okno_append_only on access_reading;
drop function okno_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, DROP)]
