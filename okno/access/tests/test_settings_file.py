"""Settings as a file: out, compared, in, and back."""

from __future__ import annotations

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone

from okno.access import commands, queries
from okno.access.models import Department, OfficeNetwork, Role
from okno.access.web import settings_words
from okno.kit.errors import Conflict, Refused
from okno.kit.fields import custom
from okno.kit.models import CommandRun, FieldDef
from okno.kit.models.views import SavedView
from okno.kit.permissions import SYSTEM
from okno.kit.saved_views import commands as views
from okno.kit.travelling import keyed

pytestmark = pytest.mark.django_db
URL = "/settings/file/"


@pytest.fixture
def full(cast):
    condition = {"field": "is_vip", "op": "eq", "value": True}
    commands.set_role(
        actor=SYSTEM,
        code="vip",
        name="VIP",
        grants=[
            {"permission": "clients.*", "reach": "own"},
            {"permission": "clients.view", "reach": "condition", "condition": condition},
        ],
        hidden=["deals.deal.amount"],
        masked=["access.user.phone"],
        bounds={"network": "office", "opens_at": "09:00", "closes_at": "18:00", "most_views": 40},
    )
    commands.watch_rows(actor=SYSTEM, name="VIP", record="clients.client", condition=condition)
    commands.set_office_networks(actor=SYSTEM, networks=[{"cidr": "10.0.0.0/8", "name": "Офис"}])
    options = [{"id": "a", "label": "Первая"}, {"id": "b", "label": "Вторая"}]
    custom.add(
        actor=SYSTEM,
        record="clients.client",
        key="kind",
        label="Вид",
        kind="choice",
        options=options,
        is_sortable=False,
    )
    return cast


def taken() -> dict:
    """The settings as they come back from a file."""
    text = json.dumps(queries.settings_file(timezone.now()))
    return dict(queries.read_file(json.loads(text)))


def test_settings_brought_where_they_were_taken_change_nothing(full):
    assert queries.differences(taken(), drops=True) == []


def test_bring_settings_makes_everything_anew(full):
    settings = taken()
    commands.drop_role(actor=SYSTEM, role=Role.objects.get(code="vip"))
    commands.set_office_networks(actor=SYSTEM, networks=[])
    for watch in queries.watches():
        commands.stop_watching(actor=SYSTEM, watch_id=watch.pk)
    custom.change(actor=SYSTEM, field=FieldDef.objects.get(), settings={"label": "Иначе"})

    commands.bring_settings(actor=SYSTEM, settings=settings)

    assert taken() == settings
    assert OfficeNetwork.objects.get().name == "Офис"


def test_departments_are_told_apart_by_their_place_and_not_by_signs_in_their_names(full):
    shop = commands.add_department(actor=SYSTEM, name="Розница / Опт", parent=full.sales)
    for above in (shop, full.team):
        commands.add_department(actor=SYSTEM, name="Склад/2", parent=above)
    config = {"cols": "name"}
    views.bring(actor=SYSTEM, record="clients.client", name="Склад", config=config, department_id=shop.pk)
    settings, before = (
        taken(),
        list(Department.objects.values_list("name", "parent__name").order_by("name", "parent__name")),
    )
    commands.bring_settings(actor=SYSTEM, settings={"kit.views": {}}, drops=True)
    for one in Department.objects.filter(name__contains="/").order_by("-path"):
        commands.drop_department(actor=SYSTEM, department=one)

    commands.bring_settings(actor=SYSTEM, settings=settings)

    assert taken() == settings
    assert list(Department.objects.values_list("name", "parent__name").order_by("name", "parent__name")) == before


def test_heads_of_departments_travel_by_their_address(full):
    commands.change_department(actor=SYSTEM, department=full.team, name="Опт", parent=full.sales, head=full.anna)
    settings = taken()
    commands.change_department(actor=SYSTEM, department=full.team, name="Опт", parent=full.sales)

    commands.bring_settings(actor=SYSTEM, settings=settings)
    assert Department.objects.get(name="Опт").head_id == full.anna.pk

    settings["access.departments"]["Продажи / Опт"]["head"] = "nobody@okno.test"
    assert ("access.departments", "Продажи / Опт") in commands.obstacles(actor=SYSTEM, settings=settings)


def test_a_slash_that_was_left_single_names_the_same_department(full):
    made = commands.add_department(actor=SYSTEM, name="Склад/2", parent=full.sales)
    part = {"record": "clients.client", "name": "Склад", "config": {}, "department": "Продажи / Склад/2"}

    commands.write_view(SYSTEM, "clients.client: Склад @ Продажи / Склад/2", part)
    commands.write_department(SYSTEM, "Продажи / Склад/2", {})

    assert SavedView.objects.get(name="Склад").department_id == made.pk
    assert Department.objects.filter(name="Склад/2").count() == 1


def test_keyed_loses_none_of_one_name():
    assert list(keyed(["a", "a", "a (2)", "a"], str)) == ["a", "a (3)", "a (2)", "a (4)"]


def test_bring_settings_leaves_what_the_file_does_not_hold_unless_asked(full):
    settings = taken()
    commands.set_role(actor=SYSTEM, code="own", name="Своя", grants=[], hidden=[])

    assert queries.differences(settings) == []
    dropped = queries.differences(settings, drops=True)

    assert [(one.key, one.after) for one in dropped] == [("own", None)]


def test_differences_tell_what_moved_inside(full):
    settings = taken()
    commands.set_role(actor=SYSTEM, code="vip", name="VIP", grants=[], hidden=[])

    fields = {path: (before, after) for path, before, after in queries.differences(settings)[0].fields}

    assert fields["hidden"] == (None, ["deals.deal.amount"])
    assert fields["bounds.network"] == ("any", "office")


def test_bring_settings_makes_all_or_nothing(full):
    settings = taken()
    settings["access.roles"]["vip"]["name"] = "Другая"
    settings["access.watches"]["nothing: x"] = {"condition": None}

    with pytest.raises(Exception, match="nothing"):
        commands.bring_settings(actor=SYSTEM, settings=settings)

    assert Role.objects.get(code="vip").name == "VIP"


def test_bring_settings_refuses_when_the_settings_moved_since_the_look(full):
    settings = taken()
    commands.set_role(actor=SYSTEM, code="vip", name="Иначе", grants=[], hidden=[])

    with pytest.raises(Conflict):
        commands.bring_settings(actor=SYSTEM, settings=settings, seen=0)


@pytest.mark.parametrize(
    "raw",
    [[], {}, {"format": "okno-settings", "version": 2, "settings": {}}, {"format": "okno-settings", "version": 1}],
)
def test_read_file_refuses_what_is_none(raw):
    with pytest.raises(Refused):
        queries.read_file(raw)


def test_settings_are_brought_and_taken_back_on_the_page(full, client: Browser):
    client.force_login(full.director)
    told = client.get(f"{URL}?part=file")
    raw = json.loads(told.content)
    raw["settings"]["access.roles"]["vip"]["name"] = "Особый"
    file = SimpleUploadedFile("s.json", json.dumps(raw).encode())

    page = client.post(f"{URL}?part=compare", {"file": file}).context
    assert [one["key"] for one in page["differences"]] == ["Особый"]
    sent = {name: page[name] for name in ("settings", "seen", "once")}
    sent["take"] = [one["name"] for one in page["differences"]]
    client.post(f"{URL}?part=bring", sent)
    assert Role.objects.get(code="vip").name == "Особый"
    client.post(f"{URL}?part=bring", sent)
    assert CommandRun.objects.filter(name="access.bring_settings").count() == 1

    client.post(f"{URL}?part=back&brought={page['once']}")

    assert Role.objects.get(code="vip").name == "VIP"


def test_page_brings_what_was_ticked_and_says_why_the_rest_cannot_be(full, client: Browser):
    client.force_login(full.director)
    raw = json.loads(client.get(f"{URL}?part=file").content)
    raw["settings"]["access.roles"]["vip"]["name"] = "Особый"
    condition = {"field": "owner", "op": "eq", "value": {"named": "nobody@okno.test"}}
    raw["settings"]["access.watches"]["clients.client: VIP"]["condition"] = condition
    raw["settings"]["access.networks"] = {"10.1.0.0/16": {"name": "Склад"}}

    page = client.post(f"{URL}?part=compare", {"file": SimpleUploadedFile("s.json", json.dumps(raw).encode())}).context
    reasons = {one["name"]: one["why"] for one in page["differences"]}
    assert reasons == {
        "access.networks|10.1.0.0/16": "",
        "access.roles|vip": "",
        "access.watches|clients.client: VIP": "Пользователь «nobody@okno.test»: такой записи здесь нет.",
    }
    sent = {name: page[name] for name in ("settings", "seen", "once")}
    nothing = client.post(f"{URL}?part=bring", sent)
    stuck = client.post(f"{URL}?part=bring", {**sent, "take": [*reasons]})
    client.post(f"{URL}?part=bring", {**sent, "take": ["access.roles|vip"]})

    assert (nothing.status_code, stuck.status_code) == (422, 422)
    assert [one["name"] for one in stuck.context["differences"]] == [*reasons]
    assert Role.objects.get(code="vip").name == "Особый"
    assert not OfficeNetwork.objects.filter(name="Склад").exists()


def test_take_back_settings_keeps_what_was_changed_since(full, client: Browser):
    settings = taken()
    settings["access.roles"]["vip"]["name"] = "Особый"
    commands.bring_settings.once("k")(actor=SYSTEM, settings=settings)
    commands.set_role(actor=SYSTEM, code="vip", name="Третий", grants=[], hidden=[])

    run = CommandRun.objects.get(name="access.bring_settings")
    kept = commands.take_back_settings(actor=SYSTEM, run_id=run.pk)

    assert len(kept) == 1
    assert Role.objects.get(code="vip").name == "Третий"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "x"}', "[" * 100_000])
def test_page_tells_what_is_no_file_of_settings(full, client: Browser, text):
    client.force_login(full.director)

    answer = client.post(f"{URL}?part=compare", {"file": SimpleUploadedFile("s.json", text.encode() or b" ")})

    assert answer.status_code == 422


def test_bring_settings_gives_no_right_that_the_actor_may_not_give(full):
    commands.set_role(
        actor=SYSTEM, code="part", name="p", grants=[{"permission": "access.bring_settings", "reach": "all"}], hidden=[]
    )
    commands.set_roles(actor=SYSTEM, user=full.boris, roles=["part"])
    settings = taken()
    settings["access.roles"]["part"]["grants"] = [{"permission": "*", "reach": "all"}]

    from okno.kit.errors import Denied

    with pytest.raises(Denied):
        commands.bring_settings(actor=full.actor("boris"), settings=settings)


def page_after(full, client: Browser, change) -> str:
    """The comparison of a file with settings that were changed since it was taken out."""
    content = json.dumps(queries.settings_file(timezone.now())).encode()
    change()
    client.force_login(full.director)
    sent = {"file": SimpleUploadedFile("s.json", content), "drops": "1"}
    return client.post(f"{URL}?part=compare", sent).content.decode()


def shown(page: str) -> str:
    """The differences as people read them."""
    text = re.sub(r"<(del|ins)>", r"[\1 ", page.split("Что изменит файл", 1)[1].split("<form", 1)[0])
    return " ".join(re.sub(r"<[^>]+>", " ", text.replace("</del>", "]").replace("</ins>", "]")).split())


def test_a_difference_names_rights_and_fields_in_words(full, client: Browser):
    def change() -> None:
        grants = [{"permission": "clients.*", "reach": "all"}]
        commands.set_role(actor=SYSTEM, code="vip", name="VIP", grants=grants, hidden=["deals.deal.title"], masked=[])

    told = shown(page_after(full, client, change))

    assert "[del Клиенты" in told
    assert "«VIP»" in told
    assert "[ins Сделка: Сумма]" in told
    assert "[ins Пользователь: Телефон]" in told
    assert not re.search(r"\b(deals|clients|access)\.\w+|\bgrants\b|\breach\b|is_vip", told)


def test_a_difference_names_custom_fields_and_guards_in_words(full, client: Browser):
    def change() -> None:
        custom.change(actor=SYSTEM, field=FieldDef.objects.get(), settings={"label": "Иначе", "is_required": True})
        for watch in queries.watches():
            commands.stop_watching(actor=SYSTEM, watch_id=watch.pk)

    told = shown(page_after(full, client, change))

    assert "Клиент: Вид" in told
    assert "[del Иначе]" in told
    assert "Обязательное [del Да] [ins Нет]" in told
    assert "Клиент: VIP" in told
    assert not re.search(r"clients\.client|is_required|is_vip", told)


def test_all_settings_of_the_demo_company_are_told_in_words(full):
    told = [
        settings_words.told(queries.Difference(kind.name, str(kind.label), key, None, value))
        for kind in queries.kinds()
        for key, value in kind.read().items()
    ]
    labels = {row["label"] for one in told for row in one["rows"]}

    assert not {label for label in labels if re.fullmatch(r"[a-z_]+", label)}


def test_a_difference_names_tabs_of_lists_in_words(full, client: Browser):
    def change() -> None:
        config = {"tab": "mine", "cols": "name"}
        views.bring(actor=SYSTEM, record="clients.client", name="Мои", config=config)

    told = shown(page_after(full, client, change))

    assert "Вкладка [del Мои]" in told
