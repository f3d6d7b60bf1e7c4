"""Formula fields: computed when what they look at changes, by whatever command, and never in a circle."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from okno.areas.clients import commands as clients
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.deals.record import DEAL
from okno.kit import conditions, jobs
from okno.kit.commands import opened
from okno.kit.errors import Refused
from okno.kit.fields import custom, settling
from okno.kit.models import Change, FieldDef
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM, condition_context
from tests.mechanisms.conftest import Company

pytestmark = pytest.mark.usefixtures("fields_of_this_test")


def formula(key: str, text: str, record: str = "deals.deal", **more: Any) -> FieldDef:
    settings = {"formula": text, **more}
    made = custom.add(actor=SYSTEM, record=record, key=key, label=key, kind="formula", settings=settings)
    jobs.do_work(JobRun.objects.latest("id").pk)
    return made


def now(company: Company) -> dict[str, Any]:
    return Deal.objects.get(pk=company.deal.pk).extra


def test_a_formula_is_computed_for_all_rows_when_it_is_added(transactional_db: None, company: Company) -> None:
    formula("tax", "or_zero(amount) * 0.2")

    assert now(company) == {"x_tax": 0}


def test_a_formula_follows_what_it_looks_at(transactional_db: None, company: Company) -> None:
    formula("tax", "amount * 0.2")

    deals.update(actor=SYSTEM, deal=company.deal, values={"amount": "1500.50"})

    assert now(company) == {"x_tax": 300.1}


@pytest.mark.parametrize(
    ("text", "result", "kept"),
    [
        ("amount / 3", "decimal", 333.5),
        ("amount / 7", "decimal", 142.9285714286),
        ("amount / 7000000000", "decimal", 0.0000001429),
        ("amount / 7", "integer", 143),
        ("amount / 7", "money", {"a": "142.93", "c": "RUB"}),
        ("round(amount, -3)", "money", {"a": "1000.00", "c": "RUB"}),
    ],
)
def test_a_number_is_kept_in_as_many_digits_as_fit(
    transactional_db: None, company: Company, text: str, result: str, kept: object
) -> None:
    deals.update(actor=SYSTEM, deal=company.deal, values={"amount": "1000.50"})

    formula("part", text, result=result)

    assert now(company) == {"x_part": kept}


def test_a_sum_is_of_the_currency_of_what_it_is_made_of(transactional_db: None, company: Company) -> None:
    formula("tax", "amount * 0.2", result="money")
    custom.add(actor=SYSTEM, record="deals.deal", key="bond", label="bond", kind="money")
    formula("both", "amount + x_bond", result="money")
    deals.update(actor=SYSTEM, deal=company.deal, values={"amount": "100", "x_bond": {"a": "5", "c": "RUB"}})
    before = now(company)

    deals.set_currency(actor=SYSTEM, deal=company.deal, currency="CNY", recount=False)

    assert (before["x_tax"], before["x_both"]) == ({"a": "20.00", "c": "RUB"}, {"a": "105.00", "c": "RUB"})
    assert (now(company)["x_tax"], now(company)["x_both"]) == ({"a": "20.00", "c": "CNY"}, None)


def test_formulas_follow_each_other(transactional_db: None, company: Company) -> None:
    formula("tax", "amount * 0.2")
    formula("rest", "amount - x_tax")

    deals.update(actor=SYSTEM, deal=company.deal, values={"amount": "100"})

    assert now(company) == {"x_tax": 20, "x_rest": 80}


def test_a_formula_follows_a_linked_row(transactional_db: None, company: Company) -> None:
    formula("whose", "upper(client.name)")

    clients.update(actor=SYSTEM, client=company.client, values={"name": "ООО «Лютик»"})

    assert now(company) == {"x_whose": "ООО «ЛЮТИК»"}


def test_a_new_row_has_its_formulas(transactional_db: None, company: Company) -> None:
    formula("tax", "or_zero(amount) + 1")

    made = deals.open_deal(actor=SYSTEM, title="Новая", client=company.client)

    assert Deal.objects.get(pk=made.pk).extra == {"x_tax": 1}


def test_bulk_writes_are_followed(transactional_db: None, company: Company) -> None:
    formula("tax", "amount * 2")
    with transaction.atomic(), opened("deals.raise", SYSTEM, {}, "") as run:
        Deal.objects.update(amount=7)
        settling.settle(run.id)

    assert now(company) == {"x_tax": 14}


def test_a_formula_is_filtered_and_sorted_by(transactional_db: None, company: Company) -> None:
    formula("tax", "amount * 2")
    deals.update(actor=SYSTEM, deal=company.deal, values={"amount": "10"})

    tree = conditions.parse({"field": "x_tax", "op": "eq", "value": 20})

    assert Deal.objects.filter(conditions.to_q(tree, DEAL, condition_context(SYSTEM))).count() == 1


def test_a_formula_is_not_filled_in_by_hand(transactional_db: None, company: Company) -> None:
    formula("tax", "amount * 2")

    with pytest.raises(Refused):
        deals.update(actor=SYSTEM, deal=company.deal, values={"x_tax": 5})


def test_a_circle_is_refused(transactional_db: None, company: Company) -> None:
    first = formula("a", "amount + 1")
    formula("b", "x_a + 1")

    with pytest.raises(Refused) as refused:
        custom.change(actor=SYSTEM, field=first, settings={"formula": "x_b + 1"})

    assert refused.value.code == "expressions.cycle"


@pytest.mark.parametrize("text", ["", "amount +", "нет_такого", "[1, 2]"])
def test_a_wrong_formula_is_refused_beside_its_input(db: None, text: str) -> None:
    with pytest.raises(Refused) as refused:
        custom.add(actor=SYSTEM, record="deals.deal", key="a", label="a", kind="formula", settings={"formula": text})

    assert refused.value.params["missing"] == ["formula"]


def test_a_formula_is_kept_by_keys(transactional_db: None, company: Company) -> None:
    assert formula("tax", "Сумма * 2" if str(DEAL.fields["amount"].label) == "Сумма" else "Amount * 2").formula == (
        "amount * 2"
    )


def test_values_of_a_new_formula_are_no_history(transactional_db: None, company: Company) -> None:
    before = Change.objects.count()

    formula("tax", "or_zero(amount)")

    assert Change.objects.count() == before
