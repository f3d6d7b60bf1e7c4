"""All settings travel in one file from one installation to another, whatever numbers rows have there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from okno.access import commands as access
from okno.access import queries
from okno.access.models import Department
from okno.areas.leads import commands as leads
from okno.areas.leads.models import DistributionRule, LeadQueue, LeadSource
from okno.config.tests.environment import FOLDER
from okno.engines.imports.commands import travelling as imports
from okno.engines.imports.models import ImportSettings
from okno.kit import travelling
from okno.kit.errors import Refused
from okno.kit.fields import custom
from okno.kit.layouts import commands as layouts
from okno.kit.models.notices import NoticeChoice
from okno.kit.models.views import SavedView
from okno.kit.notices import commands as notices
from okno.kit.notices.kinds import KINDS
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from okno.kit.saved_views import commands as views

pytestmark = pytest.mark.django_db

KINDS_HERE = (
    "access.departments",
    "access.networks",
    "kit.fields",
    "kit.logic",
    "kit.sets",
    "leads.queues",
    "leads.reasons",
    "leads.rules",
    "leads.sources",
    "imports.settings",
    "kit.views",
    "kit.layouts",
    "kit.notices",
    "kit.notice_late",
    "access.roles",
    "access.watches",
)


class Elsewhere(Exception):  # noqa: N818 - not an error: the first installation ends here
    """Takes back all that was made, as another database has none of it."""


def person(email: str) -> Any:
    return access.add_user(actor=SYSTEM, email=email, name=email.partition("@")[0])


def fill() -> None:
    """Something of every kind, with conditions that speak of a person."""
    sales = access.add_department(actor=SYSTEM, name="Продажи")
    team = access.add_department(actor=SYSTEM, name="Опт", parent=sales)
    head = person("head@okno.test")
    mine = {"all": [{"field": "owner", "op": "in", "value": [head.pk, {"me": True}]}]}
    access.set_office_networks(actor=SYSTEM, networks=[{"cidr": "10.0.0.0/8", "name": "Офис"}])
    made = {"actor": SYSTEM, "record": "clients.client"}
    settings = {"is_required": True}
    custom.add(**made, key="chief", label="Куратор", kind="person", settings=settings)
    by_chief = {"field": "x_chief", "op": "eq", "value": head.pk}
    custom.set_logic(**made, key="city", shown=mine, required=by_chief)
    custom.set_set(**made, name="Опт", fields=["x_chief"], condition=mine)
    queue = leads.set_queue(actor=SYSTEM, code="sale", name="Продажи", people=[head], head=head)
    other = leads.set_queue(actor=SYSTEM, code="rest", name="Остальное", people=[])
    turn, manual = DistributionRule.Method.TURN, DistributionRule.Method.MANUAL
    rule = leads.set_rule(actor=SYSTEM, name="Все", queue=queue, method=turn, fallback=other)
    leads.set_rule(actor=SYSTEM, name="Свои", queue=other, method=manual, condition=mine, react_minutes=7)
    leads.order_rules(actor=SYSTEM, ids=[DistributionRule.objects.get(name="Свои").pk, rule.pk])
    form = LeadSource.Kind.FORM
    leads.set_source(actor=SYSTEM, code="site", name="Сайт", kind=form, queue=queue, rule=rule, repeat_days=3)
    leads.set_reject_reasons(actor=SYSTEM, names=["Дорого", "Не туда"])
    columns = [["ИНН", "inn"], ["Имя", "name"]]
    imports.bring_settings(actor=SYSTEM, record="clients.client", name="Выставка", config={"columns": columns})
    paint = [{"where": by_chief, "colour": "red"}]
    config = {"f": json.dumps(mine), "paint": json.dumps(paint), "cols": "name,city", "sort": "-city"}
    views.bring(**made, name="Мои", config=config, department_id=team.pk, is_locked=True)
    views.bring(**made, name="Мои", config={"q": "б"})
    views.bring(**made, name="Мои", config={"q": "а"})
    laid = {"sections": [{"title": "Главное", "fields": ["name", "city"]}]}
    layouts.lay_out_for_others(**made, purpose="card", config=laid, department_id=sales.pk, is_forced=True)
    kind = next(one for one in KINDS if KINDS[one].mode("app") == "now")
    notices.set_rules(actor=SYSTEM, modes={kind: {"app": "now"}}, mandatory={kind: ["app"]})
    notices.set_late(actor=SYSTEM, late={kind: {"minutes": 45, "to": "push"}})
    grants = [{"permission": "clients.view", "reach": "condition", "condition": mine}]
    bounds = {"network": "office", "opens_at": "09:00", "closes_at": "18:00", "most_views": 50}
    access.set_role(actor=SYSTEM, code="vip", name="VIP", grants=grants, hidden=["deals.deal.amount"], bounds=bounds)
    access.watch_rows(actor=SYSTEM, name="VIP", record="clients.client", condition=mine, masked=["phone"])


def taken() -> dict[str, Any]:
    """What a file holds, as it comes out of JSON."""
    known = {one.name: one for one in queries.kinds()}
    found: dict[str, Any] = json.loads(json.dumps({name: dict(known[name].read()) for name in KINDS_HERE}))
    return found


@pytest.fixture
def settings() -> dict[str, Any]:
    """The settings of another installation, in which rows have other numbers."""
    found: dict[str, Any] = {}
    with suppress(Elsewhere), transaction.atomic():
        fill()
        found = taken()
        raise Elsewhere
    registry.forget_custom_fields()
    for number in range(3):
        person(f"filler{number}@okno.test")
        access.add_department(actor=SYSTEM, name=f"Другой {number}")
    person("head@okno.test")
    return found


def test_everything_of_a_file_is_made_in_another_installation(settings: dict[str, Any]) -> None:
    assert all(settings[name] for name in KINDS_HERE)

    access.bring_settings(actor=SYSTEM, settings=queries.read_parts(settings))

    here = taken()
    for name in KINDS_HERE:
        assert {key: here[name].get(key) for key in settings[name]} == settings[name], name
    assert queries.differences(settings) == []


def test_rows_are_found_by_what_names_them(settings: dict[str, Any]) -> None:
    access.bring_settings(actor=SYSTEM, settings=settings)

    head = queries.people_by_name()
    number = next(pk for pk, name in head if name == "head")
    kept = SavedView.objects.get(name="Мои", is_locked=True)
    assert json.loads(kept.config["f"])["all"][0]["value"] == [number, {"me": True}]
    assert kept.department_id == Department.objects.get(name="Опт").pk
    assert LeadQueue.objects.get(code="sale").head is None


def test_a_file_that_names_a_row_that_is_not_here_changes_nothing(settings: dict[str, Any]) -> None:
    settings["kit.views"] = json.loads(json.dumps(settings["kit.views"]).replace("head@okno.test", "nobody@okno.test"))

    with pytest.raises(Refused) as refusal:
        access.bring_settings(actor=SYSTEM, settings=settings)

    assert "nobody@okno.test" in refusal.value.message
    assert not SavedView.objects.exists()
    assert not LeadQueue.objects.filter(code="sale").exists()


def test_parts_that_name_what_is_not_here_say_so_and_the_rest_is_brought(settings: dict[str, Any]) -> None:
    del settings["access.departments"]
    settings["access.roles"] = json.loads(json.dumps(settings["access.roles"]).replace("head@okno", "nobody@okno"))
    before = taken()

    refused = access.obstacles(actor=SYSTEM, settings=settings)

    assert taken() == before
    assert refused == {
        ("kit.views", "clients.client: Мои @ Продажи / Опт"): "Отдела «Продажи / Опт» нет.",
        ("kit.layouts", "clients.client card @ Продажи"): "Отдела «Продажи» нет.",
        ("access.roles", "vip"): "Пользователь «nobody@okno.test»: такой записи здесь нет.",
    }

    without = {kind: [key] for kind, key in refused}
    access.bring_settings(actor=SYSTEM, settings=settings, without=without)

    assert {(one.kind, one.key) for one in queries.differences(settings)} == set(refused)
    assert LeadQueue.objects.filter(code="sale").exists()


def test_what_was_brought_is_taken_back(settings: dict[str, Any]) -> None:
    before = taken()
    access.bring_settings.once("k")(actor=SYSTEM, settings=settings)
    run = queries.brought_by("k")
    assert run is not None

    wanted = {name for name in KINDS_HERE if not name.startswith(("leads.", "kit.fields"))}
    kept = [part for part in (run.result or {})["parts"] if part["kind"] in wanted]
    run.result = {"parts": kept}
    run.save()
    access.take_back_settings(actor=SYSTEM, run_id=run.pk)

    here = taken()
    assert {name: here[name] for name in wanted} == {name: before[name] for name in wanted}
    assert not NoticeChoice.objects.exists()
    assert not ImportSettings.objects.filter(is_deleted=False).exists()


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("access.roles", {"grants": []}),
        ("access.roles", {"name": "x", "grants": [{"permission": "a", "reach": "galaxy"}]}),
        ("access.roles", []),
        ("kit.views", {"record": "clients.client"}),
        ("leads.rules", {"name": "x", "queue": "q", "method": "magic"}),
        ("kit.layouts", {"record": "clients.client", "purpose": "card", "config": 5}),
    ],
)
def test_parts_that_are_not_as_their_kind_has_to_be_are_refused(kind: str, part: Any) -> None:
    with pytest.raises(Refused):
        queries.read_parts({kind: {"x": part}})


def test_conditions_about_nothing_known_travel_as_they_are() -> None:
    odd = {"any": [{"field": "no_such", "op": "eq", "value": 5}, {"some": "no_such", "where": {"all": []}}, 7]}

    assert travelling.condition_out(registry.record("clients.client"), odd) == odd
    assert travelling.condition_out(None, odd) == odd


def test_a_file_goes_from_one_database_into_another_at_the_terminal() -> None:
    fill()
    folder = Path(tempfile.mkdtemp(dir=FOLDER))
    folder.chmod(0o755)
    environ = os.environ | {"OKNO_DATA_DIR": str(folder)}

    def okno(*words: str) -> str:
        command = [sys.executable, "-m", "okno.cli", *words]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    here, there = folder / "here.json", folder / "there.json"
    here.write_text(json.dumps({"format": queries.FORMAT, "version": queries.VERSION, "settings": taken()}))
    okno("migrate")
    okno("user", "other@okno.test")
    okno("user", "head@okno.test")
    told = okno("settings", "import", str(here))
    assert "+ Особые карточки: clients.client: VIP" in told
    okno("settings", "import", str(here), "--apply")
    assert okno("settings", "import", str(here)) == "Различий нет.\n"
    okno("settings", "export", str(there))

    found = json.loads(there.read_text(encoding="utf-8"))["settings"]
    for name, parts in taken().items():
        assert {key: found[name].get(key) for key in parts} == parts, name
