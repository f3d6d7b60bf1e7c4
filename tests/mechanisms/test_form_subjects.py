"""Forms say whom they are about: a page with the way back, a dialog where nothing else says it."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.kit.permissions import SYSTEM
from okno.kit.web.pages import CommandPage

DEAL = "deals.deal"


@pytest.fixture
def anna(company, client: Browser) -> Browser:
    client.force_login(company.anna)
    return client


def test_a_page_with_a_form_names_its_row_and_leads_back_to_it(company, anna: Browser):
    for place in ("assign", "lines"):
        page = anna.get(f"/deals/{company.deal.pk}/{place}/")
        assert page.context["form_page"]["subject"] == {
            "label": "Сделка",
            "title": company.deal.title,
            "url": f"/deals/{company.deal.pk}/",
        }
        assert company.deal.title in page.content.decode().partition("<main")[2]
        assert company.deal.title in page.context["page_title"]


def test_a_form_of_a_new_row_is_about_nobody(anna: Browser, company):
    page = anna.get(f"/deals/new/?client={company.client.pk}")
    assert page.context["form_page"]["subject"] is None
    assert page.context["page_title"] == page.context["form_page"]["title"]


def test_a_form_of_what_is_about_a_row_names_the_row(company, client: Browser):
    access.set_role(
        actor=SYSTEM, code="bell", name="Напоминания", grants=[{"permission": "reminders.*", "reach": "all"}], hidden=[]
    )
    for who in (company.anna, company.boris):
        access.give_role(actor=SYSTEM, user=who, role="bell")
    for address in (
        "/tasks/new/?about_record=deals.deal&about_id={id}",
        "/reminders/new/?record=deals.deal&row_id={id}",
    ):
        url = address.format(id=company.deal.pk)
        client.force_login(company.anna)
        assert client.get(url).context["form_page"]["subject"]["title"] == company.deal.title
        client.force_login(company.boris)
        assert client.get(url).context["form_page"]["subject"] is None


@pytest.mark.parametrize(("here", "is_named"), [("/deals/?mode=list", True), ("/deals/{id}/?list=deals", False)])
def test_a_dialog_names_its_row_but_over_its_own_card(company, anna: Browser, here: str, is_named):
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{here.format(id=company.deal.pk)}"}
    dialog = anna.get(f"/deals/{company.deal.pk}/assign/", headers=headers)
    assert (company.deal.title in dialog.content.decode()) is is_named


def test_a_hidden_title_is_not_told_by_a_form(company, anna: Browser):
    grants = [{"permission": "deals.*", "reach": "own"}]
    access.set_role(actor=SYSTEM, code="blind", name="Без названий", grants=grants, hidden=[f"{DEAL}.title"])
    access.set_roles(actor=SYSTEM, user=company.anna, roles=["blind"])
    page = anna.get(f"/deals/{company.deal.pk}/assign/")
    assert page.context["form_page"]["subject"]["title"] == "Без названия"
    assert company.deal.title not in page.content.decode()


def test_every_form_about_a_row_has_a_name_for_it():
    found = {
        page: page.command.parameters[page.on].model
        for page in _pages(CommandPage)
        if page.on and hasattr(page, "command") and page.on in page.command.parameters
    }
    assert len(found) > 30
    assert not [page.__name__ for page, model in found.items() if model is None or not _is_named(model)]


def _pages(base: type) -> list:
    return [one for below in base.__subclasses__() for one in (below, *_pages(below))]


def _is_named(model: type) -> bool:
    return any("__str__" in vars(one) for one in model.__mro__ if one.__module__.startswith("okno."))
