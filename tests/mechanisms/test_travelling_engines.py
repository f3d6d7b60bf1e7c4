"""What engines are told about records travels in a file: segments, classes, quality, portraits, potential."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from okno.access import commands as access
from okno.access import queries
from okno.areas.catalog import commands as catalog
from okno.areas.clients.models import Client
from okno.areas.deals.models import Deal
from okno.engines.classification import commands as classification
from okno.engines.classification.models import Scheme
from okno.engines.portraits import commands as portraits
from okno.engines.portraits.models import Questionnaire
from okno.engines.potential import commands as potential
from okno.engines.potential.models import Formula
from okno.engines.quality import commands as quality
from okno.engines.quality.models import Norm
from okno.engines.segments import commands as segments
from okno.engines.segments.models import Segment
from okno.kit.errors import Conflict, Missing, Refused
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from tests.mechanisms.test_product_groups import group

pytestmark = pytest.mark.django_db

CLIENTS, DEALS = "clients.client", "deals.deal"
KINDS = (
    "kit.fields",
    "segments.segments",
    "catalog.price_types",
    "catalog.price_rules",
    "classification.schemes",
    "quality.norms",
    "portraits.questionnaires",
    "potential.tables",
    "potential.formulas",
)
VIP = {"all": [{"field": "is_vip", "op": "eq", "value": True}]}


class Elsewhere(Exception):  # noqa: N818 - not an error: the first installation ends here
    """Takes back all that was made, as another database has none of it."""


def person(email: str) -> Any:
    return access.add_user(actor=SYSTEM, email=email, name=email.partition("@")[0])


def inside(*ids: int) -> dict[str, Any]:
    return {"all": [{"field": "segment", "op": "in", "value": list(ids)}]}


def fill() -> None:
    """Something of every kind: conditions that speak of a person, and of segments in another order than by name."""
    mine = {"all": [{"field": "owner", "op": "in", "value": [person("head@okno.test").pk, {"me": True}]}]}
    made = {"actor": SYSTEM, "record": CLIENTS}
    vip = segments.add(**made, name="Ядро", condition=VIP, note="Звоним сами")
    fair = segments.add(**made, name="Выставка", note="Собран вручную")
    segments.add(**made, name="Важные с выставки", condition={"all": [inside(vip.pk), inside(fair.pk)]})
    prices = {name: catalog.add_price_type(actor=SYSTEM, name=name) for name in ("Опт", "Дилер", "Импорт")}
    catalog.update_price_type(
        actor=SYSTEM, price_type=prices["Импорт"], values={"currency": "USD", "includes_vat": False}
    )
    catalog.set_price_rule(actor=SYSTEM, price_type=prices["Опт"], condition=inside(vip.pk))
    catalog.set_price_rule(actor=SYSTEM, price_type=prices["Дилер"], condition=mine)
    segments.add(actor=SYSTEM, record=DEALS, name="Ядро", condition=mine)
    segments.snapshot(actor=SYSTEM, segment=vip, name="Снимок")
    by = {"record": CLIENTS, "of": DEALS, "link": "client", "amount": "amount", "day": "closed_at"}
    classification.add(actor=SYSTEM, name="По сделкам", **by, condition=mine, months=6, drop=Decimal("12.50"))
    classification.add(actor=SYSTEM, name="А по числу", **{**by, "amount": ""}, is_main=True)
    for number, label in enumerate(("Телефон", "Адрес")):
        said = {"label": label, "weight": 7 + number, "group": "contacts", "status": "prospect", "field": "phone"}
        quality.set_norm(**made, **said, condition={"all": [mine, inside(vip.pk)]})
    asked = portraits.set_questionnaire(**made, name="Склады", condition=mine)
    portraits.add_question(actor=SYSTEM, questionnaire=asked, text="Сколько складов?", kind="integer", weight=3)
    portraits.add_question(actor=SYSTEM, questionnaire=asked, field="site", section="Связь")
    rows = [{"value": "Опт", "number": "1.5"}]
    racks = group("Стеллажи")
    potential.set_table(**made, name="Отрасль", rows=rows)
    potential.set_formula(**made, name="Яркая", expression='2 * coefficient("отрасль", "опт")', condition=mine)
    potential.set_formula(**made, name="Бледная", expression="5", period="month", group=racks.pk, bought="deals.deal")


def taken() -> dict[str, Any]:
    """What a file holds, as it comes out of JSON."""
    found: dict[str, Any] = json.loads(json.dumps({name: dict(registry.portables[name].read()) for name in KINDS}))
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
    person("filler@okno.test")
    person("head@okno.test")
    group("Стеллажи")
    return found


def bring(settings: Any, **more: Any) -> Any:
    return access.bring_settings(actor=SYSTEM, settings=queries.read_parts(settings), **more)


def test_everything_of_a_file_is_made_in_an_empty_company(settings: dict[str, Any]) -> None:
    assert all(settings[name] for name in KINDS)

    bring(settings)

    assert taken() == settings
    assert queries.differences(settings) == []


def test_segments_are_named_with_their_record(settings: dict[str, Any]) -> None:
    bring(settings)

    vip = Segment.objects.get(name="Ядро", record=CLIENTS)
    joined: Any = Segment.objects.get(name="Важные с выставки").condition
    assert joined["all"][0]["all"][0]["value"] == [vip.pk]
    assert Norm.objects.get(label="Адрес").condition["all"][1]["all"][0]["value"] == [vip.pk]
    assert not Segment.objects.filter(name="Снимок").exists()


def test_formulas_keep_their_order_and_schemes_their_main_one(settings: dict[str, Any]) -> None:
    bring(settings)

    assert list(Formula.objects.order_by("position").values_list("name", flat=True)) == ["Яркая", "Бледная"]
    assert Scheme.objects.get(is_main=True).name == "А по числу"
    asked = Questionnaire.objects.get(name="Склады").questions.order_by("position")
    assert list(asked.values_list("field", flat=True)) == ["x_skolko_skladov", "site"]


def test_what_a_file_does_not_hold_goes_after_what_looks_at_it(settings: dict[str, Any]) -> None:
    bring(settings)

    bring({name: {} for name in KINDS if name != "kit.fields"}, drops=True)

    assert not any(parts for name, parts in taken().items() if name != "kit.fields")


def test_what_was_brought_is_taken_back_and_brought_again(settings: dict[str, Any]) -> None:
    bare = {name: parts for name, parts in settings.items() if name != "kit.fields"}
    bring({"kit.fields": settings["kit.fields"]})
    before = taken()
    access.bring_settings.once("k")(actor=SYSTEM, settings=bare)
    run = queries.brought_by("k")
    assert run is not None

    assert access.take_back_settings(actor=SYSTEM, run_id=run.pk) == []
    assert taken() == before
    bring(bare)
    assert taken() == settings


def test_a_changed_part_changes_what_is_here(settings: dict[str, Any]) -> None:
    bring(settings)
    key = f"{CLIENTS}: Склады"
    settings["portraits.questionnaires"][key]["questions"] = [{"field": "city", "weight": 9}]
    settings["segments.segments"][f"{CLIENTS}: Ядро"] |= {"note": "Другое"}
    settings["quality.norms"][f"{CLIENTS}/prospect/Адрес"]["weight"] = 99

    bring(settings)

    here = taken()
    assert here["portraits.questionnaires"][key]["questions"] == [
        {"field": "city", "text": "", "section": "", "weight": 9}
    ]
    assert here["segments.segments"][f"{CLIENTS}: Ядро"]["note"] == "Другое"
    assert Norm.objects.get(label="Адрес", is_deleted=False).weight == 99


def test_a_list_and_a_condition_of_one_name_are_not_mixed_up(settings: dict[str, Any]) -> None:
    bring(settings)
    settings["segments.segments"][f"{CLIENTS}: Выставка"]["condition"] = VIP

    with pytest.raises(Refused):
        bring(settings)


DEEP: dict[str, Any] = VIP
for _level in range(300):
    DEEP = {"not": DEEP}
SEGMENT = {"record": CLIENTS, "name": "x", "condition": VIP}
NORM = {"record": CLIENTS, "label": "x", "group": "contacts", "weight": 5, "condition": VIP, "status": "prospect"}
SCHEME = {"record": CLIENTS, "of": DEALS, "link": "client", "day": "closed_at"}
FORMULA = {"record": CLIENTS, "name": "x", "expression": "5"}
ASKED = {"record": CLIENTS, "name": "x", "questions": []}
TABLE = {"record": CLIENTS, "name": "x", "rows": [{"value": "a", "number": "1"}]}
CIRCLE = {"field": "segment", "op": "in", "value": [{"named": f"{CLIENTS}: x"}]}


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("segments.segments", None),
        ("segments.segments", {**SEGMENT, "record": "access.user"}),
        ("segments.segments", {**SEGMENT, "name": "x" * 200}),
        ("segments.segments", {**SEGMENT, "name": "x\0"}),
        ("segments.segments", {**SEGMENT, "note": "x\0"}),
        ("segments.segments", {**SEGMENT, "condition": CIRCLE}),
        ("segments.segments", {**SEGMENT, "condition": DEEP}),
        ("segments.segments", {**SEGMENT, "condition": {"all": [{"field": "no", "op": "eq", "value": 1}]}}),
        ("segments.segments", {**SEGMENT, "condition": {"some": [], "where": 5, "not": {"all": 3}}}),
        ("quality.norms", {**NORM, "label": "x" * 200}),
        ("quality.norms", {**NORM, "label": "x\0"}),
        ("quality.norms", {**NORM, "weight": 10**30}),
        ("quality.norms", {**NORM, "position": -1}),
        ("quality.norms", {**NORM, "position": 10**9}),
        ("quality.norms", {**NORM, "group": "other"}),
        ("quality.norms", {**NORM, "record": "access.user"}),
        ("quality.norms", {**NORM, "url": "javascript:alert(1)"}),
        ("quality.norms", {**NORM, "url": "/" + "x" * 300}),
        ("quality.norms", {**NORM, "field": "no"}),
        ("classification.schemes", {**SCHEME, "of": "access.user"}),
        ("classification.schemes", {**SCHEME, "months": 10**30}),
        ("classification.schemes", {**SCHEME, "a_share": "NaN"}),
        ("classification.schemes", {**SCHEME, "x_spread": "1e30", "y_spread": "1e30"}),
        ("classification.schemes", {**SCHEME, "amount": "id; drop table"}),
        ("portraits.questionnaires", {**ASKED, "record": "access.user"}),
        ("portraits.questionnaires", {**ASKED, "questions": [{"field": "no"}]}),
        ("portraits.questionnaires", {**ASKED, "questions": [{"field": "site"}, {"field": "site"}]}),
        ("portraits.questionnaires", {**ASKED, "questions": [{"field": "site", "weight": 10**9}]}),
        ("portraits.questionnaires", {**ASKED, "position": -5}),
        ("portraits.questionnaires", {**ASKED, "name": "x\0"}),
        ("potential.tables", {**TABLE, "rows": [{"value": "a", "number": "NaN"}]}),
        ("potential.tables", {**TABLE, "rows": [{"value": "a", "number": "1e999999"}]}),
        ("potential.tables", {**TABLE, "rows": [{"number": "1"}]}),
        ("potential.tables", {**TABLE, "rows": [{"value": "a\0", "number": "1"}]}),
        ("potential.tables", {**TABLE, "name": " "}),
        ("potential.formulas", {**FORMULA, "expression": "__import__('os')"}),
        ("potential.formulas", {**FORMULA, "expression": "1 + " * 2_000 + "1"}),
        ("potential.formulas", {**FORMULA, "period": "century"}),
        ("potential.formulas", {**FORMULA, "valid_from": "32.13.2026"}),
        ("potential.formulas", {**FORMULA, "position": 10**9}),
    ],
)
def test_a_hostile_part_is_refused_and_changes_nothing(kind: str, part: Any) -> None:
    before = taken()
    whole = {"segments.segments": {f"{CLIENTS}: Добрый": {**SEGMENT, "name": "Добрый"}}}
    whole.setdefault(kind, {})[f"{CLIENTS}: x"] = part

    with pytest.raises((Refused, Missing, Conflict)):
        access.bring_settings.run(SYSTEM, settings=queries.read_parts(whole))

    assert taken() == before


def test_rows_of_another_record_are_not_taken_for_those_of_one_name(settings: dict[str, Any]) -> None:
    bring(settings)

    tree: Any = Segment.objects.get(name="Ядро", record=DEALS).condition
    assert tree["all"][0]["value"][1] == {"me": True}
    assert not Client.objects.exists()
    assert not Deal.objects.exists()
