"""Every place that keeps conditions is named to the kit: whatever follows rows by their ids has to find it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from django.apps import apps
from django.db.models import JSONField, Model

from okno.config import rooms
from okno.kit.conditions import keeping
from tools.house import ROOT, python_files

rooms.load("manifest")
# Columns of JSON that keep no condition, or tell what has been; a new one stands here or is named to the kit.
OTHERS = {
    "access.ApiToken.scopes",
    "access.SensitiveRows.hidden",
    "access.SensitiveRows.masked",
    "automation.Robot.deed",
    "calendar.WorkSchedule.days",
    "calendar.WorkSchedule.week",
    "catalog.Item.properties",
    "catalog.Offer.details",
    "catalog.Property.options",
    "clients.Client.consents",
    "clients.Client.refusals",
    "clients.Client.relation_types",
    "clients.ClientAddress.parts",
    "clients.Contact.consents",
    "clients.Contact.refusals",
    "clients.DuplicatePair.reasons",
    "communications.Mail.cc",
    "communications.Mail.problems",
    "communications.Mail.references",
    "communications.Mail.to",
    "communications.MailAccount.folders",
    "deals.Deal.utm",
    "deals.Stage.required",
    "deals.Stage.tasks",
    "exchange.Connection.identity",
    "exchange.Connection.options",
    "exchange.ExchangeSession.seen_with",
    "exchange.ExternalLink.details",
    "exchange.ExternalLink.prints",
    "exchange.Package.counts",
    "exchange.Package.full_parts",
    "exchange.Waiting.payload",
    "handover.Handover.counts",
    "handover.Handover.rules",
    "imports.Import.checked",
    "imports.Import.counts",
    "imports.Import.errors_file",
    "imports.Import.settings",
    "imports.Import.unknown",
    "imports.ImportRow.changes",
    "imports.ImportRow.parts",
    "imports.ImportRow.twin",
    "imports.ImportSettings.config",
    "imports.Seen.state",
    "kit.CardLayout.config",
    "kit.Change.after",
    "kit.Change.before",
    "kit.CommandRun.args",
    "kit.CommandRun.effects",
    "kit.CommandRun.result",
    "kit.Entry.payload",
    "kit.EventRow.payload",
    "kit.FieldDef.default",
    "kit.FieldDef.options",
    "kit.FieldSet.fields",
    "kit.JobRun.args",
    "kit.JobRun.result",
    "kit.Merge.marks",
    "kit.Merge.moved",
    "kit.Merge.values",
    "kit.Notice.payload",
    "kit.Webhook.events",
    "leads.Lead.marks",
    "leads.Lead.passed",
    "leads.Lead.raw",
    "leads.Lead.told",
    "leads.LeadSource.mapping",
    "leads.QueueMember.regions",
    "leads.QueueMember.shift",
    "leads.QueueMember.skills",
    "portal.PublicForm.fields",
    "portal.PublicForm.origins",
    "portal.Submission.consented",
    "potential.Coefficients.rows",
    "quality.Score.groups",
    "quality.Score.missed",
    "quality.Snapshot.groups",
}


def our_models() -> Iterator[type[Model]]:
    return (one for one in apps.get_models() if one.__module__.startswith("okno.") and ".tests." not in one.__module__)


def json_columns() -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.local_fields
        if isinstance(field, JSONField) and field.name != "extra"
    }


# The language itself, and editors: what they read was typed just now.
READS_NO_ROWS = (ROOT / "okno/kit/conditions", ROOT / "okno/kit/web")


def read_attributes() -> Iterator[tuple[str, str]]:
    """(file, attribute) of whatever is read as a condition: `conditions.parse(rule.condition)`."""
    for path in python_files("okno"):
        if "tests" in path.parts or any(map(path.is_relative_to, READS_NO_ROWS)):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "conditions.parse":
                read = [one.attr for given in node.args for one in ast.walk(given) if isinstance(one, ast.Attribute)]
                yield from ((str(path.relative_to(ROOT)), name) for name in read)


def test_every_column_of_json_says_whether_it_keeps_conditions() -> None:
    known = set(keeping.KEEPERS)

    assert json_columns() - known - OTHERS == set()
    assert OTHERS - json_columns() == set()
    assert known & OTHERS == set()


def test_places_that_keep_conditions_are_columns() -> None:
    lost = [
        one.name
        for one in keeping.keepers()
        if one.column not in {field.name for field in apps.get_model(one.model)._meta.local_fields}
    ]

    assert lost == []


def test_columns_read_as_conditions_are_named_to_the_kit() -> None:
    columns = {field.name for model in our_models() for field in model._meta.local_fields}
    kept = {one.column for one in keeping.keepers()}

    found = list(read_attributes())

    assert ("okno/areas/leads/commands/distributing.py", "condition") in found
    assert [one for one in found if one[1] in columns - kept] == []
