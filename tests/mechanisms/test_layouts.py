"""Layouts of cards and forms: whose stands above whose, fields that came later, what is never hidden."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.kit.errors import Missing, Refused
from okno.kit.fields import custom
from okno.kit.layouts import commands, reading
from okno.kit.permissions import SYSTEM
from tests.mechanisms.conftest import STAGES

DEAL = "deals.deal"


def config(*fields: str, **more) -> dict:
    return {"sections": [{"title": "Главное", "fields": list(fields)}], **more}


@pytest.fixture
def office(company):
    look = [{"permission": "deals.*", "reach": "subtree"}, {"permission": "layouts.lay_out", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="plain", name="Все", grants=look, hidden=[])
    shape = [{"permission": "layouts.*", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="shaper", name="Раскладки", grants=shape, hidden=[])
    for who in (company.anna, company.boris, company.head):
        access.give_role(actor=SYSTEM, user=who, role="plain")
    access.give_role(actor=SYSTEM, user=company.head, role="shaper")
    return company


def card(office, who: str = "anna") -> dict:
    browser = Browser()
    browser.force_login(getattr(office, who))
    return browser.get(f"/deals/{office.deal.pk}/").context["card"]


def fields(card: dict, number: int = 0) -> list[str]:
    return [one["name"] for one in card["sections"][number]["fields"]]


def test_levels_stand_above_each_other_and_the_type_within_each(office):
    anna = office.actor("anna")

    def held(kind: str = "B2B") -> list[str]:
        found = reading.layout_for(anna, DEAL, reading.CARD, kind)
        return found.config["sections"][0]["fields"] if found else []

    given = {"actor": SYSTEM, "record": DEAL, "purpose": "card"}
    assert held() == []
    commands.lay_out_for_others(**given, config=config("title"))
    assert held() == ["title"]
    commands.lay_out_for_others(**given, config=config("amount"), department_id=anna.department_id)
    assert held() == ["amount"]
    commands.lay_out_for_others(**given, config=config("need"), department_id=anna.department_id, kind="B2B")
    assert (held(), held("Розница")) == (["need"], ["amount"])
    commands.lay_out(actor=anna, record=DEAL, purpose="card", config=config("owner"))
    assert held() == ["owner"]
    commands.lay_out_for_others(**given, config=config("client"), is_forced=True)
    assert held() == ["client"]
    with pytest.raises(Refused):
        commands.lay_out(actor=anna, record=DEAL, purpose="card", config=config("title"))


def test_card_is_laid_out_for_its_maker_and_taken_back(office, client: Browser):
    client.force_login(office.anna)
    url = f"/deals/{office.deal.pk}/?part=layout"
    sent = {"order": ["section:0", "field:amount", "field:title", "list:hidden", "field:comment"], "title-0": "Суть"}
    assert client.post(url, sent).status_code == 302
    hers = card(office)
    assert (hers["sections"][0]["title"], fields(hers)) == ("Суть", ["amount", "title"])
    everything = [name for number in range(len(hers["sections"])) for name in fields(hers, number)]
    assert "comment" not in everything
    assert "need" in fields(hers, 1)
    assert card(office, "head")["sections"][0]["title"] != "Суть"
    client.post(url, sent | {"reset": "1"})
    assert card(office)["sections"][0]["title"] != "Суть"


def test_panels_are_put_in_order_and_hidden(office, client: Browser):
    client.force_login(office.head)
    before = [one["key"] for one in card(office, "head")["panels"]]
    order = [
        "section:0",
        "field:title",
        "list:panels",
        f"panel:{before[1]}",
        "list:hidden_panels",
        f"panel:{before[0]}",
    ]
    client.post(f"/deals/{office.deal.pk}/?part=layout", {"order": order})
    after = [one["key"] for one in card(office, "head")["panels"]]
    assert after[0] == before[1]
    assert before[0] not in after


def test_layout_of_others_is_set_by_right_only(office, client: Browser):
    sent = {"order": ["section:0", "field:title"], "for": "all"}
    client.force_login(office.anna)
    assert client.post(f"/deals/{office.deal.pk}/?part=layout", sent).status_code == 403
    client.force_login(office.head)
    assert client.post(f"/deals/{office.deal.pk}/?part=layout", sent).status_code == 302
    assert fields(card(office)) == ["title"]


def test_form_of_a_new_row_hides_only_what_need_not_be_filled(office, client: Browser):
    client.force_login(office.anna)
    sent = {"order": ["section:0", "field:title", "list:hidden", "field:client", "field:amount"], "title-0": "Кратко"}
    assert client.post("/deals/new/?part=layout", sent).status_code == 302
    text = client.get("/deals/new/").content.decode()
    assert "Кратко" in text
    assert 'name="client"' in text
    assert 'name="amount"' not in text


def test_a_form_hides_no_field_that_people_demand(office, client: Browser):
    custom.add(actor=SYSTEM, record=DEAL, key="region", label="Регион", kind="text", is_required=True)
    commands.lay_out_for_others(
        actor=SYSTEM, record=DEAL, purpose="create", config=config("title", hidden=["x_region", "amount"])
    )
    client.force_login(office.anna)

    text = client.get("/deals/new/").content.decode()
    hidden = client.get("/deals/new/?part=layout").context["layout"]["hidden"]

    assert 'name="x_region"' in text
    assert 'name="amount"' not in text
    assert {one["value"]: one["is_required"] for one in hidden}["field:x_region"]


def editor(office, who: str = "anna") -> dict:
    browser = Browser()
    browser.force_login(getattr(office, who))
    return browser.get(f"/deals/{office.deal.pk}/?part=layout").context["layout"]


def test_the_editor_tells_whose_layout_holds(office):
    told = [(editor(office)["held"], editor(office)["may_reset"])]
    commands.lay_out_for_others(actor=SYSTEM, record=DEAL, purpose="card", config=config("title"))
    told.append((str(editor(office)["held"]), editor(office)["may_reset"]))
    commands.lay_out(actor=office.actor("anna"), record=DEAL, purpose="card", config=config("client"))
    told.append((str(editor(office)["held"]), editor(office)["may_reset"]))

    assert told == [
        ("", False),
        ("Сейчас действует общая раскладка.", False),
        ("Сейчас действует ваша раскладка.", True),
    ]


def test_a_forced_layout_is_shown_but_not_changed_by_whoever_may_not(office):
    commands.lay_out_for_others(actor=SYSTEM, record=DEAL, purpose="card", config=config("title"), is_forced=True)

    hers, heads = editor(office), editor(office, "head")

    assert (hers["levels"], hers["may_keep"], hers["may_reset"]) == ([], False, False)
    assert [one["value"] for one in heads["levels"] if one["is_chosen"]] == ["forced"]
    assert (heads["may_keep"], heads["may_reset"]) == (True, True)


def test_a_layout_of_one_type_is_taken_back_as_such(office, client: Browser):
    client.force_login(office.anna)
    url = f"/deals/{office.deal.pk}/?part=layout"
    sent = {"order": ["section:0", "field:title"], "title-0": "Для B2B", "is_of_kind": "1"}
    client.post(url, sent)

    asked = editor(office)
    client.post(url, {"reset": "1", **({"is_of_kind": "1"} if asked["is_of_kind"] else {})})

    assert asked["is_of_kind"]
    assert card(office)["sections"][0]["title"] != "Для B2B"


def test_reset_takes_back_the_layout_that_holds_whoever_it_is_for(office, client: Browser):
    head = office.actor("head")
    client.force_login(office.head)
    url = f"/deals/{office.deal.pk}/?part=layout"
    given = {"actor": SYSTEM, "record": DEAL, "purpose": "card"}
    commands.lay_out_for_others(**given, config=config("title"))
    commands.lay_out_for_others(**given, config=config("amount"), department_id=head.department_id)

    # The choice of whom to keep it for says nothing of what is taken back.
    client.post(url, {"reset": "1", "for": "me"})
    assert fields(card(office, "head")) == ["title"]
    client.post(url, {"reset": "1", "for": "me"})
    assert reading.layout_for(head, DEAL, reading.CARD) is None


def test_layouts_of_any_department_are_kept_listed_and_taken_back(office, client: Browser):
    anna = office.actor("anna")
    client.force_login(office.head)
    url = f"/deals/{office.deal.pk}/?part=layout"
    sent = {"order": ["section:0", "field:amount"], "title-0": "Опту", "for": f"department:{anna.department_id}"}
    client.post(url, sent)
    assert fields(card(office)) == ["amount"]
    assert card(office, "head")["sections"][0]["title"] != "Опту"

    listed = editor(office, "head")["shared"]
    assert [one["label"] for one in listed] == ["для отдела «Опт»"]
    assert editor(office)["shared"] == []
    client.post(url, {"drop": listed[0]["id"]})
    assert card(office)["sections"][0]["title"] != "Опту"


def test_layouts_of_others_are_taken_back_by_right_only(office, client: Browser):
    commands.lay_out_for_others(actor=SYSTEM, record=DEAL, purpose="card", config=config("title"))
    client.force_login(office.anna)
    url = f"/deals/{office.deal.pk}/?part=layout"
    listed = editor(office, "head")["shared"]
    assert client.post(url, {"drop": listed[0]["id"]}).status_code == 403
    assert client.post(url, {"reset": "1"}).status_code == 403
    assert client.post(url, {"drop": "999"}).status_code == 404
    assert fields(card(office)) == ["title"]


def test_sections_of_a_layout_stand_in_the_quick_form_too(office, client: Browser):
    shape = {"sections": [{"title": "О чём", "fields": ["title"]}, {"title": "Кто", "fields": ["client"]}]}
    commands.lay_out_for_others(actor=SYSTEM, record=DEAL, purpose="create", config=shape)
    client.force_login(office.anna)
    text = client.get("/deals/new/", headers={"HX-Request": "true"}).content.decode()
    assert text.index("О чём") < text.index('name="title"') < text.index("Кто") < text.index('name="client"')


def test_the_nearest_department_above_a_person_lays_out_for_them(office):
    anna, head = office.actor("anna"), office.actor("head")
    given = {"actor": SYSTEM, "record": DEAL, "purpose": "card"}
    commands.lay_out_for_others(**given, config=config("title"))
    commands.lay_out_for_others(**given, config=config("amount"), department_id=head.department_id)
    assert fields(card(office)) == ["amount"]
    assert editor(office)["held"] == "Сейчас действует раскладка вышестоящего отдела «Продажи»."

    commands.lay_out_for_others(**given, config=config("need"), department_id=anna.department_id)
    assert (fields(card(office)), fields(card(office, "head"))) == (["need"], ["amount"])

    # A layout of the nearer department holds for all types, whatever the farther one says of some.
    commands.lay_out_for_others(**given, config=config("owner"), department_id=head.department_id, kind="B2B")
    assert fields(card(office)) == ["need"]


def test_people_below_a_department_that_is_moved_take_the_layouts_above_it(office):
    stock = access.add_department(actor=SYSTEM, name="Склад")
    given = {"actor": SYSTEM, "record": DEAL, "purpose": "card"}
    commands.lay_out_for_others(**given, config=config("amount"), department_id=stock.pk)
    team = office.anna.department
    below = access.add_department(actor=SYSTEM, name="Север", parent=team)
    access.update_user(actor=SYSTEM, user=office.anna, values={}, department=below)
    assert fields(card(office)) != ["amount"]

    team.refresh_from_db()
    access.change_department(actor=SYSTEM, department=team, name=team.name, parent=stock)

    assert fields(card(office)) == ["amount"]


def test_no_layout_is_kept_for_a_department_that_is_not_there(office):
    with pytest.raises(Missing):
        commands.lay_out_for_others(
            actor=SYSTEM, record=DEAL, purpose="card", config=config("title"), department_id=10**9
        )


def test_a_layout_for_all_types_takes_the_place_of_the_one_that_was_seen(office, client: Browser):
    client.force_login(office.anna)
    url = f"/deals/{office.deal.pk}/?part=layout"
    client.post(url, {"order": ["section:0", "field:title"], "title-0": "Для B2B", "is_of_kind": "1"})
    client.post(url, {"order": ["section:0", "field:amount"], "title-0": "Всем"})
    assert card(office)["sections"][0]["title"] == "Всем"


@pytest.fixture
def retail(office):
    """A second scenario; the form of a new deal of the first one asks for what is needed, of the others for money."""
    made = deals.set_scenario(actor=SYSTEM, code="retail", name="Розница", stages=STAGES)
    given = {"actor": SYSTEM, "record": DEAL, "purpose": "create"}
    hidden = ["amount", "contact", "expected_date", "currency"]
    commands.lay_out_for_others(**given, config=config("title", "client", "scenario", hidden=[*hidden, "need"]))
    commands.lay_out_for_others(**given, config=config("title", "need", hidden=[*hidden, "scenario"]), kind="B2B")
    return made


def names(page) -> list[str]:
    shown = page.context.get("form_page", page.context)
    return [one["name"] for section in shown["sections"] for one in section["fields"]]


def test_the_form_is_laid_out_for_the_type_that_is_chosen_in_it(office, retail, client: Browser):
    client.force_login(office.anna)
    # The type decides of the rest, so that no layout of a type hides it.
    assert names(client.get("/deals/new/")) == ["title", "need", "client", "scenario"]
    assert names(client.get(f"/deals/new/?scenario={retail.pk}")) == ["title", "client", "scenario"]


def test_a_form_laid_out_for_another_type_keeps_what_was_typed(office, retail, client: Browser):
    client.force_login(office.anna)
    sent = {"once": "ab12", "scenario": str(retail.pk), "title": "Поставка", "need": "Срочно", "currency": "RUB"}
    given = {"HX-Request": "true", "HX-Target": "dialog-fields"}
    answer = client.post("/deals/new/?part=fields", sent, headers=given)

    # What nobody has touched goes out of sight with the layout, what was typed does not.
    assert names(answer) == ["title", "client", "scenario", "need"]
    text = answer.content.decode()
    assert 'id="field-ab12-need" hx-preserve' in text
    assert 'hx-post="/deals/new/?part=fields"' in text
    assert Deal.objects.count() == 1


def test_what_a_form_leaves_out_begins_as_it_would_have(office, client: Browser):
    access.set_role(
        actor=SYSTEM, code="clients", name="К", grants=[{"permission": "clients.*", "reach": "all"}], hidden=[]
    )
    access.give_role(actor=SYSTEM, user=office.anna, role="clients")
    commands.lay_out_for_others(
        actor=SYSTEM,
        record="clients.client",
        purpose="create",
        config=config("name", "kind", hidden=["relation_types"]),
    )
    client.force_login(office.anna)

    text = client.get("/clients/new/").content.decode()

    assert '<input type="hidden" name="relation_types" value="client">' in text


def test_a_form_without_layouts_of_types_is_never_laid_out_anew(office, client: Browser):
    client.force_login(office.anna)
    commands.lay_out_for_others(actor=SYSTEM, record=DEAL, purpose="create", config=config("title"))
    assert "part=fields" not in client.get("/deals/new/").content.decode()


def test_the_editor_of_a_form_says_which_type_it_lays_out(office, retail, client: Browser):
    client.force_login(office.anna)
    url = f"/deals/new/?part=layout&scenario={retail.pk}"
    shown = client.get(url).context["layout"]
    assert (shown["kind"], shown["post_url"]) == ("Розница", url)

    sent = {"order": ["section:0", "field:title", "field:expected_date"], "title-0": "Розница", "is_of_kind": "1"}
    client.post(url, sent)

    assert names(client.get(f"/deals/new/?scenario={retail.pk}"))[:2] == ["title", "expected_date"]
    assert names(client.get("/deals/new/")) == ["title", "need", "client", "scenario"]


def test_a_type_is_called_by_its_name(office, client: Browser):
    access.set_role(
        actor=SYSTEM, code="clients", name="К", grants=[{"permission": "clients.*", "reach": "all"}], hidden=[]
    )
    access.give_role(actor=SYSTEM, user=office.anna, role="clients")
    client.force_login(office.anna)
    assert client.get(f"/clients/{office.client.pk}/?part=layout").context["layout"]["kind"] == "Компания"
    assert client.get("/clients/new/?part=layout&kind=person").context["layout"]["kind"] == "Частное лицо"


def test_whoever_may_not_see_the_type_is_told_nothing_of_it(office, client: Browser):
    look = [{"permission": "deals.*", "reach": "subtree"}, {"permission": "layouts.lay_out", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="plain", name="Все", grants=look, hidden=["deals.deal.scenario"])
    access.set_roles(actor=SYSTEM, user=office.anna, roles=["plain"])
    commands.lay_out_for_others(actor=SYSTEM, record=DEAL, purpose="card", config=config("title"), kind="B2B")
    assert editor(office)["kind"] == ""
    assert fields(card(office)) != ["title"]
