"""What portraits put on the shelf: fields, panels and the night's work for every record that has them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okno.engines.portraits import commands, queries
from okno.engines.portraits.commands import travelling
from okno.engines.portraits.models import Fill, Interest
from okno.engines.portraits.record import TOPIC
from okno.engines.portraits.web import panels
from okno.kit import conditions
from okno.kit.fields import beside, following
from okno.kit.kinds import Kind
from okno.kit.permissions import SYSTEM
from okno.kit.registry import Field, MenuItem, Panel, Portable, SettingsPage, registry

registry.add_record(TOPIC)
for record in queries.portrayed():
    beside.lead(record, "portrait_fill", Fill)
    beside.lead(record, "interest_rows", Interest)
    registry.add_field(
        record.name, "portrait", Field(_("Portrait, %"), "portrait_fill__value", Kind.INTEGER, is_summed=False)
    )
    registry.add_field(
        record.name,
        "interests",
        Field(_("Interests"), "interest_rows__topic__name", Kind.LINK, link=TOPIC.name, many=True, sortable=False),
    )
    for panel in (
        Panel("portrait", _("Portrait"), "portraits/portrait.html", panels.portrait, "portraits.view", "right", 35),
        Panel("interests", _("Interests"), "portraits/interests.html", panels.interests, "portraits.view", "right", 36),
    ):
        registry.add_panel(record.name, panel)

conditions.keep("portraits.Questionnaire", "condition", record="record", label=_("Questionnaires"))
following.add(commands.FOLLOWER)
registry.every("15 1 * * *", lambda: commands.recount_all(actor=SYSTEM), "portraits.recount_all")
registry.add_menu(
    MenuItem("clients", _("Portraits and questionnaires"), "/portraits/", "clipboard-list", "portraits.view", 58)
)
registry.add_settings(
    SettingsPage(
        _("Sales and mail"),
        _("Questionnaires"),
        _("What is asked about clients and contacts, by which fields, of whom"),
        "/settings/portraits/",
        "clipboard-list",
        commands.set_questionnaire.name,
        58,
    )
)
registry.add_portable(
    Portable(
        "portraits.questionnaires",
        _("Questionnaires"),
        travelling.read,
        travelling.write,
        155,
        shape=travelling.QuestionnairePart,
    )
)
registry.add_right("portraits.view", _("See portraits and interests"))
NOTING = ("portraits.view", "portraits.note_interest", "portraits.drop_interest", "portraits.add_topic")
for role in ("seller", "assistant", "telemarketer", "sales-head", "marketer"):
    registry.add_rights(role, "all", *NOTING)
registry.add_rights("analyst", "all", "portraits.view")

__all__ = ["commands"]
