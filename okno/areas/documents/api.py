"""HTTP endpoints of documents: our own organisations, and templates of letters."""

from __future__ import annotations

from typing import Any, Literal

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Schema

from okno.areas.documents import commands, queries
from okno.areas.documents.record import ORGANISATION
from okno.kit import api, permissions
from okno.kit.api.asking import actor_of
from okno.kit.api.giving import Giving
from okno.kit.api.operations import operation
from okno.kit.api.shapes import Input, WithCustom

router = api.record_router(
    ORGANISATION, queries.organisations, path="/organisations", update=commands.update_organisation
)
giving = Giving(router, "documents")


class BankAccount(Input):
    """An account of ours; the first one is used by default."""

    bank_name: str = pydantic.Field(min_length=1, max_length=255)
    bic: str = pydantic.Field(min_length=9, max_length=9)
    account: str = pydantic.Field(min_length=20, max_length=20)
    corr_account: str = pydantic.Field("", max_length=20)


class OrganisationValues(WithCustom):
    """What is known of one of our organisations, custom fields too; what is not named stays."""

    name: str = pydantic.Field(min_length=1, max_length=255)
    full_name: str = pydantic.Field("", max_length=500)
    kpp: str = pydantic.Field("", max_length=9)
    ogrn: str = pydantic.Field("", max_length=15)
    address: str = pydantic.Field("", max_length=500)
    phone: str = pydantic.Field("", max_length=40)
    head_name: str = pydantic.Field("", max_length=150)
    head_post: str = pydantic.Field("", max_length=150)
    bookkeeper_name: str = pydantic.Field("", max_length=150)
    vat: Literal["included", "on_top", "none"] = "included"
    prefix: str = pydantic.Field("", max_length=10)
    is_default: bool = False


class TemplateShape(Schema):
    """A template of a letter about rows of a record."""

    id: int
    record: str
    name: str
    subject: str
    body: str
    is_default: bool


@operation(
    router, "GET", "/letter-templates", name="documents_templates", summary=_("Templates of letters"),
    answer=list[TemplateShape], tag="documents",
)  # fmt: skip
def templates(request: HttpRequest) -> Any:
    """All templates in use, for those who set them up."""
    actor = actor_of(request)
    permissions.check_may(actor, commands.set_template.name)
    names = TemplateShape.model_fields
    return [{name: getattr(one, name) for name in names} for one in queries.all_templates(actor)]


giving.put(
    "/organisations",
    commands.set_organisation,
    typed={"values": OrganisationValues, "accounts": list[BankAccount]},
)
giving.put("/letter-templates", commands.set_template)
giving.delete("/letter-templates/{id}", commands.drop_template, on="template")
