"""Tags: made by typing, one for each name, put on rows, renamed, merged, and found by conditions."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from okno.access import commands as access
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.deals.record import DEAL
from okno.kit import conditions, jobs
from okno.kit.changing import edits
from okno.kit.changing.edits import Edit, How, Worker
from okno.kit.errors import Conflict, Denied, Missing, Refused
from okno.kit.fields import custom, tagging, travelling
from okno.kit.models import Change, CommandRun, FieldDef
from okno.kit.models.registry import FieldLogic, JobRun
from okno.kit.permissions import SYSTEM, condition_context
from okno.kit.registry import Field, registry
from okno.kit.rows import cells
from okno.kit.rows.cells import Moment
from okno.kit.web import search
from tests.mechanisms.conftest import Company

pytestmark = pytest.mark.django_db
KEY = "x_tags"


@pytest.fixture
def field(company: Company) -> Iterator[FieldDef]:
    yield custom.add(actor=SYSTEM, record=DEAL.name, key="tags", label="Метки", kind="tags")
    registry.forget_custom_fields()


def put(company: Company, *tags: str, who: str = "", deal: Deal | None = None) -> list[str]:
    """Names of the tags that a deal has after these were put on it, as its command does it."""
    actor = company.actor(who) if who else SYSTEM
    deals.update(actor=actor, deal=deal or company.deal, values={KEY: list(tags)})
    return names(deal or company.deal)


def names(deal: Deal) -> list[str]:
    registry.forget_custom_fields()
    labels = dict(known().choices)
    return [labels[one] for one in Deal.objects.get(pk=deal.pk).extra.get(KEY) or []]


def known() -> Field:
    registry.forget_custom_fields()
    return registry.custom_fields(DEAL.name)[KEY]


def id_of(name: str) -> str:
    return next(one for one, label in known().choices if label == name)


def found(**leaf: object) -> list[str]:
    registry.forget_custom_fields()
    tree = conditions.parse({"field": KEY, **leaf})
    rows = Deal.objects.filter(conditions.to_q(tree, DEAL, condition_context(SYSTEM)))
    return sorted(rows.values_list("title", flat=True))


def may_add(company: Company, who: str) -> None:
    rights = [{"permission": "fields.add_tags", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="tagger", name="Метки", grants=rights, hidden=[])
    access.give_role(actor=SYSTEM, user=getattr(company, who), role="tagger")


def test_names_that_are_typed_become_tags(company: Company, field: FieldDef) -> None:
    assert put(company, "Важный", "до 10 утра") == ["Важный", "до 10 утра"]
    assert put(company, "Важный") == ["Важный"]
    assert [one["label"] for one in FieldDef.objects.get().options] == ["Важный", "до 10 утра"]


@pytest.mark.parametrize("typed", ["ВАЖНЫЙ ЁЖ", "важный еж", "  Важный\u200b   ёж "])
def test_a_name_is_one_tag_however_it_is_written(company: Company, field: FieldDef, typed: str) -> None:
    put(company, "Важный ёж")

    assert put(company, typed) == ["Важный ёж"]
    assert len(FieldDef.objects.get().options) == 1


def test_several_names_stand_in_one_text_through_commas(company: Company, field: FieldDef) -> None:
    deals.update(actor=SYSTEM, deal=company.deal, values={KEY: "Срочно, VIP; vip,"})

    assert names(company.deal) == ["VIP", "Срочно"]


def test_a_seller_without_the_right_puts_only_tags_that_are_there(company: Company, field: FieldDef) -> None:
    put(company, "Важный")

    assert put(company, "важный", who="anna") == ["Важный"]
    with pytest.raises(Refused) as refusal:
        put(company, "Новый", who="anna")
    assert (refusal.value.code, refusal.value.params["missing"]) == ("tags.unknown", [KEY])
    may_add(company, "anna")
    assert put(company, "Новый", who="anna") == ["Новый"]


def test_a_refused_change_leaves_no_tag_behind(company: Company, field: FieldDef) -> None:
    with pytest.raises(Refused):
        deals.update(actor=SYSTEM, deal=company.deal, values={KEY: ["Лишний"], "expected_date": "вчера"})

    assert FieldDef.objects.get().options == []


def test_a_tag_of_another_process_is_taken_before_this_one_hears_of_it(company: Company, field: FieldDef) -> None:
    known()
    tagging.add_tags(actor=SYSTEM, record=DEAL.name, key=KEY, names=["Чужая"])

    deals.update(actor=company.actor("anna"), deal=company.deal, values={KEY: ["t1"]})

    assert names(company.deal) == ["Чужая"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("а" * 300, "tags.long_name"), ("\u200b", "tags.no_name"), ("Да, нет", "tags.bad_name"), ("t7", "tags.bad_name")],
)
def test_what_is_no_name_is_told(company: Company, field: FieldDef, typed: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        put(company, typed)

    assert refusal.value.code == code


def test_the_journal_tells_of_tags_as_of_any_field(company: Company, field: FieldDef) -> None:
    put(company, "Важный")

    assert Change.objects.filter(table_name="deals_deal").latest("id").after == {"extra": {KEY: ["t1"]}}


def test_conditions_ask_for_any_for_all_and_for_none(company: Company, field: FieldDef) -> None:
    for title, tags in (("обе", ["А", "Б"]), ("одна", ["А"]), ("другая", ["В"])):
        put(company, *tags, deal=deals.open_deal(actor=SYSTEM, title=title, client=company.client))
    both = [id_of("А"), id_of("Б")]

    assert found(op="in", value=both) == ["обе", "одна"]
    assert found(op="all_of", value=both) == ["обе"]
    assert found(op="not_in", value=both) == ["другая"]


def test_a_renamed_tag_stays_on_its_rows(company: Company, field: FieldDef) -> None:
    put(company, "Важный")

    tagging.change_tag(actor=SYSTEM, field=field, tag="t1", name="Первый", colour=7)

    assert names(company.deal) == ["Первый"]
    assert dict(known().colours) == {"t1": 7}


def test_a_name_of_another_tag_is_refused(company: Company, field: FieldDef) -> None:
    put(company, "Важный", "Срочный")

    with pytest.raises(Refused) as refusal:
        tagging.change_tag(actor=SYSTEM, field=field, tag=id_of("Срочный"), name="ВАЖНЫЙ")
    assert refusal.value.code == "tags.taken"


def test_a_retired_tag_stays_where_it_is_and_is_put_on_no_more(company: Company, field: FieldDef) -> None:
    may_add(company, "anna")
    put(company, "Важный", who="anna")
    other = deals.open_deal(actor=SYSTEM, title="Ещё", client=company.client, owner=company.anna)

    tagging.change_tag(actor=SYSTEM, field=field, tag="t1", is_retired=True)

    assert put(company, "t1", "Новый", who="anna") == ["Важный", "Новый"]
    with pytest.raises(Refused) as refusal:
        put(company, "важный", who="anna", deal=other)
    assert refusal.value.code == "fields.closed_option"


def merged(field: FieldDef, tag: str, into: str) -> None:
    tagging.merge_tags(actor=SYSTEM, field=field, tag=id_of(tag), into=id_of(into))
    registry.forget_custom_fields()
    jobs.do_work(JobRun.objects.latest("id").pk)


def test_a_merged_tag_gives_way_on_rows_in_conditions_and_when_it_is_typed(company: Company, field: FieldDef) -> None:
    put(company, "Вип", "Важный", "Срочно")
    gone, stays = id_of("Вип"), id_of("Важный")
    custom.set_logic(actor=SYSTEM, record=DEAL.name, key="need", shown={"field": KEY, "op": "in", "value": [gone]})

    merged(field, "Вип", "Важный")

    assert names(company.deal) == ["Важный", "Срочно"]
    assert FieldLogic.objects.values_list("shown__value", flat=True).get() == [stays]
    assert put(company, "ВИП", gone) == ["Важный"]
    assert CommandRun.objects.get(name="fields.replace_tag").cause.name == "fields.merge_tags"


def test_a_tag_merged_by_way_of_another_ends_in_the_last_one(company: Company, field: FieldDef) -> None:
    put(company, "А", "Б", "В")

    merged(field, "А", "Б")
    merged(field, "Б", "В")

    assert names(company.deal) == ["В"]
    assert put(company, "а") == ["В"]


def test_a_tag_is_not_merged_into_itself_or_into_a_retired_one(company: Company, field: FieldDef) -> None:
    put(company, "А", "Б")
    tagging.change_tag(actor=SYSTEM, field=field, tag=id_of("Б"), is_retired=True)

    for into in ("А", "Б"):
        with pytest.raises(Refused):
            tagging.merge_tags(actor=SYSTEM, field=field, tag=id_of("А"), into=id_of(into))


def test_tags_of_a_hidden_field_are_not_added(company: Company, field: FieldDef) -> None:
    rights = [{"permission": name, "reach": "all"} for name in ("fields.add_tags", "deals.*")]
    access.set_role(actor=SYSTEM, code="seller", name="Продавец", grants=rights, hidden=[f"{DEAL.name}.{KEY}"])

    with pytest.raises(Denied):
        tagging.add_tags(actor=company.actor("anna"), record=DEAL.name, key=KEY, names=["Тайная"])


def test_a_field_of_another_kind_has_no_tags(company: Company) -> None:
    row = custom.add(actor=SYSTEM, record=DEAL.name, key="size", label="Размер", kind="text")

    with pytest.raises(Missing):
        tagging.change_tag(actor=SYSTEM, field=row, tag="t1", name="А")
    with pytest.raises(Missing):
        tagging.add_tags(actor=SYSTEM, record=DEAL.name, key="x_size", names=["А"])


def test_two_people_put_tags_and_neither_is_lost(company: Company, field: FieldDef) -> None:
    put(company, "А")
    version = Deal.objects.get(pk=company.deal.pk).version
    put(company, "А", "Б")

    with pytest.raises(Conflict):
        deals.update(actor=SYSTEM, deal=company.deal, values={KEY: ["А", "В"]}, base_version=version)


@pytest.mark.parametrize(("typed", "count"), [("метка:важ", 1), ("метки:ВАЖНЫЙ", 1), ("тег:другой", 0)])
def test_search_narrows_by_a_tag(company: Company, field: FieldDef, typed: str, count: int) -> None:
    put(company, "Важный")
    registry.forget_custom_fields()

    assert len(search.found_records(company.actor("anna"), typed, only=DEAL.name)[DEAL.name]) == count


def test_a_group_change_puts_typed_tags_and_takes_others_away(company: Company, field: FieldDef) -> None:
    put(company, "Старый", "Прочий")
    given = [Edit(KEY, How.ADD, ["Новый", "старый"])]
    added = edits.settled(SYSTEM, DEAL, given)
    taken = edits.settled(SYSTEM, DEAL, [Edit(KEY, How.REMOVE, ["ПРОЧИЙ"])])
    registry.forget_custom_fields()

    for step in (added, taken):
        edits.check(SYSTEM, DEAL, step)
        values = Worker(SYSTEM, DEAL, step, timezone.now()).values_for(Deal.objects.get())
        deals.update(actor=SYSTEM, deal=company.deal, values=values)

    assert names(company.deal) == ["Новый", "Старый"]


def test_a_group_change_takes_no_unknown_tag_away(company: Company, field: FieldDef) -> None:
    with pytest.raises(Refused) as refusal:
        edits.settled(SYSTEM, DEAL, [Edit(KEY, How.REMOVE, ["Небывалый"])])

    assert (refusal.value.code, FieldDef.objects.get().options) == ("tags.unknown", [])


def test_tags_travel_in_the_file_of_settings(company: Company, field: FieldDef) -> None:
    put(company, "Важный", "Лишний")
    tagging.change_tag(actor=SYSTEM, field=field, tag="t1", colour=9)
    told = travelling.read()[f"{DEAL.name}.tags"]
    FieldDef.objects.all().delete()

    travelling.write(SYSTEM, f"{DEAL.name}.tags", told)

    assert [(one["label"], one["colour"]) for one in FieldDef.objects.get().options] == [("Важный", 9), ("Лишний", 9)]


def test_tags_are_chips_in_lists_and_names_in_files(company: Company, field: FieldDef) -> None:
    put(company, "<b>Важный</b>", "Срочный")
    ids = Deal.objects.get().extra[KEY]

    cell = cells.formatter(known())(ids, Moment(timezone.now(), ZoneInfo("UTC")))

    assert cell["text"] == "<b>Важный</b>, Срочный"
    assert [one["colour"] for one in cell["chips"]] == [2, 9]
