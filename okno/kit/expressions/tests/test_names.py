"""Fields written by their labels and kept by their keys."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from okno.kit.conditions.tests import cast
from okno.kit.errors import Refused
from okno.kit.expressions import dependencies, evaluate, parse, with_keys, with_labels
from okno.kit.expressions.tests.test_language import CONTEXT, DEAL
from okno.kit.kinds import Kind
from okno.kit.registry import Field, registry


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ("Amount * 2", "amount * 2"),
        ("Client.Name + 'amount'", "client.name + 'amount'"),
        ("Second_phone", "x_tel"),
        ("Client.Rank + Rate", "client.x_rank + x_rate"),
        ('sum(Payments, Amount, Kind = "card") + Amount', 'sum(payments, amount, kind = "card") + amount'),
        ("label(Stage) + label(Client.Name)", "label(stage) + label(client.name)"),
        ("count(Client.Contacts)", "count(client.contacts)"),
        ("если(Urgent; Paid; 0) | or_zero", "если(urgent; paid; 0) | or_zero"),
    ],
)  # fmt: skip
def test_labels_and_keys_stand_for_each_other(shown, kept):
    assert with_keys(shown, cast.DEAL) == kept
    assert with_labels(kept, cast.DEAL) == shown
    assert with_keys(kept, cast.DEAL) == kept
    assert dependencies(parse(shown, cast.DEAL)) == dependencies(parse(kept, cast.DEAL))


def test_labels_are_read_in_any_case():
    assert evaluate(parse("AMOUNT * 2", cast.DEAL), DEAL, CONTEXT) == Decimal(201)


def test_a_label_of_two_fields_names_neither():
    twice = replace(cast.DEAL, fields={**cast.DEAL.fields, "cost": Field("Amount", "paid", Kind.MONEY)})
    registry.add_record(twice)

    assert with_labels("amount + cost", twice) == "amount + cost"
    with pytest.raises(Refused):
        parse("Amount", twice)
