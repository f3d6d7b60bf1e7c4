"""Who may import what: the right of the area, hidden fields, rows out of reach, imports of others."""

from __future__ import annotations

import io

import pytest
from django.db import connection

from okno.access import commands as access
from okno.access import queries as people
from okno.access.models import User
from okno.areas.clients.models import Client, Contact
from okno.areas.clients.tests.factories import a_client
from okno.engines.imports import commands, queries, rules
from okno.engines.imports.models import Import, ImportRow
from okno.kit import jobs
from okno.kit.errors import Denied, Refused
from okno.kit.models.journal import CommandRun, EventRow
from okno.kit.permissions import SYSTEM, Actor

pytestmark = pytest.mark.django_db
FILE = "Наименование;ИНН;Телефон;Город\nООО «Ромашка»;7707083893;84951234567;Орёл\n"


def with_grants(*names: str, reach: str = "all") -> Actor:
    user = User.objects.create(email=f"{len(names)}-{reach}@okno.test", name="Кто-то")
    grants = [{"permission": name, "reach": reach} for name in ("imports.*", "jobs.*", *names)]
    access.set_role(actor=SYSTEM, code=f"r{user.pk}", name="Роль", grants=grants, hidden=[])
    access.give_role(actor=SYSTEM, user=user, role=f"r{user.pk}")
    user.refresh_from_db()
    return people.actor_of(user)


def taken(actor: Actor, text: str = FILE, record: str = "clients.client", **settings) -> Import:
    row = commands.taken_in(actor, record, io.BytesIO(text.encode()), "Файл.csv")
    return commands.set_up(actor=actor, row=row, settings={**row.settings, **settings}) if settings else row


def outcomes(row: Import) -> list[str]:
    return list(ImportRow.objects.filter(of=row, is_dry=False).order_by("number").values_list("result", flat=True))


def test_import_is_a_right_of_its_own():
    actor = with_grants("clients.view", "clients.add", "clients.update")
    with pytest.raises(Denied):
        taken(actor)
    assert queries.importable(actor) == []


def test_rights_taken_away_meanwhile_stop_the_run():
    actor = with_grants("clients.view", "clients.add", "clients.update", "clients.import")
    row = taken(actor)
    access.set_role(
        actor=SYSTEM,
        code=f"r{actor.user_id}",
        name="Роль",
        grants=[{"permission": "imports.*", "reach": "all"}],
        hidden=[],
    )
    with pytest.raises(Denied):
        commands.start_run(actor=people.actor_of_user_id(actor.user_id), row=row)
    assert Client.objects.count() == 0


def test_without_the_right_to_add_new_rows_are_refused():
    actor = with_grants("clients.view", "clients.update", "clients.import")
    row = commands.run_now(actor, taken(actor))
    assert outcomes(row) == ["refused"]


def test_hidden_field_is_no_target_and_is_not_told(cast):
    cast.hide("anna", "clients.client.inn")
    actor = cast.actor("anna")
    row = taken(actor)
    assert dict(rules.Settings.of(row.settings).columns)["ИНН"] == ""
    forced = {
        **row.settings,
        "columns": [["Наименование", "name"], ["ИНН", "inn"], ["Телефон", "phone"], ["Город", ""]],
    }
    row = commands.set_up(actor=actor, row=row, settings=forced)
    commands.run_now(actor, row)
    assert Client.objects.get().inn == ""


def test_column_for_a_field_that_is_open_in_some_rows_only_is_told_about_and_not_taken(client):
    vip = {"field": "kind", "op": "eq", "value": "person"}
    access.watch_rows(actor=SYSTEM, name="VIP", record="clients.client", condition=vip, masked=["phone"])
    user = User.objects.get(pk=with_grants("clients.view", "clients.import").user_id or 0)
    grants = [{"permission": name, "reach": "all"} for name in ("imports.*", "clients.view", "clients.import")]
    access.set_role(actor=SYSTEM, code=f"r{user.pk}", name="Роль", grants=grants, hidden=["clients.client.inn"])
    row = taken(people.actor_of_user_id(user.pk))
    client.force_login(user)

    page = client.get(f"/imports/{row.pk}/columns/").content.decode()

    assert dict(rules.Settings.of(row.settings).columns)["Телефон"] == ""
    assert "Похоже на «Телефон»" in page
    assert page.count("Похоже на") == 1


def test_row_that_may_be_seen_but_not_changed_is_refused(cast):
    held = a_client(cast.boris, name="ООО «Ромашка»", inn="7707083893", city="Тула")
    actor = with_grants("clients.view", "clients.add", "clients.import")
    row = commands.run_now(actor, taken(actor))
    assert outcomes(row) == ["refused"]
    held.refresh_from_db()
    assert held.city == "Тула"


def test_row_out_of_reach_is_neither_changed_nor_made_again(cast):
    held = a_client(cast.boris, name="Тайная", inn="7707083893")
    actor = cast.actor("anna")
    row = commands.run_now(actor, taken(actor))
    assert outcomes(row) == ["skipped"]
    held.refresh_from_db()
    assert (held.name, Client.objects.count()) == ("Тайная", 1)


def test_import_of_another_one_is_not_found(cast, client):
    row = taken(cast.actor("anna"))
    client.force_login(cast.boris)
    assert client.get(f"/imports/{row.pk}/columns/").status_code == 404


def test_import_is_silent_unless_asked(cast):
    actor = cast.actor("director")
    before = EventRow.objects.count()
    commands.run_now(actor, taken(actor))
    assert EventRow.objects.count() == before
    commands.run_now(
        actor, taken(actor, FILE.replace("7707083893", "7736050003").replace("4567", "4568"), is_loud=True)
    )
    assert EventRow.objects.count() == before + 1


def test_record_of_which_nothing_is_said_is_imported_by_its_commands(cast):
    a_client(cast.anna, name="ООО «Ромашка»")
    actor = cast.actor("director")
    text = (
        "ФИО;Клиент;Телефон;Должность;День рождения\n"
        "Иванова Анна;ООО «Ромашка»;89160000001;Директор;17.05.1990\n"
        "Петров Пётр;Нет такого;89160000002;;\n"
    )
    row = taken(actor, text, "clients.contact")
    assert dict(rules.Settings.of(row.settings).columns)["Клиент"] == "client"
    commands.run_now(actor, row, is_dry=True)
    row = commands.run_now(actor, row)
    assert outcomes(row) == ["created", "refused"]
    contact = Contact.objects.get()
    assert (contact.post, contact.client and contact.client.name, str(contact.birthday)) == (
        "Директор", "ООО «Ромашка»", "1990-05-17",
    )  # fmt: skip
    again = commands.run_now(actor, taken(actor, text.replace("Директор", "Бухгалтер"), "clients.contact"))
    assert outcomes(again) == ["updated", "refused"]


def test_row_written_by_commands_is_taken_back_alone(cast):
    a_client(cast.anna, name="ООО «Ромашка»")
    actor, text = cast.actor("director"), "ФИО;Клиент;Телефон;Должность\n"
    first, second = "Иванова Анна;ООО «Ромашка»;89160000001;Директор\n", "Петров Пётр;;89160000002;Юрист\n"
    commands.run_now(actor, taken(actor, text + first, "clients.contact"))
    fresh = first.replace("Директор", "Бухгалтер")
    row = commands.run_now(actor, taken(actor, text + fresh + second, "clients.contact"))
    for contact in list(Contact.objects.order_by("pk")):
        commands.take_back_row(actor=actor, row=row, row_id=contact.pk)
    assert list(Contact.objects.order_by("pk").values_list("post", "is_deleted")) == [
        ("Директор", False), ("Юрист", True),
    ]  # fmt: skip


def test_each_batch_is_a_run_caused_by_the_start(cast):
    actor = cast.actor("director")
    row = commands.run_now(actor, taken(actor))
    runs = CommandRun.objects.filter(cause_id=row.cause, name="imports.take_batch")
    assert len(runs) == 1
    assert CommandRun.objects.filter(cause=runs[0], name="clients.import").exists()


def test_what_has_written_is_not_set_up_again(cast):
    actor = cast.actor("director")
    row = commands.run_now(actor, taken(actor))
    with pytest.raises(Refused):
        commands.set_up(actor=actor, row=row, settings=row.settings)


def test_settings_are_kept_and_know_columns_by_their_names(cast):
    actor = cast.actor("director")
    row = taken(actor, found="fill")
    commands.keep_settings(actor=actor, row=row, name=" Наш  файл ")
    kept = queries.settings_named(actor, "clients.client", "Наш файл")
    other = "Город;Лишняя;Телефон;Наименование;ИНН\nТверь;;84951234568;ООО «Берёза»;\n"
    fresh = commands.taken_in(actor, "clients.client", io.BytesIO(other.encode()), "Другой.csv", like=kept.config)
    settings = rules.Settings.of(fresh.settings)
    assert settings.found == "fill"
    assert list(settings.columns) == [
        ("Город", "city"), ("Лишняя", ""), ("Телефон", "phone"), ("Наименование", "name"), ("ИНН", "inn"),
    ]  # fmt: skip


def test_nothing_is_written_of_a_file_that_breaks_off(cast):
    actor = cast.actor("director")
    lines = [*(f"Клиент {number};Орёл" for number in range(1_500)), '"Не закрыто;' + "x" * 200_000]
    row = taken(actor, "\n".join(["Наименование;Город", *lines]), keys=[])
    row = commands.run_now(actor, row)
    assert row.state == Import.State.FAILED
    assert "1502" in row.error
    assert Client.objects.count() == 0


def test_import_that_was_stopped_goes_on(cast):
    actor = cast.actor("director")
    row = commands.start_run(actor=actor, row=taken(actor))
    jobs.cancel(actor=actor, job_id=row.job or 0)
    jobs.do_work(job_id=row.job or 0)
    row.refresh_from_db()
    assert (row.state, Client.objects.count()) == (Import.State.STOPPED, 0)
    row = commands.run_now(actor, row)
    assert (row.state, Client.objects.count()) == (Import.State.DONE, 1)


def test_row_that_the_database_does_not_take_stops_no_other(cast):
    actor = cast.actor("director")
    text = "Наименование;Город\nРомашка;Орёл\nБерёза;Тула\n"
    with connection.cursor() as cursor:
        cursor.execute("alter table clients_client add constraint no_tula check (city <> 'Тула') not valid")
    row = commands.run_now(actor, taken(actor, text, keys=[]))
    assert outcomes(row) == ["created", "refused"]
    assert list(Client.objects.values_list("name", flat=True)) == ["Ромашка"]
