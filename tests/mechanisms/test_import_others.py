"""Records of which nothing is said are imported by their own commands: enquiries and goods."""

from __future__ import annotations

import io

import pytest

from okno.access import commands as access
from okno.access import queries as people
from okno.access.models import User
from okno.areas.catalog.models import Item
from okno.areas.leads import commands as leads
from okno.areas.leads.models import Lead
from okno.engines.imports import commands
from okno.engines.imports.models import Import, ImportRow
from okno.kit.permissions import SYSTEM, Actor

pytestmark = pytest.mark.django_db
ENQUIRIES = (
    "Источник;Имя;Телефон;Текст\n"
    "Выставка;Пётр;84951234567;Нужны стеллажи\n"
    "Выставка;Мария;84957654321;Нужны шкафы\n"
    "Ярмарка;Иван;84950000000;Нет такого источника\n"
)
GOODS = "Наименование;Артикул;Единица\nСтеллаж;СТ-1;шт\nШкаф;ШК-2;шт\n"


@pytest.fixture
def director(db: None) -> Actor:
    user = User.objects.create(email="director@okno.test", name="Директор")
    access.set_role(actor=SYSTEM, code="all", name="Всё", grants=[{"permission": "*", "reach": "all"}], hidden=[])
    access.give_role(actor=SYSTEM, user=user, role="all")
    user.refresh_from_db()
    return people.actor_of(user)


def imported(actor: Actor, record: str, text: str, **settings: object) -> Import:
    row = commands.taken_in(actor, record, io.BytesIO(text.encode()), "Файл.csv")
    if settings:
        row = commands.set_up(actor=actor, row=row, settings={**row.settings, **settings})
    return commands.run_now(actor, row)


def outcomes(row: Import) -> list[str]:
    return list(ImportRow.objects.filter(of=row, is_dry=False).order_by("number").values_list("result", flat=True))


def test_enquiries_of_a_file_are_received_by_the_name_of_their_source(director: Actor) -> None:
    queue = leads.set_queue(actor=SYSTEM, code="main", name="Общая", people=[])
    leads.set_source(actor=SYSTEM, code="expo", name="Выставка", kind="form", queue=queue)

    row = imported(director, "leads.lead", ENQUIRIES)

    assert outcomes(row) == ["created", "created", "refused"]
    found = Lead.objects.order_by("pk").values_list("name", "source__code", "text")
    assert list(found) == [("Пётр", "expo", "Нужны стеллажи"), ("Мария", "expo", "Нужны шкафы")]


def test_goods_of_a_file_are_added_and_known_again_by_their_article(director: Actor) -> None:
    first = imported(director, "catalog.item", GOODS)
    again = imported(director, "catalog.item", GOODS.replace("Стеллаж", "Стеллаж белый"), keys=["article"])

    assert (outcomes(first), outcomes(again)) == (["created", "created"], ["updated", "unchanged"])
    assert set(Item.objects.values_list("name", "article")) == {("Стеллаж белый", "СТ-1"), ("Шкаф", "ШК-2")}
