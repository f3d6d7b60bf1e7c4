"""A small company of throw-away tables: every kind of field, links, lists, custom fields and related rows."""

# ruff: noqa: DJ001 - NULL and the empty text must read alike

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, models

from okno.kit.conditions import Context
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record, registry

APP = "conditions_cast"
STAGES = (("new", "New"), ("won", "Won"), ("lost", "Lost"))


class Department(models.Model):
    name = models.TextField()

    class Meta:
        app_label = APP


class Person(models.Model):
    name = models.TextField()
    department = models.ForeignKey(Department, models.CASCADE, null=True, related_name="+")

    class Meta:
        app_label = APP


class Client(models.Model):
    name = models.TextField(default="")
    region = models.TextField(null=True)
    is_deleted = models.BooleanField(default=False)
    extra = models.JSONField(default=dict)

    class Meta:
        app_label = APP


class Tag(models.Model):
    name = models.TextField()

    class Meta:
        app_label = APP


class Deal(models.Model):
    title = models.TextField(null=True)
    phone = models.TextField(null=True)
    email = models.TextField(null=True)
    stage = models.TextField(null=True)
    score = models.IntegerField(null=True)
    amount = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    paid = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    due = models.DateField(null=True)
    closed = models.DateTimeField(null=True)
    urgent = models.BooleanField(null=True)
    facts = models.JSONField(null=True)
    client = models.ForeignKey(Client, models.CASCADE, null=True, related_name="+")
    owner = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    department = models.ForeignKey(Department, models.CASCADE, null=True, related_name="+")
    tags = models.ManyToManyField(Tag, related_name="+")
    extra = models.JSONField(default=dict)

    class Meta:
        app_label = APP


class Payment(models.Model):
    deal = models.ForeignKey(Deal, models.CASCADE, related_name="+")
    amount = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    kind = models.TextField(null=True)
    is_deleted = models.BooleanField(default=False)

    class Meta:
        app_label = APP


class Contact(models.Model):
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    name = models.TextField(null=True)

    class Meta:
        app_label = APP


MODELS = (Department, Person, Client, Tag, Deal, Payment, Contact)

PAYMENT = Record(
    name="cast.payment",
    model=Payment,
    label="Payment",
    plural="Payments",
    fields={"amount": Field("Amount", "amount", Kind.MONEY), "kind": Field("Kind", "kind")},
)
CONTACT = Record(
    name="cast.contact",
    model=Contact,
    label="Contact",
    plural="Contacts",
    fields={"name": Field("Name", "name")},
)
CLIENT = Record(
    name="cast.client",
    model=Client,
    label="Client",
    plural="Clients",
    fields={"name": Field("Name", "name"), "region": Field("Region", "region")},
    title="name",
    relations={"contacts": ("cast.contact", "client")},
)
DEAL = Record(
    name="cast.deal",
    model=Deal,
    label="Deal",
    plural="Deals",
    fields={
        "title": Field("Title", "title", trigram=True),
        "phone": Field("Phone", "phone", Kind.PHONE),
        "email": Field("E-mail", "email", Kind.EMAIL),
        "stage": Field("Stage", "stage", Kind.CHOICE, choices=STAGES),
        "score": Field("Score", "score", Kind.INTEGER),
        "amount": Field("Amount", "amount", Kind.MONEY),
        "paid": Field("Paid", "paid", Kind.DECIMAL),
        "due": Field("Due", "due", Kind.DATE),
        "closed": Field("Closed", "closed", Kind.MOMENT),
        "urgent": Field("Urgent", "urgent", Kind.BOOLEAN),
        "facts": Field("Facts", "facts", Kind.JSON),
        "client": Field("Client", "client__name", Kind.LINK, link="cast.client"),
        "owner": Field("Owner", "owner", Kind.PERSON, link="cast.person"),
        "department": Field("Department", "department", Kind.LINK, link="cast.department"),
        "tags": Field("Tags", "tags__name", Kind.LINK, link="cast.tag", many=True),
    },
    relations={"payments": ("cast.payment", "deal")},
)
CUSTOM = {
    "cast.deal": {
        f"x_{key}": Field(label, "extra", kind, is_custom=True, key=key, **options)
        for key, label, kind, options in (
            ("note", "Note", Kind.TEXT, {}),
            ("tel", "Second phone", Kind.PHONE, {}),
            ("rate", "Rate", Kind.DECIMAL, {}),
            ("fee", "Fee", Kind.MONEY, {}),
            ("since", "Since", Kind.DATE, {}),
            ("seen", "Seen", Kind.MOMENT, {}),
            ("vip", "VIP", Kind.BOOLEAN, {}),
            ("size", "Size", Kind.CHOICE, {"choices": (("1", "Small"), ("2", "Large"))}),
            ("colours", "Colours", Kind.CHOICE, {"many": True, "choices": (("r", "Red"), ("g", "Green"))}),
            ("boss", "Boss", Kind.LINK, {"link": "cast.client"}),
        )
    },
    "cast.client": {"x_rank": Field("Rank", "extra", Kind.DECIMAL, is_custom=True, key="rank")},
}
RECORDS = (PAYMENT, CONTACT, CLIENT, DEAL)
SHAPED = ("cast.deal", "cast.client", "cast.payment", "cast.contact")

DEFAULT = {"at": "2026-11-21T09:30:00Z", "zone": "Europe/Moscow", "me": 1, "department": 10, "subtree": [10, 11]}


def context(changes: Mapping[str, Any] | None = None) -> Context:
    """Saturday noon in Moscow, asked by person 1 of department 10, unless told otherwise."""
    told = {**DEFAULT, **(changes or {})}
    at = datetime.fromisoformat(told["at"]).astimezone(UTC)
    return Context(told["me"], told["department"], tuple(told["subtree"]), at, ZoneInfo(told["zone"]))


def register() -> None:
    """Put the records on the shelf."""
    for record in RECORDS:
        registry.add_record(record)
    registry.set_custom_fields(CUSTOM)


def create_tables() -> None:
    """Make the tables, and what does not depend on a row: departments, people, tags."""
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    for number in (10, 11, 12):
        Department._default_manager.create(id=number, name=f"Department {number}")
    for number, department in ((1, 10), (2, 11), (3, 12), (4, None)):
        Person._default_manager.create(id=number, name=f"Person {number}", department_id=department)
    for number in (1, 2, 3):
        Tag._default_manager.create(id=number, name=f"Tag {number}")


LINKS = {"client", "owner", "department"}


def save(row: Mapping[str, Any]) -> Deal:
    """Write the canonical values of a deal, its client and its related rows to the tables."""
    values = dict(row)
    tags, payments = values.pop("tags", None) or [], values.pop("payments", None) or []
    values.pop("owner.department", None)
    client = values.pop("client", None)
    extra = {key[2:]: values.pop(key) for key in list(values) if key.startswith("x_")}
    links = {f"{key}_id": values.pop(key) for key in list(values) if key in LINKS}
    deal = Deal._default_manager.create(**values, **links, client=_client(client), extra=extra)
    through = Deal.tags.through
    through._default_manager.bulk_create(through(deal=deal, tag_id=tag) for tag in tags)
    Payment._default_manager.bulk_create(Payment(deal=deal, **payment) for payment in payments)
    return Deal._default_manager.get(pk=deal.pk)


def _client(told: Mapping[str, Any] | None) -> Client | None:
    if told is None:
        return None
    values = dict(told)
    contacts = values.pop("contacts", [])
    extra = {key[2:]: values.pop(key) for key in list(values) if key.startswith("x_")}
    client, _new = Client._default_manager.update_or_create(id=values.pop("id"), defaults={**values, "extra": extra})
    Contact._default_manager.filter(client=client).delete()
    Contact._default_manager.bulk_create(Contact(client=client, **contact) for contact in contacts)
    return client
