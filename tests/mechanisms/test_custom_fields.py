"""Custom fields: added while people work, kept in one canonical form, read like built-in ones."""

from __future__ import annotations

import pytest

from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.deals.record import DEAL
from okno.kit import conditions
from okno.kit.errors import Refused
from okno.kit.fields import custom
from okno.kit.models import Change, FieldDef
from okno.kit.permissions import SYSTEM, condition_context
from tests.mechanisms.conftest import Company

pytestmark = pytest.mark.django_db


def add(key: str, kind: str, **more: object) -> FieldDef:
    return custom.add(actor=SYSTEM, record="deals.deal", key=key, label=key, kind=kind, **more)


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("integer", "1 200", 1200),
        ("decimal", "12,50", 12.5),
        ("money", "1 999,999", {"a": "2000.00", "c": "RUB"}),
        ("date", "21.11.2026", "2026-11-21"),
        ("moment", "2026-11-21T12:00:00+03:00", "2026-11-21T09:00:00Z"),
        ("boolean", "да", True),
        ("text", "", None),
    ],
)
def test_a_value_is_kept_in_its_canonical_form(company: Company, kind: str, given: str, kept: object) -> None:
    add("thing", kind)

    deals.update(actor=SYSTEM, deal=company.deal, values={"x_thing": given})

    assert Deal.objects.get().extra == {"x_thing": kept}


def test_a_value_of_another_kind_is_refused(company: Company) -> None:
    add("size", "choice", options=[{"id": "s", "label": "Малый"}])

    with pytest.raises(Refused):
        deals.update(actor=SYSTEM, deal=company.deal, values={"x_size": "огромный"})


def test_a_custom_field_is_found_by_conditions_and_seen_by_the_journal(company: Company) -> None:
    add("score", "integer")
    deals.update(actor=SYSTEM, deal=company.deal, values={"x_score": 7})

    tree = conditions.parse({"field": "x_score", "op": "gt", "value": 5})
    found = Deal.objects.filter(conditions.to_q(tree, DEAL, condition_context(SYSTEM)))

    assert found.count() == 1
    assert Change.objects.filter(table_name="deals_deal").latest("id").after == {"extra": {"x_score": 7}}


def test_a_retired_field_breaks_its_conditions_and_keeps_its_values(company: Company) -> None:
    field = add("score", "integer")
    deals.update(actor=SYSTEM, deal=company.deal, values={"x_score": 7})
    custom.retire(actor=SYSTEM, field=field)

    tree = conditions.parse({"field": "x_score", "op": "gt", "value": 5})

    assert conditions.problems(tree, DEAL)
    assert not Deal.objects.filter(conditions.to_q(tree, DEAL, condition_context(SYSTEM))).exists()
    assert Deal.objects.get().extra == {"x_score": 7}


def test_a_key_is_given_once(company: Company) -> None:
    add("score", "integer")

    with pytest.raises(Refused):
        add("score", "text")
