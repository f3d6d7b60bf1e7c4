"""The editor of expressions: kept by keys, told in words, computed on rows within reach only."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django import forms
from django.test import Client as Browser

from okno.areas.deals.record import DEAL
from okno.kit.web.expressions import ExpressionField
from okno.kit.web.expressions.offered import names
from okno.kit.web.expressions.told import told


def form_of(company, source: str, **options) -> forms.Form:
    form = forms.Form({"formula": source})
    form.fields["formula"] = ExpressionField(company.actor("anna"), DEAL, required=False, **options)
    return form


def test_expression_is_kept_by_keys_and_shown_by_labels(company):
    form = form_of(company, "Сумма * 2")
    assert form.is_valid()
    assert form.cleaned_data["formula"] == "amount * 2"
    again = forms.Form(initial={"formula": "amount * 2"})
    again.fields["formula"] = ExpressionField(company.actor("anna"), DEAL)
    assert "Сумма * 2</textarea>" in str(again["formula"])


@pytest.mark.parametrize(
    ("source", "gives"), [("amount *", frozenset()), ("nothing + 1", frozenset()), ("title", frozenset({"number"}))]
)
def test_wrong_expression_is_refused_in_words(company, source, gives):
    assert form_of(company, source, gives=gives).errors["formula"]


def test_mistake_is_shown_where_it_is(company):
    shown = told(company.actor("anna"), DEAL, "amount + сумна", None)
    assert (shown["position"], shown["before"], shown["wrong"]) == (10, "amount + ", "сумна")


def test_calls_and_mistakes_are_told_in_the_language_of_the_reader(company):
    labels = {one["label"] for group in names(company.actor("anna"), DEAL) for one in group["names"]}
    assert "округлить(число; число?)" in labels
    assert "округлить(число; число?)" in told(company.actor("anna"), DEAL, "округлить()", None)["problem"]
    shown = told(company.actor("anna"), DEAL, "округлить(название)", None)
    assert shown["problem"] == "Здесь нужно: число; получено: текст"


def test_a_name_is_found_by_what_is_written_for_it(company):
    words = {one["insert"]: one["words"] for group in names(company.actor("anna"), DEAL) for one in group["names"]}
    assert "клиент.город" in words["Клиент.Город"]


def test_value_is_told_on_a_row_within_reach_only(company):
    company.deal.amount = Decimal(1500)
    company.deal.save()
    assert told(company.actor("anna"), DEAL, "amount * 2", company.deal.pk)["value"] == "3000"
    assert "value" not in told(company.actor("boris"), DEAL, "amount * 2", company.deal.pk)


def test_rows_of_others_are_not_read_through_links(company):
    shown = told(company.actor("anna"), DEAL, "client.name", company.deal.pk)
    assert "value" not in shown
    assert shown["note"]


def test_hidden_field_is_not_computed(company):
    anna = company.actor("anna")
    blind = type(anna)(anna.kind, anna.name, anna.user_id, grants=anna.grants, hidden=frozenset({"deals.deal.amount"}))
    assert "value" not in told(blind, DEAL, "amount", company.deal.pk)


def test_page_tells_what_is_written(company, client: Browser):
    client.force_login(company.anna)
    answer = client.post("/expressions/deals.deal/?name=f", {"f": "amount + 1", "f~row": str(company.deal.pk)})
    assert "Поставка" in answer.content.decode()
    client.force_login(company.boris)
    assert client.post("/expressions/no.record/?name=f", {"f": "1"}).status_code == 404
