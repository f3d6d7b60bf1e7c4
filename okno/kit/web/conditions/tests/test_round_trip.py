"""A condition shown by the editor and sent back as it is asks the same of every row; a button changes only its part."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from okno.kit import conditions
from okno.kit.conditions.tests import cast
from okno.kit.conditions.tests.test_properties import ROWS, TREES
from okno.kit.permissions import SYSTEM
from okno.kit.web.conditions import Builder, drafts, inputs

TRIPS = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def builder() -> Builder:
    return Builder(SYSTEM, cast.DEAL, rows=lambda _condition: cast.Deal._default_manager.none())


def sent_of(page: str) -> QueryDict:
    """What a browser would send of an editor left as it is."""
    sent = QueryDict(mutable=True)
    for one in html.fragment_fromstring(page, create_parent=True).xpath(".//*[@name]"):
        if one.tag == "select":
            chosen = one.xpath(".//option[@selected]/@value")
            whole = chosen if one.get("multiple") is not None else (chosen or one.xpath(".//option/@value"))[:1]
            for value in whole:
                sent.appendlist(one.get("name"), value)
        elif one.tag == "textarea":
            sent.appendlist(one.get("name"), one.text or "")
        elif one.tag == "input":
            sent.appendlist(one.get("name"), one.get("value", ""))
    return sent


def returned(tree: Any) -> Any:
    draft = inputs.read(sent_of(builder().render(tree)), "f")
    return drafts.whole_tree(draft, cast.DEAL)


@TRIPS
@given(tree=TREES, rows=st.lists(ROWS, min_size=1, max_size=4))
def test_editor_left_alone_keeps_the_sense(tables, tree, rows):
    again = returned(tree)

    was, now = conditions.parse(tree), conditions.parse(again)
    held = [conditions.matches(was, cast.DEAL, row, cast.context()) for row in rows]
    assert [conditions.matches(now, cast.DEAL, row, cast.context()) for row in rows] == held
    assert returned(again) == again


def test_broken_part_is_red_and_only_its_button_removes_it(tables):
    tree = {"all": [{"field": "gone", "op": "eq", "value": 1}, {"field": "title", "op": "contains", "value": "к"}]}
    page = builder().render(tree)
    assert "is-broken" in page

    sent = sent_of(page)
    assert builder().read(sent) == tree
    sent["do"] = "drop:f~0"
    left = builder().again(sent)
    assert "is-broken" not in left
    assert builder().read(sent_of(left)) == {"all": [{"field": "title", "op": "contains", "value": "к"}]}


def test_buttons_add_a_group_a_field_in_it_and_a_relation(tables):
    page = builder().render({"all": []})
    for do, new in (("group:f", {}), ("add:f~0", {"f~0~new": "client.region"}), ("add:f", {"f~new": "@some:payments"})):
        sent = sent_of(page)
        sent["do"] = do
        for name, value in new.items():
            sent[name] = value
        page = builder().again(sent)
    sent = sent_of(page)
    sent["f~0~0~v~text"] = "север"

    assert builder().read(sent) == {
        "all": [{"any": [{"field": "client.region", "op": "contains", "value": "север"}]}, {"some": "payments"}]
    }


def test_rows_that_hold_are_told_with_the_sentence(tables):
    cast.save({"title": "Касса", "score": 1})
    cast.save({"title": "Весы", "score": 2})
    counting = Builder(
        SYSTEM,
        cast.DEAL,
        rows=lambda condition: cast.Deal._default_manager.filter(conditions.to_q(condition, cast.DEAL, cast.context())),
    )
    told = counting.render({"all": [{"field": "score", "op": "ge", "value": 2}]})
    assert "<strong" in told
    assert ">1" in told.split("condition-told")[1] or " 1<" in told.split("condition-told")[1]
