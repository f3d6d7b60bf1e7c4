"""Rows of a file that stand elsewhere already: prospects who are clients, clients who are prospects or colleagues'."""

from __future__ import annotations

import io

import pytest

from okno.access import commands as access
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client, Prospect
from okno.areas.clients.tests.factories import a_client
from okno.engines.imports import commands
from okno.engines.imports.models import Import, ImportRow
from okno.engines.imports.web import look
from okno.kit import jobs
from okno.kit.permissions import SYSTEM
from okno.kit.timeline import entries

pytestmark = pytest.mark.django_db

FAIR = """Название;ИНН;Телефон;Контактное лицо;Город
Ромашка;;8 495 123-45-67;Иванова Анна;Москва
Берёза;7707083893;;;Орёл
Клён;;8 495 123-45-69;;Тула
"""
CLIENTS = """Наименование;Телефон;Город
ООО «Заря»;8 921 000-00-05;Тверь
ООО «Новая»;8 921 000-00-06;Клин
"""


@pytest.fixture
def actor(cast):
    return cast.actor("director")


def taken(actor, record: str, text: str, **elsewhere: str) -> Import:
    row = commands.taken_in(actor, record, io.BytesIO(text.encode()), "Выставка.csv")
    settings = commands.changed(actor, row, {"elsewhere": elsewhere})
    return commands.set_up(actor=actor, row=row, settings=settings)


def prospects(actor, **elsewhere: str) -> Import:
    return taken(actor, "clients.prospect", FAIR, **elsewhere)


def told(row: Import, *, is_dry: bool = False) -> list[tuple[str, object]]:
    found = ImportRow.objects.filter(of=row, is_dry=is_dry).order_by("number")
    return list(found.values_list("result", "twin"))


def a_prospect(owner: object = None, **fields: object) -> Prospect:
    made: Prospect = clients.add_prospect(
        actor=SYSTEM, owner=owner, **{"name": "Заря", "phone": "+7 921 000-00-05", **fields}
    )
    return made


def test_prospects_who_are_clients_are_skipped_and_said_so_in_the_check(actor, cast):
    romashka = a_client(cast.anna, name="ООО «Ромашка»", phone="+7 495 123-45-67")
    berezka = a_client(cast.anna, name="Другое имя", inn="7707083893")

    row = commands.run_now(actor, prospects(actor), is_dry=True)

    kept = [
        ("skipped", ["clients.client", romashka.pk]),
        ("skipped", ["clients.client", berezka.pk]),
        ("created", None),
    ]
    assert told(row, is_dry=True) == kept
    assert (row.checked["elsewhere:clients"], row.checked["skipped"]) == (2, 2)
    message = ImportRow.objects.get(of=row, number=2).message
    assert "тот же телефон" in message
    assert "Иванова" in message
    row = commands.run_now(actor, row)
    assert told(row) == kept
    assert list(Prospect.objects.values_list("name", "phone_key")) == [("Клён", "4951234569")]


def test_prospects_who_are_clients_are_linked_when_asked(actor, cast):
    romashka = a_client(cast.anna, name="ООО «Ромашка»", phone="+7 495 123-45-67")

    row = commands.run_now(actor, prospects(actor, clients="link"))

    linked = Prospect.objects.get(name="Ромашка")
    assert (linked.status, linked.client) == ("converted", romashka)
    assert [one.name for one in romashka.contacts.all()] == ["Иванова Анна"]
    commands.take_back_row(actor=actor, row=row, row_id=linked.pk)
    linked.refresh_from_db()
    assert linked.is_deleted
    assert not romashka.contacts.filter(is_deleted=False).exists()


def test_prospects_are_added_apart_from_clients_when_asked(actor, cast):
    a_client(cast.anna, name="ООО «Ромашка»", phone="+7 495 123-45-67")

    row = commands.run_now(actor, prospects(actor, clients="add"))

    assert [result for result, _twin in told(row)] == ["created"] * 3
    assert Prospect.objects.get(name="Ромашка").status == "new"


def test_the_check_asks_what_is_done_with_clients(actor, cast, client):
    romashka = a_client(cast.anna, name="ООО «Ромашка»", phone="+7 495 123-45-67")
    row = commands.run_now(actor, prospects(actor), is_dry=True)
    client.force_login(cast.director)
    page = client.get(f"/imports/{row.pk}/check/?result=elsewhere:clients").content.decode()
    assert f'<a href="/clients/{romashka.pk}/">ООО «Ромашка»</a>' in page
    assert "Клён" not in page

    answer = client.post(f"/imports/{row.pk}/check/?part=answer", {"clients": "link"})

    row.refresh_from_db()
    assert (answer["Location"], row.state) == (f"/imports/{row.pk}/check/", "checking")
    jobs.do_work(row.job)
    assert told(row, is_dry=True)[0] == ("created", ["clients.client", romashka.pk])
    assert client.post(f"/imports/{row.pk}/check/?part=answer", {"clients": "nonsense"}).status_code == 422


def test_whoever_looks_at_an_import_of_a_colleague_sees_only_whom_they_may(cast):
    held = a_client(cast.boris, name="Тайная", phone="+7 495 123-45-67")
    row = commands.run_now(cast.actor("director"), prospects(cast.actor("director")), is_dry=True)
    rows = ImportRow.objects.filter(of=row, twin__isnull=False)

    told_to = {who: look.outcomes(cast.actor(who), {}, rows, row.record)[0]["twin"] for who in ("director", "anna")}

    assert told_to == {"director": {"title": "Тайная", "url": f"/clients/{held.pk}/"}, "anna": None}


def test_the_same_list_of_a_fair_again_changes_nothing(actor, cast):
    a_client(cast.anna, name="ООО «Ромашка»", phone="+7 495 123-45-67")
    commands.run_now(actor, prospects(actor, clients="link"))

    row = commands.run_now(actor, prospects(actor, clients="link"))

    assert [result for result, _twin in told(row)] == ["skipped", "unchanged", "unchanged"]
    assert Prospect.objects.count() == 3


def test_of_a_client_of_a_colleague_only_who_is_responsible_is_told(cast):
    a_client(cast.boris, name="Тайная", phone="+7 495 123-45-67")
    anna = cast.actor("anna")

    row = commands.run_now(anna, prospects(anna, clients="link"), is_dry=True)

    assert told(row, is_dry=True)[0] == ("skipped", ["clients.client", None])
    assert "Тайная" not in str(list(ImportRow.objects.values()))


def test_prospects_not_to_be_disturbed_are_refused(actor):
    silent = a_prospect(name="Тихая", phone="+7 495 123-45-69")
    clients.move_prospect(actor=SYSTEM, prospect=silent, status="silent")
    Prospect.objects.filter(pk=silent.pk).update(department=None, owner=None)
    row = taken(actor, "clients.prospect", "Название;ИНН;Телефон\nКлён;7736050003;84951234569\n")
    row = commands.set_up(actor=actor, row=row, settings={**row.settings, "keys": ["inn"]})

    checked = commands.run_now(actor, row, is_dry=True)
    done = commands.run_now(actor, checked)

    assert [one for one, _twin in told(done, is_dry=True) + told(done)] == ["refused", "refused"]


def test_clients_who_are_prospects_take_their_feed_over_and_give_it_back(actor):
    zarya = a_prospect()
    entries.note(actor=SYSTEM, record="clients.prospect", row_id=zarya.pk, text="Просили цены")

    row = commands.run_now(actor, taken(actor, "clients.client", CLIENTS), is_dry=True)
    assert told(row, is_dry=True) == [("created", ["clients.prospect", zarya.pk]), ("created", None)]
    row = commands.run_now(actor, row)

    made = Client.objects.get(name="ООО «Заря»")
    zarya.refresh_from_db()
    assert (zarya.status, zarya.client) == ("converted", made)
    feed = entries.feed(SYSTEM, "clients.client", made.pk)
    assert "Просили цены" in [one.payload.get("text") for one in feed]
    commands.take_back_row(actor=actor, row=row, row_id=made.pk)
    zarya.refresh_from_db()
    assert (zarya.status, zarya.client) == ("new", None)


def test_clients_who_are_prospects_come_back_with_the_whole_import(actor):
    zarya = a_prospect()
    row = commands.run_now(actor, taken(actor, "clients.client", CLIENTS))

    jobs.do_work(commands.take_back(actor=actor, row=row).job)

    zarya.refresh_from_db()
    assert (zarya.status, zarya.client) == ("new", None)
    assert not Client.objects.filter(is_deleted=False).exists()


@pytest.mark.parametrize(("way", "results"), [("add", ["created", "created"]), ("skip", ["skipped", "created"])])
def test_prospects_stay_as_they_are_when_asked(actor, way: str, results: list[str]):
    zarya = a_prospect()

    row = commands.run_now(actor, taken(actor, "clients.client", CLIENTS, prospects=way))

    zarya.refresh_from_db()
    assert zarya.status == "new"
    assert [result for result, _twin in told(row)] == results


def test_a_prospect_out_of_reach_stays_with_its_colleague(cast):
    a_prospect(cast.boris, name="Тайная")
    anna = cast.actor("anna")

    row = commands.run_now(anna, taken(anna, "clients.client", CLIENTS))

    assert told(row)[0] == ("created", ["clients.prospect", None])
    assert Prospect.objects.get().status == "new"
    assert "Тайная" not in str(list(ImportRow.objects.values()))


@pytest.mark.parametrize(("way", "result"), [("skip", "skipped"), ("add", "created")])
def test_a_client_of_a_colleague_is_made_again_only_when_asked(cast, way: str, result: str):
    held = a_client(cast.boris, name="Заря", phone="+7 921 000-00-05")
    anna = cast.actor("anna")

    row = commands.run_now(anna, taken(anna, "clients.client", CLIENTS, colleagues=way), is_dry=True)

    assert told(row, is_dry=True)[0] == (result, ["clients.client", None])
    assert held.owner.name.split()[0] in ImportRow.objects.get(of=row, number=2).message


def test_whoever_may_not_add_duplicates_does_not_by_import(cast):
    a_client(cast.boris, name="Заря", phone="+7 921 000-00-05")
    names = ("clients.import", "clients.add", "clients.view", "clients.find_duplicates", "imports.*", "jobs.*")
    cast.anna.roles.clear()
    grants = [{"permission": one, "reach": "own"} for one in names]
    access.set_role(actor=SYSTEM, code="loader", name="loader", grants=grants, hidden=[])
    access.give_role(actor=SYSTEM, user=cast.anna, role="loader")
    anna = cast.actor("anna")

    row = commands.run_now(anna, taken(anna, "clients.client", CLIENTS, colleagues="add"), is_dry=True)

    assert told(row, is_dry=True)[0] == ("skipped", ["clients.client", None])
