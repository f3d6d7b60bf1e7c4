"""Which records take custom fields: those that do not are listed, with a reason in the guide of the administrator."""

from __future__ import annotations

import re

from okno.access.web import field_forms
from okno.kit.registry import registry
from tests.architecture.capabilities import card_of
from tests.architecture.test_registry import RECORDS
from tools.house import ROOT

GUIDE = ROOT / "docs" / "admin" / "fields.md"
# Settings, lines of other cards, and what is written once and for all.
WITHOUT = {
    "billing.payment",
    "catalog.group",
    "catalog.offer",
    "classification.scheme",
    "clients.stay",
    "communications.account",
    "communications.mail",
    "deals.refusal",
    "deals.stay",
    "exchange.connection",
    "exchange.link",
    "exchange.outcome",
    "exchange.outgoing",
    "exchange.package",
    "exchange.session",
    "exchange.waiting",
    "handover.handover",
    "imports.import",
    "imports.settings",
    "kit.webhook",
    "portal.form",
    "portraits.topic",
}


def test_every_other_record_takes_custom_fields():
    assert {one.name for one in RECORDS if not field_forms.takes_fields(one)} == WITHOUT


def test_whatever_takes_fields_shows_and_edits_them_on_its_card():
    taking = [one for one in RECORDS if field_forms.takes_fields(one)]
    assert [one.name for one in taking if getattr(card_of(one.name), "update", None) is None] == []


def test_the_guide_says_of_each_why_it_does_without():
    told = set(re.findall(r"`([a-z]+\.[a-z_]+)`", GUIDE.read_text("utf-8").partition("## У чего своих полей нет")[2]))
    assert told == WITHOUT


def test_reasons_stand_in_declarations_too():
    assert [name for name in WITHOUT if not {"card", "change"} & set(registry.record(name).lacks)] == []
